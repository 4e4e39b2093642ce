"""What a provider's look at a block costs: `python -m bench.sandbox_provider [leases] [orders]`.

One process holds the node too, so the CPU time is that of both: what a sandbox pays for each of its providers
at each block. The figures are a look that reads whole lists, as every look once did, one at an empty block,
and one at a block with a new order; and how many times cheaper the latter two are.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from slipway.sdl.compiler import compile_sdl

from sandbox import genesis
from sandbox.chain.node import ChainNode
from sandbox.provider import cast
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.following import Following
from sandbox.provider.gateway import SandboxProvider
from tests.contract.provider import chain_tenant
from tests.contract.provider.chain_tenant import ADDRESS, ChainTenant

BATCH: Final = 20
LOOKS: Final = 15
BLOCK_SECONDS: Final = 0.05
RICH: Final = {"uact": 10**12, "uakt": 10**12}
SDL: Final = Path(__file__).parents[1] / "examples" / "web.yaml"


async def main(leases: int, orders: int) -> None:
    accounts = [*cast.genesis_accounts(), genesis.account("tenant", ADDRESS, RICH)]
    node = await ChainNode.start(genesis.genesis(accounts, now=datetime.now(UTC)), block_time=BLOCK_SECONDS)
    chain = RestChain(node.url)
    try:
        tenant, numbers = ChainTenant.on(chain, genesis.CHAIN_ID), itertools.count(1)
        provider = await SandboxProvider.start(cast.CAST[0], chain_url=node.url, chain_id=genesis.CHAIN_ID)
        try:
            await _lease(tenant, provider.address, [next(numbers) for _ in range(leases)])
        finally:
            await provider.stop()
        await _deploy(tenant, [next(numbers) for _ in range(orders)])
        await _measure(tenant, provider.address, numbers)
    finally:
        await chain.close()
        await node.stop()


async def _deploy(tenant: ChainTenant, dseqs: list[int]) -> None:
    compiled = compile_sdl(SDL.read_text())
    groups = [group.wire() for group in compiled.groups]
    for batch in _batches(dseqs):
        await tenant.wallet.send([chain_tenant.deployment(dseq, groups, compiled.version) for dseq in batch])


async def _lease(tenant: ChainTenant, provider: str, dseqs: list[int]) -> None:
    for batch in _batches(dseqs):
        await _deploy(tenant, batch)
        while len(await tenant.chain.open_bids(provider)) < len(batch):
            await asyncio.sleep(BLOCK_SECONDS)
        await tenant.wallet.send([chain_tenant.lease(dseq, provider) for dseq in batch])


async def _measure(tenant: ChainTenant, provider: str, numbers: itertools.count[int]) -> None:
    following = Following(tenant.chain, provider)
    whole, empty, busy = [], [], []
    for _ in range(LOOKS):
        whole.append(await _look(Following(tenant.chain, provider)))
        await following.catch_up()
        await _next_block(tenant.chain)
        empty.append(await _look(following))
        await _deploy(tenant, [next(numbers)])
        busy.append(await _look(following))
    usual = statistics.median(whole)
    print(f"{len(following.leases)} leases, {len(following.orders)} open orders")
    for name, found in (("whole lists", whole), ("an empty block", empty), ("a new order", busy)):
        median = statistics.median(found)
        print(f"{name:15} {median * 1000:7.1f} ms of CPU, {usual / median:6.1f} times cheaper")


async def _look(following: Following) -> float:
    began = time.process_time()
    await following.catch_up()
    return time.process_time() - began


async def _next_block(chain: RestChain) -> None:
    height = (await chain.block()).height
    while (await chain.block()).height == height:
        await asyncio.sleep(BLOCK_SECONDS / 5)


def _batches(dseqs: list[int]) -> list[list[int]]:
    return [dseqs[at : at + BATCH] for at in range(0, len(dseqs), BATCH)]


if __name__ == "__main__":
    chosen = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*chosen, *(300, 100)[len(chosen) :]))
