"""The whole way on a sandbox chain: an SDL's order, a bid, a lease, a manifest, a running service."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from slipway.sdl.compiler import compile_sdl

from sandbox import genesis
from sandbox.chain.node import ChainNode
from sandbox.provider import cast
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.gateway import SandboxProvider
from tests.contract.provider import chain_tenant
from tests.contract.provider.chain_tenant import ADDRESS, FUNDS, ChainTenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

EXAMPLES = Path(__file__).parents[3] / "examples"
PATIENCE_SECONDS = 20.0
QUICK = replace(
    cast.CAST[0],
    poll_seconds=0.02,
    behaviour=replace(cast.CAST[0].behaviour, apply_seconds=0.0, create_seconds=0.0, start_seconds=0.1),
)


@asynccontextmanager
async def _chain(data: Path | None = None) -> AsyncIterator[tuple[ChainNode, RestChain]]:
    accounts = [*cast.genesis_accounts(), genesis.account("tenant", ADDRESS, FUNDS)]
    node = await ChainNode.start(genesis.genesis(accounts, now=datetime.now(UTC)), block_time=0.02, data=data)
    chain = RestChain(node.url)
    try:
        yield node, chain
    finally:
        await chain.close()
        await node.stop()


@asynccontextmanager
async def _provider(node: ChainNode, data: Path | None = None) -> AsyncIterator[SandboxProvider]:
    provider = await SandboxProvider.start(QUICK, chain_url=node.url, chain_id=genesis.CHAIN_ID, data=data)
    try:
        yield provider
    finally:
        await provider.stop()


async def _until(found: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (value := await found()):
            await asyncio.sleep(0.02)
        return value


def _http(provider: SandboxProvider) -> httpx.AsyncClient:
    context = ssl.create_default_context(cadata=provider.identity.certificate.decode())
    context.check_hostname = False
    headers = {"Authorization": f"Bearer {chain_tenant.token()}"}
    return httpx.AsyncClient(base_url=provider.url, verify=context, headers=headers)


async def _leased(tenant: ChainTenant, provider: SandboxProvider, http: httpx.AsyncClient) -> httpx.Response:
    """The web example's deployment 7, leased from the provider; the answer to its manifest."""
    compiled = compile_sdl((EXAMPLES / "web.yaml").read_text())
    await tenant.deploys(7, [group.wire() for group in compiled.groups], compiled.version)
    await _until(lambda: tenant.chain.open_bids(provider.address))
    await tenant.leases(7, provider.address)
    return await http.put("/deployment/7/manifest", content=compiled.manifest.text)


async def _status(http: httpx.AsyncClient) -> Any:
    answer = await http.get("/lease/7/1/1/status")
    return answer.json()["services"]["web"] if answer.status_code == 200 else None


def test_an_example_runs_from_its_order_to_its_end() -> None:
    async def walk() -> None:
        async with _chain() as (node, chain), _provider(node) as provider, _http(provider) as http:
            tenant = ChainTenant.on(chain, genesis.CHAIN_ID)

            put = await _leased(tenant, provider, http)

            assert (put.status_code, put.text) == (200, "")

            async def is_ready() -> bool:
                status = await _status(http)
                return bool(status and status["available"])

            await _until(is_ready)
            await tenant.closes(7)

            async def is_gone() -> bool:
                return await _status(http) is None

            await _until(is_gone)
            assert await chain.active_leases(provider.address) == frozenset()

    asyncio.run(walk())


def test_a_provider_registers_itself_and_its_certificate_once(tmp_path: Path) -> None:
    async def walk() -> None:
        async with _chain() as (node, chain):
            async with _provider(node, tmp_path) as first:
                record = await chain.provider(first.address)
                certificate = await chain.certificate(first.address, first.identity.serial)
                assert record and record.host_uri == first.url and record.attributes == QUICK.attributes
                assert certificate == first.identity.certificate

            async with _provider(node, tmp_path) as again:
                assert again.url == first.url
                assert again.identity == first.identity

    asyncio.run(walk())


def test_a_provider_whose_port_is_taken_tells_the_chain_its_new_one(tmp_path: Path) -> None:
    async def walk() -> None:
        async with _chain() as (node, chain):
            async with _provider(node, tmp_path) as first:
                async with _provider(node, tmp_path) as moved:
                    record = await chain.provider(moved.address)

                    assert moved.url != first.url
                    assert record and record.host_uri == moved.url

    asyncio.run(walk())


def test_what_runs_goes_on_after_a_restart(tmp_path: Path) -> None:
    async def walk() -> None:
        async with _chain() as (node, chain):
            async with _provider(node, tmp_path) as provider, _http(provider) as http:
                await _leased(ChainTenant.on(chain, genesis.CHAIN_ID), provider, http)
                before = await _until(lambda: _status(http))

            async with _provider(node, tmp_path) as again, _http(again) as http:
                after = await _until(lambda: _status(http))

                assert after["uris"] == before["uris"]
                assert again.deliveries.overdue() == []

    asyncio.run(walk())
