"""Providers that are killed, come back and ask for more."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slipway.sdl.compiler import compile_sdl

from sandbox import genesis
from sandbox.chain.node import ChainNode
from sandbox.control.commands import parse_line
from sandbox.control.panel import ControlPanel
from sandbox.fleet import Fleet
from sandbox.provider import cast
from sandbox.provider.chain_rest import RestChain
from tests.contract.provider.chain_tenant import ADDRESS, FUNDS, ChainTenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SDL = Path(__file__).parents[3] / "examples" / "web.yaml"
PATIENCE_SECONDS = 20.0
QUICK = replace(cast.CAST[0], poll_seconds=0.02)


class Market:
    """A chain, a fleet of one, and a tenant."""

    def __init__(
        self, panel: ControlPanel, fleet: Fleet, tenant: ChainTenant, http: httpx.AsyncClient
    ) -> None:
        self._panel, self.fleet, self._tenant, self._http = panel, fleet, tenant, http

    async def tell(self, line: str) -> Any:
        command = parse_line(line)
        assert command is not None
        return await self._panel.run(command)

    async def orders(self, dseq: int) -> None:
        compiled = compile_sdl(SDL.read_text())
        groups = [group.wire() for group in compiled.groups]
        await self._tenant.deploys(dseq, groups, compiled.version)

    async def bid_on(self, dseq: int) -> Decimal:
        """The price of the provider's bid on a new deployment."""
        await self.orders(dseq)
        return await self.price(dseq)

    async def price(self, dseq: int) -> Decimal:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found := await self.bids(dseq)):
                await asyncio.sleep(0.02)
        return Decimal(found[0]["bid"]["price"]["amount"])

    async def bids(self, dseq: int) -> list[Any]:
        query = {"filters.owner": ADDRESS, "filters.dseq": str(dseq)}
        answer = await self._http.get("/akash/market/v1beta5/bids/list", params=query)
        return list(answer.json()["bids"])


@asynccontextmanager
async def market() -> AsyncIterator[Market]:
    accounts = [*cast.genesis_accounts([QUICK]), genesis.account("tenant", ADDRESS, FUNDS)]
    node = await ChainNode.start(genesis.genesis(accounts, now=datetime.now(UTC)), block_time=0.02)
    chain = RestChain(node.url)
    fleet = None
    try:
        fleet = await Fleet.start([QUICK], chain_url=node.url, chain_id=genesis.CHAIN_ID)
        async with httpx.AsyncClient(base_url=node.url) as http:
            tenant = ChainTenant.on(chain, genesis.CHAIN_ID)
            yield Market(ControlPanel(node, fleet), fleet, tenant, http)
    finally:
        if fleet:
            await fleet.stop()
        await chain.close()
        await node.stop()


def test_a_tariff_counts_from_the_next_bid_and_from_the_usual_price() -> None:
    async def walk() -> None:
        async with market() as found:
            usual = await found.bid_on(1)
            await found.tell("tariff factor=3")
            dear = await found.bid_on(2)
            await found.tell(f"tariff factor=1 provider={QUICK.name}")
            again = await found.bid_on(3)

            assert dear == usual * 3
            assert again == usual

    asyncio.run(walk())


def test_a_killed_provider_neither_bids_nor_answers_until_it_is_restarted() -> None:
    async def walk() -> None:
        async with market() as found:
            [before] = found.fleet.running
            killed = await found.tell(f"kill provider={QUICK.name}")
            await found.orders(1)
            await asyncio.sleep(0.2)
            missing = await found.bids(1)

            restarted = await found.tell(f"restart provider={QUICK.name}")

            assert killed == {"providers": {QUICK.name: "killed"}}
            assert missing == []
            assert restarted == {"providers": {QUICK.name: before.url}}
            assert found.fleet.running[0].identity == before.identity
            assert await found.price(1) > 0

    asyncio.run(walk())


@pytest.mark.parametrize(
    "line", ["kill provider=nobody", "restart provider=nobody", "tariff factor=2 provider=x"]
)
def test_a_provider_that_there_is_not(line: str) -> None:
    async def walk() -> None:
        async with market() as found:
            with pytest.raises(ValueError, match=f"no provider is called .*; there are {QUICK.name}"):
                await found.tell(line)

    asyncio.run(walk())
