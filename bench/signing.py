"""How many calls a transaction costs, and whether many at once get in each other's way.

Starts a sandbox, opens wallets, and creates deployments through the API, all at once: many of one wallet,
then one of each of many; then both again with every invocation of the signer in a process of its own, as
Lambda would have it. Counts what is asked of KMS, of the chain's node and of the tables, and holds what was
answered against the chain.

    python -m bench.signing [--at-once 50] [--block-seconds 1.0]
"""

from __future__ import annotations

import argparse
import asyncio
import time
import uuid
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from bench.counting import Calls, containers_of_their_own, counting
from sandbox.up import Sandbox, SandboxConfig

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

SDL: Final = (Path(__file__).parents[1] / "examples/web.yaml").read_text(encoding="utf-8")
CALL_SECONDS: Final = 60.0
"""The gateway gives up after 29: then the request is repeated with its Idempotency-Key, as a client would,
and while the first still runs (409) again a second later."""


@dataclass(frozen=True)
class Created:
    """What became of one request: `statuses` are all its answers, `transaction` is what the last one told."""

    statuses: tuple[int, ...]
    dseq: str = ""
    transaction: str = ""
    fault: str = ""


async def create(http: httpx.AsyncClient, key: str) -> Created:
    headers = {"x-api-key": key, "idempotency-key": f"bench-{uuid.uuid4()}"}
    body = {"data": {"sdl": SDL, "deposit": 0.5}}
    deadline, statuses = time.monotonic() + CALL_SECONDS, list[int]()
    while True:
        answer = await http.post("/v1/deployments", json=body, headers=headers)
        statuses.append(answer.status_code)
        again = answer.status_code >= 500 or answer.status_code == 409
        if not again or time.monotonic() > deadline:
            break
        await asyncio.sleep(1)
    if answer.status_code != 201:
        return Created(tuple(statuses), fault=f"{answer.status_code} {answer.json().get('code')}")
    found = answer.json()["data"]
    return Created(tuple(statuses), found["dseq"], found["signTx"]["transactionHash"])


class Node:
    """The sandbox's chain, as anybody sees it."""

    def __init__(self, http: httpx.AsyncClient, sandbox: Sandbox) -> None:
        self._http, self._sandbox = http, sandbox

    async def of_wallets(self) -> int:
        """Transactions whose fees the treasury paid, that is those of wallets."""
        query = f"use_feegrant.granter='{self._sandbox.treasury}'"
        return int((await self._ask("", query=query, limit="1"))["total"])

    async def landed(self, transaction: str) -> bool:
        """Whether a block has it, and it did what it should."""
        found = await self._ask(f"/{transaction}")
        return "tx_response" in found and found["tx_response"]["code"] == 0

    async def _ask(self, path: str, **query: str) -> Any:
        url = f"{self._sandbox.chain_urls}/cosmos/tx/v1beta1/txs{path}"
        return (await self._http.get(url, params=query)).json()


async def measure(
    title: str, sandbox: Sandbox, keys: Sequence[str], around: AbstractContextManager[None] | None = None
) -> None:
    async with httpx.AsyncClient(
        base_url=sandbox.base_url,
        timeout=CALL_SECONDS,
        trust_env=False,
        limits=httpx.Limits(max_connections=None),
    ) as http:
        node = Node(http, sandbox)
        before = await node.of_wallets()
        with around or nullcontext(), counting() as calls:
            started = time.monotonic()
            found = await asyncio.gather(*(create(http, key) for key in keys))
            took = time.monotonic() - started
        told = {one.transaction for one in found if not one.fault}
        landed = sum([await node.landed(each) for each in told])
        report(title, found, took)
        print(f"    on chain: {await node.of_wallets() - before} transactions, {landed} of those answered")
    report_calls(calls, len(found))


def report(title: str, found: Sequence[Created], took: float) -> None:
    good = [one for one in found if not one.fault]
    print(f"\n{title}: {len(good)} of {len(found)} requests answered 201 in {took:.1f} s")
    for fault, times in Counter(one.fault for one in found if one.fault).items():
        print(f"    {times} x {fault}")
    repeats = Counter(status for one in found for status in one.statuses[:-1])
    repeated = ", ".join(f"{times} x {status}" for status, times in sorted(repeats.items()))
    print(f"    repeated after: {repeated or 'none had to be'}")
    print(f"    {len({one.dseq for one in good})} dseqs, {len({one.transaction for one in good})} hashes")


def report_calls(calls: Calls, transactions: int) -> None:
    print(f"    most polls of one transaction: {max(calls.polls.values(), default=0)}")
    print(f"    AWS requests that a client sent again by itself: {calls.resent}")
    print("    a transaction, by the signer:")
    for name, times in sorted(calls.signer.items()):
        print(f"    {times / transactions:6.2f}  {name}")
    print("    a transaction, by the API's functions:")
    for name, times in sorted(calls.others.items()):
        print(f"    {times / transactions:6.2f}  {name}")


async def run(at_once: int, block_seconds: float) -> None:
    config = SandboxConfig(block_seconds=block_seconds, credit=1_000_000_000, schedules=False)
    async with Sandbox.start(config) as sandbox:
        one = [sandbox.api_key] * at_once
        many = [key for _, key in await asyncio.gather(*(sandbox.new_user() for _ in range(at_once)))]
        await measure("one, the first of its wallet", sandbox, [sandbox.api_key])
        await measure(f"{at_once} of one wallet", sandbox, one)
        await measure(f"one of each of {at_once} wallets", sandbox, many)
        apart = "each signer in a process of its own"
        await measure(f"{at_once} of one wallet, {apart}", sandbox, one, containers_of_their_own())
        title = f"one of each of {at_once} wallets, {apart}"
        await measure(title, sandbox, many, containers_of_their_own())


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
