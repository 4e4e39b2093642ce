"""A running node: one chain that makes its blocks by its clock and answers REST and RPC on the loopback."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from sandbox.addresses import Listen
from sandbox.chain.app import Chain
from sandbox.chain.clock import Clock
from sandbox.chain.disturbances import Disturbances
from sandbox.chain.genesis import Genesis
from sandbox.chain.history import KEPT_BLOCKS
from sandbox.chain.numbers import SECOND
from sandbox.chain.pace import Pace
from sandbox.chain.rest.gateway import CONTENT_TYPE, Gateway
from sandbox.chain.rpc.http import RpcServer
from sandbox.chain.serving import Port
from sandbox.chain.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sandbox.chain.app import Commit
    from sandbox.chain.context import Context

ANYWHERE: Final = Listen()
SAVE_SECONDS: Final = 1.0
"""How long blocks without transactions may wait to be saved; one with transactions is saved at once."""
SLICE: Final = 2_000
"""Blocks between two looks at who else wants the event loop: some 15 ms of empty ones."""
HEIGHT_HEADER: Final = "Grpc-Metadata-X-Cosmos-Block-Height"

_log = logging.getLogger(__name__)


class ChainNode:
    """One validator, its REST gateway and its RPC. Made by `start`, ended by `stop`."""

    def __init__(self, chain: Chain, *, block_time: float, storage: Storage | None) -> None:
        self.chain = chain
        self.url = ""
        self.rpc_url = ""
        self.clock = Clock()
        self.clock.not_before(chain.tip.time)
        self.pace = Pace(self.clock, round(block_time * SECOND))
        self.disturbances = Disturbances()
        self._gateway = Gateway(chain)
        self._storage = storage
        self._unsaved: list[Commit] = []
        self._save_at = 0.0
        self._ports: list[Port] = []
        self._blocks: asyncio.Task[None] | None = None
        self._made = asyncio.Condition()

    @classmethod
    async def start(
        cls,
        genesis: Mapping[str, Any],
        *,
        block_time: float,
        data: Path | None = None,
        listen: Listen = ANYWHERE,
        rpc_listen: Listen = ANYWHERE,
    ) -> ChainNode:
        """A node on two ports (any free ones of the loopback), with a block every `block_time` seconds.

        With a `data` folder the chain goes on from what was saved there, and the genesis counts only once.
        Raises OSError for a port in use, sqlite3.OperationalError for a folder in use, ValueError for a block
        time that cannot be kept.
        """
        storage = Storage.open(data) if data else None
        node = cls(_opened(storage, genesis), block_time=block_time, storage=storage)
        try:
            await node._listen(listen, rpc_listen)
        except OSError:
            await node.stop()
            raise
        if not node.chain.tip.height:  # a node answers once it has its first block
            node._keep(list(node.chain.pass_blocks([node.clock.now() + 1])))
        node.pace.resume()  # the time that starting took is no block's
        node._blocks = asyncio.create_task(node._make_blocks(), name="blocks")
        return node

    async def stop(self) -> None:
        """End the blocks, the servers and the file. What waits for a block is lost, as in a real mempool."""
        if self._blocks:
            self._blocks.cancel()
            await asyncio.gather(self._blocks, return_exceptions=True)
        self.disturbances.clear()
        for port in self._ports:
            await port.close()
        if self._storage:
            self._save()
            self._storage.close()

    async def jump(self, nanoseconds: int, block_time: int | None = None) -> int:
        """Let the chain's time have passed, with all its blocks; returns when they are made: how many.

        Raises ValueError for a jump that is too long.
        """
        count, first = self.pace.jump(nanoseconds, block_time), self.chain.tip.height
        await self.reach(first + count)
        return self.chain.tip.height - first

    async def intervene(self, change: Callable[[Context], None]) -> int:
        """Change the state by hand at the beginning of the next block, and wait for it: its height.

        What `change` raises is raised here, and nothing of it stays. While blocks are stopped: ValueError.
        """
        if self.pace.is_stopped:
            raise ValueError("the blocks are stopped: resume them first")
        done = self.chain.intervene(change)
        async with self._made:
            await self._made.wait_for(lambda: done.height is not None or self._has_ended)
        if done.error:
            raise done.error
        return done.height or self.chain.tip.height

    async def reach(self, height: int) -> None:
        """Wait until the chain is so high."""
        async with self._made:
            await self._made.wait_for(lambda: self.chain.tip.height >= height or self._has_ended)

    @property
    def _has_ended(self) -> bool:
        return self._blocks is None or self._blocks.done() or self.pace.is_stopped

    async def _listen(self, listen: Listen, rpc_listen: Listen) -> None:
        rest = await Port.open(self._answer, self.disturbances, listen)
        self._ports.append(rest)
        rpc = await Port.open(RpcServer(self.chain).answer, self.disturbances, rpc_listen)
        self._ports.append(rpc)
        self.url, self.rpc_url = rest.url, rpc.url

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        params = {name: request.query[name] for name in request.query}
        height = request.headers.get("x-cosmos-block-height", "")
        answer = self._gateway.answer(request.method, request.path, params, body, height)
        headers = {"Content-Type": CONTENT_TYPE}
        if answer.height is not None:
            headers[HEIGHT_HEADER] = str(answer.height)
        return web.Response(status=answer.status, body=answer.text.encode(), headers=headers)

    async def _make_blocks(self) -> None:
        try:
            while True:
                await self.pace.wait()
                times = self.pace.take()
                for first in range(0, len(times), SLICE):
                    self._keep(list(self.chain.pass_blocks(times[first : first + SLICE])))
                    await self._tell()
                    if self.pace.is_stopped:
                        break
                await self._tell()  # also when blocks were stopped: nobody shall wait for them
        except Exception:
            _log.exception("the chain has halted at height %d", self.chain.tip.height)
            raise

    async def _tell(self) -> None:
        """Wake whoever waits for a block, and let others run."""
        async with self._made:
            self._made.notify_all()
        await asyncio.sleep(0)

    def _keep(self, commits: list[Commit]) -> None:
        if self._storage is None:
            return
        self._unsaved.extend(commits)
        if len(self._unsaved) > KEPT_BLOCKS:
            self._unsaved = _worth_saving(self._unsaved)
        is_due = asyncio.get_running_loop().time() >= self._save_at
        if is_due or any(commit.is_eventful for commit in commits):
            self._save()

    def _save(self) -> None:
        assert self._storage is not None, "asked for only with a folder"
        self._storage.save(self._unsaved)
        self._unsaved.clear()
        self._save_at = asyncio.get_running_loop().time() + SAVE_SECONDS


def _worth_saving(commits: list[Commit]) -> list[Commit]:
    """Without the empty blocks that are forgotten already."""
    forgotten = commits[-1].block.height - KEPT_BLOCKS
    return [commit for commit in commits if commit.is_eventful or commit.block.height > forgotten]


def _opened(storage: Storage | None, genesis: Mapping[str, Any]) -> Chain:
    """The saved chain, or a new one, which is saved if it can be."""
    try:
        if storage and (saved := storage.load()):
            return saved
        chain = Chain.of(Genesis.of(genesis).starting_by(time.time_ns()))
        if storage:
            storage.start(chain)
    except BaseException:
        if storage:
            storage.close()
        raise
    return chain
