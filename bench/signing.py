"""How many calls a transaction costs, and whether many at once get in each other's way.

Starts a sandbox, opens wallets, and creates deployments through the API, all at once: many of one wallet,
then one of each of many. Counts what is asked of KMS, of the chain's node and of the signer's tables.

    python -m bench.signing [--at-once 50] [--block-seconds 1.0]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
from botocore.client import BaseClient
from slipway_signing.transport import HttpTransport

from sandbox.up import Sandbox, SandboxConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from slipway_signing.nodes import Answer

SDL: Final = (Path(__file__).parents[1] / "examples/web.yaml").read_text(encoding="utf-8")
SIGNERS_TABLES: Final = (
    "BudgetsTable",
    "FlightsTable",
    "GrantsTable",
    "IntentsTable",
    "SigningLogTable",
    "WalletsTable",
)
CALL_SECONDS: Final = 60.0
"""The gateway gives up after 29: then the request is repeated with its Idempotency-Key, as a client would,
and while the first still runs (409) again a second later."""

PATHS: Final = (
    (re.compile(r"/simulate$"), "chain simulate"),
    (re.compile(r"/txs$"), "chain broadcast"),
    (re.compile(r"/txs/[0-9A-F]+$"), "chain poll (tx by hash)"),
    (re.compile(r"/node/v1beta1/status$"), "chain tip"),
    (re.compile(r"/account_info/"), "chain account number"),
    (re.compile(r"/authz/v1beta1/grants$"), "chain credit"),
)


@dataclass
class Calls:
    """What was asked, by name."""

    found: Counter[str] = field(default_factory=Counter)

    def of_node(self, url: str) -> None:
        self.found[next((name for path, name in PATHS if path.search(url)), f"chain {url}")] += 1

    def of_aws(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        if service == "kms":
            self.found[f"kms {operation}"] += 1
        tables = [parameters.get("TableName", "")]
        for item in parameters.get("TransactItems", []):
            tables += [request["TableName"] for request in item.values()]
        for table in tables:
            logical = next((name for name in SIGNERS_TABLES if name in table), None)
            if service == "dynamodb" and logical:
                self.found[f"table {logical.removesuffix('Table')} {operation}"] += 1


@contextmanager
def counting() -> Iterator[Calls]:
    """Within the block every call of the signer's transport and of boto3 is counted."""
    calls = Calls()
    ask, whole = BaseClient._make_api_call, HttpTransport._whole  # type: ignore[attr-defined]

    def counted_ask(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        calls.of_aws(client.meta.service_model.service_name, operation, parameters)
        return ask(client, operation, parameters)

    def counted_whole(self: HttpTransport, request: httpx.Request) -> Answer:
        calls.of_node(request.url.path)
        return whole(self, request)

    BaseClient._make_api_call = counted_ask  # type: ignore[attr-defined]
    HttpTransport._whole = counted_whole  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        BaseClient._make_api_call = ask  # type: ignore[attr-defined]
        HttpTransport._whole = whole  # type: ignore[method-assign]


async def create(http: httpx.AsyncClient, key: str) -> str:
    """One deployment; its transaction's hash, or what went wrong."""
    headers = {"x-api-key": key, "idempotency-key": f"bench-{uuid.uuid4()}"}
    body = {"data": {"sdl": SDL, "deposit": 0.5}}
    deadline = time.monotonic() + CALL_SECONDS
    while True:
        answer = await http.post("/v1/deployments", json=body, headers=headers)
        again = answer.status_code >= 500 or answer.status_code == 409
        if not again or time.monotonic() > deadline:
            break
        await asyncio.sleep(1)
    if answer.status_code != 201:
        return f"{answer.status_code} {answer.json().get('reason')}"
    return str(answer.json()["data"]["signTx"]["transactionHash"])


async def measure(title: str, sandbox: Sandbox, keys: Sequence[str]) -> None:
    async with httpx.AsyncClient(
        base_url=sandbox.base_url,
        timeout=CALL_SECONDS,
        trust_env=False,
        limits=httpx.Limits(max_connections=None),
    ) as http:
        with counting() as calls:
            started = time.monotonic()
            found = await asyncio.gather(*(create(http, key) for key in keys))
            took = time.monotonic() - started
    report(title, found, calls, took)


def report(
    title: str, found: Sequence[str], calls: Calls, took: float, say: Callable[[str], None] = print
) -> None:
    hashes = {one for one in found if re.fullmatch(r"[0-9A-F]{64}", one)}
    say(f"\n{title}: {len(hashes)} of {len(found)} transactions landed in {took:.1f} s")
    for fault, times in Counter(one for one in found if one not in hashes).items():
        say(f"    {times} x {fault}")
    for name, times in sorted(calls.found.items()):
        say(f"    {times / len(found):6.2f} a transaction  {name}")


async def run(at_once: int, block_seconds: float) -> None:
    config = SandboxConfig(block_seconds=block_seconds, credit=1_000_000_000)
    async with Sandbox.start(config) as sandbox:
        await measure("one, while everything is still cold", sandbox, [sandbox.api_key])
        await measure(f"{at_once} of one wallet", sandbox, [sandbox.api_key] * at_once)
        users = await asyncio.gather(*(sandbox.new_user() for _ in range(at_once)))
        await measure(f"one of each of {at_once} wallets", sandbox, [key for _, key in users])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--block-seconds", type=float, default=1.0)
    chosen = parser.parse_args()
    asyncio.run(run(chosen.at_once, chosen.block_seconds))


if __name__ == "__main__":
    main()
