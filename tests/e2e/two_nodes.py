"""A stack with two nodes, the first a bad one: dead, forgetful, or standing still in the past."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from slipway_signing.address import address_of

from sandbox import genesis
from sandbox.aws.treasury import public_bytes
from sandbox.chain.node import ChainNode
from sandbox.up import OwnChain, Sandbox, SandboxConfig
from tests.e2e.operator import Operator
from tests.e2e.relay import BROADCAST, listening, passed_on
from tests.e2e.running import Api, Running, client
from tests.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

BLOCK_SECONDS = 0.25
"""A change of credit wants several answers between two blocks, on a slow machine too."""
BEHIND = 10
"""Blocks that the chain goes on by before the stack meets a node that stands still."""
CREDIT = 5_000_000
FEES = 10_000_000
STATUS = "/cosmos/base/node/v1beta1/status"
BY_HASH = re.compile(rf"{BROADCAST}/(?P<hash>[0-9A-F]{{64}})")


@dataclass
class BadNode:
    """Answers for the node behind it, but where it is bad by itself. `asked` are the paths of all requests,
    `forgotten` the transactions that it took and let go, in base64."""

    node: str
    http: aiohttp.ClientSession
    url: str = ""
    is_dead: bool = False
    forgets: bool = False
    stands_at: dict[str, Any] | None = None
    asked: list[str] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)

    async def stand_still(self) -> None:
        """From now on it knows of no later block."""
        async with self.http.get(f"{self.node}{STATUS}") as answer:
            self.stands_at = await answer.json(content_type=None)

    async def answer(self, asked: web.BaseRequest) -> web.StreamResponse:
        body = await asked.read()
        self.asked.append(asked.path)
        if self.is_dead:
            assert asked.transport is not None
            asked.transport.abort()
            return web.Response()
        if self.forgets and asked.method == "POST" and asked.path == BROADCAST:
            tx_bytes = json.loads(body)["tx_bytes"]
            self.forgotten.add(tx_bytes)
            return _taken(tx_bytes)
        if self.stands_at is not None:
            return await self._past(asked, body, self.stands_at)
        return await passed_on(self.http, self.node, asked, body, {})

    async def _past(self, asked: web.BaseRequest, body: bytes, status: dict[str, Any]) -> web.StreamResponse:
        if asked.path == STATUS:
            return web.json_response(status)
        if looked_for := BY_HASH.fullmatch(asked.path):
            missing = {"code": 5, "message": f"tx not found: {looked_for['hash']}", "details": []}
            return web.json_response(missing, status=404)
        past = {"x-cosmos-block-height": str(status["height"])}
        return await passed_on(self.http, self.node, asked, body, past)


def _taken(tx_bytes: str) -> web.Response:
    """As a node answers that has put it into its mempool."""
    tx_hash = hashlib.sha256(base64.b64decode(tx_bytes)).hexdigest().upper()
    response = {"height": "0", "txhash": tx_hash, "codespace": "", "code": 0, "data": "", "raw_log": ""}
    return web.json_response({"tx_response": response})


@asynccontextmanager
async def _serving(node: str) -> AsyncIterator[BadNode]:
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        bad = BadNode(node, http)
        async with listening(bad.answer) as bad.url:
            yield bad


@asynccontextmanager
async def _started(*, stands_still: bool) -> AsyncIterator[tuple[Sandbox, BadNode]]:
    treasury = ec.generate_private_key(ec.SECP256K1())
    account = genesis.treasury_account(address_of(public_bytes(treasury)))
    node = await ChainNode.start(genesis.genesis([account], now=datetime.now(UTC)), block_time=BLOCK_SECONDS)
    try:
        async with _serving(node.url) as bad:
            if stands_still:
                await bad.stand_still()
                await node.reach(node.chain.tip.height + BEHIND)
            chain = OwnChain(f"{bad.url},{node.url}", genesis.CHAIN_ID)
            config = SandboxConfig(
                chain=chain, treasury_key=treasury, credit=CREDIT, fees=FEES, schedules=False
            )
            async with Sandbox.start(config) as sandbox:
                yield sandbox, bad
    finally:
        await node.stop()


@dataclass(frozen=True)
class World:
    stack: Running
    bad: BadNode

    @contextmanager
    def operator(self) -> Iterator[Operator]:
        """With a new user, and the good node's word for everything."""
        user_id, key = self.stack.run(self.stack.sandbox.new_user())
        with (
            self.stack.caller(key) as api,
            closing(Operator(self.stack, api, user_id, nodes=[self.bad.node])) as found,
        ):
            yield found


@contextmanager
def two_nodes(*, stands_still: bool = False) -> Iterator[World]:
    with in_thread(_started(stands_still=stands_still)) as ((sandbox, bad), loop):
        with client(sandbox.base_url, sandbox.api_key) as http:
            yield World(Running(sandbox, loop, Api(http)), bad)
