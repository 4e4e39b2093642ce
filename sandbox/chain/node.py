"""A running node: one chain that makes its blocks by the clock and answers over HTTP on the loopback."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from sandbox.chain.app import Chain
from sandbox.chain.genesis import Genesis
from sandbox.chain.rest.gateway import CONTENT_TYPE, Gateway
from sandbox.chain.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox.chain.app import Commit

HOST: Final = "127.0.0.1"
SAVE_SECONDS: Final = 1.0
"""How long blocks without transactions may wait to be saved; one with transactions is saved at once."""
LARGEST_BODY: Final = 2 * 1024 * 1024
"""CometBFT takes a transaction of 1 MiB, which base64 makes a third longer."""
HEIGHT_HEADER: Final = "Grpc-Metadata-X-Cosmos-Block-Height"

_log = logging.getLogger(__name__)


class ChainNode:
    """One validator and its REST gateway. Made by `start`, ended by `stop`."""

    def __init__(self, chain: Chain, *, block_time: float, storage: Storage | None) -> None:
        self.chain = chain
        self.url = ""
        self._gateway = Gateway(chain)
        self._block_time = block_time
        self._storage = storage
        self._unsaved: list[Commit] = []
        self._save_at = 0.0
        self._runner: web.AppRunner | None = None
        self._blocks: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls, genesis: Mapping[str, Any], *, block_time: float, data: Path | None = None, port: int = 0
    ) -> ChainNode:
        """A node on a port of 127.0.0.1 (any free one), with blocks every `block_time` seconds.

        With a `data` folder the chain goes on from what was saved there, and the genesis counts only once.
        Raises OSError for a port in use, sqlite3.OperationalError for a folder in use.
        """
        storage = Storage.open(data) if data else None
        node = cls(_opened(storage, genesis), block_time=block_time, storage=storage)
        try:
            await node._listen(port)
        except OSError:
            await node.stop()
            raise
        node._blocks = asyncio.create_task(node._make_blocks(), name="blocks")
        return node

    async def stop(self) -> None:
        """End the blocks, the server and the file. What waits for a block is lost, as in a real mempool."""
        if self._blocks:
            self._blocks.cancel()
            await asyncio.gather(self._blocks, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()
        if self._storage:
            self._save()
            self._storage.close()

    async def _listen(self, port: int) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        params = {name: request.query[name] for name in request.query}
        answer = self._gateway.answer(request.method, request.path, params, body)
        headers = {"Content-Type": CONTENT_TYPE}
        if answer.height is not None:
            headers[HEIGHT_HEADER] = str(answer.height)
        return web.Response(status=answer.status, body=answer.text.encode(), headers=headers)

    async def _make_blocks(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        try:
            while True:
                due = max(due + self._block_time, loop.time())
                await asyncio.sleep(due - loop.time())
                self._keep(self.chain.make_block(max(time.time_ns(), self.chain.tip.time + 1)))
        except Exception:
            _log.exception("the chain has halted at height %d", self.chain.tip.height)
            raise

    def _keep(self, commit: Commit) -> None:
        if self._storage is None:
            return
        self._unsaved.append(commit)
        if commit.records or asyncio.get_running_loop().time() >= self._save_at:
            self._save()

    def _save(self) -> None:
        assert self._storage is not None, "asked for only with a folder"
        self._storage.save(self._unsaved)
        self._unsaved.clear()
        self._save_at = asyncio.get_running_loop().time() + SAVE_SECONDS


def _opened(storage: Storage | None, genesis: Mapping[str, Any]) -> Chain:
    """The saved chain, or a new one, which is saved if it can be."""
    try:
        if storage and (saved := storage.load()):
            return saved
        chain = Chain.of(Genesis.of(genesis))
        if storage:
            storage.start(chain)
    except BaseException:
        if storage:
            storage.close()
        raise
    return chain
