"""A whole sandbox beside the tests: its event loop in a thread, its API over HTTP."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from slipway_signing.address import address_of

from sandbox.demo.journey import KNOWN_BAD
from sandbox.provider.wallet import provider_key
from sandbox.up import Sandbox, SandboxConfig
from tests.documented import Heard, mistakes, readable
from tests.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

Found = TypeVar("Found")

BAD_PROVIDER = address_of(provider_key(KNOWN_BAD).public_key)
"""Bids, then refuses every manifest."""
EXAMPLES = Path(__file__).parents[2] / "examples"
BLOCK_SECONDS = 0.05
CALL_SECONDS = 35.0
"""API Gateway ends a call after 29 s."""
PATIENCE_SECONDS = 40.0
"""Far more than anything here takes on a slow machine: only a thing that never comes runs into it."""


@dataclass(frozen=True)
class Api:
    """One caller of the API. Every answer is held against the OpenAPI document."""

    http: httpx.Client

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        answer = self.http.request(method, path, json=body, **options)
        found = mistakes(_heard(answer))
        assert not found, "\n".join(found)
        return answer

    def ask(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """The JSON of an answer that must have the status `expect`."""
        answer = self.call(method, path, body)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        return answer.json() if answer.content else None

    def create(self, sdl: str, *, deposit: float = 1) -> Any:
        return self.ask("POST", "/v1/deployments", {"data": {"sdl": sdl, "deposit": deposit}}, expect=201)[
            "data"
        ]

    def detail(self, dseq: str) -> Any:
        return self.ask("GET", f"/v1/deployments/{dseq}")["data"]

    def bids(self, dseq: str) -> list[Any]:
        return [item["bid"] for item in self.ask("GET", f"/v1/bids?dseq={dseq}")["data"]]

    def first_bid(self, dseq: str, provider: str | None = None) -> Any:
        """An open bid of that provider, or of any but the bad one, as soon as there is one."""

        def is_wanted(bid: Any) -> bool:
            bidder = bid["id"]["provider"]
            chosen = bidder == provider if provider else bidder != BAD_PROVIDER
            return bool(chosen and bid["state"] == "open")

        return until("a bid", lambda: next(filter(is_wanted, self.bids(dseq)), None))

    def lease(self, created: Any, bids: list[Any]) -> httpx.Response:
        """POST /v1/leases for the chosen bids."""
        named = [{key: bid["id"][key] for key in ("dseq", "gseq", "oseq", "provider")} for bid in bids]
        return self.call("POST", "/v1/leases", {"manifest": created["manifest"], "leases": named})


@dataclass(frozen=True)
class Running:
    """A running sandbox and the loop that it runs in."""

    sandbox: Sandbox
    loop: asyncio.AbstractEventLoop
    demo: Api

    def run(self, work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_SECONDS)

    @contextmanager
    def user(self, *, credit: int | None = None) -> Iterator[Api]:
        """A new user with a wallet and credit in micro-USD."""
        _, key = self.run(self.sandbox.new_user(credit=credit))
        with self.caller(key) as api:
            yield api

    @contextmanager
    def caller(self, key: str) -> Iterator[Api]:
        with client(self.sandbox.base_url, key) as http:
            yield Api(http)

    def provider(self, name: str) -> str:
        """The address of a provider of the cast."""
        return next(each.address for each in self.sandbox.providers if each.name == name)

    def transactions(self) -> int:
        """How many transactions of wallets (those whose fees the treasury pays) the chain has taken."""
        chain = self.sandbox.chain
        assert chain is not None
        return self.run(_count(chain.url, f"use_feegrant.granter='{self.sandbox.treasury}'"))


def _heard(answer: httpx.Response) -> Heard:
    kind = answer.headers.get("content-type", "")
    return Heard(
        method=answer.request.method,
        target=answer.request.url.raw_path.decode(),
        status=answer.status_code,
        headers=answer.headers,
        body=answer.json() if answer.content and "json" in kind else answer.text,
        sent=readable(answer.request.content),
    )


async def _count(url: str, query: str) -> int:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{url}/cosmos/tx/v1beta1/txs", params={"query": query, "limit": "1"})
        return int(answer.json()["total"])


def client(base_url: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=base_url, headers={"x-api-key": key}, timeout=CALL_SECONDS)


@contextmanager
def running(config: SandboxConfig) -> Iterator[Running]:
    """A sandbox for the block."""
    with (
        in_thread(Sandbox.start(config)) as (sandbox, loop),
        client(sandbox.base_url, sandbox.api_key) as http,
    ):
        yield Running(sandbox, loop, Api(http))


def until(what: str, look: Callable[[], Found | None]) -> Found:
    """What `look` finds at last."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(BLOCK_SECONDS)
    raise AssertionError(f"waited {PATIENCE_SECONDS:.0f} s for {what}")


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
