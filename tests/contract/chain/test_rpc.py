"""CometBFT's RPC over HTTP: JSON-RPC by POST, each method by GET."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.contract.chain.test_node import AMPLE, BLOCK_TIME, running, signed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Rpc:
    """A node's RPC port, as scripts use it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, body: Any, path: str = "/") -> tuple[int, Any]:
        async with self._session.post(path, json=body) as response:
            return response.status, await response.json(content_type=None)

    async def call(self, method: str, **params: Any) -> Any:
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        status, found = await self.post(body)
        assert (status, found["jsonrpc"], found["id"]) == (200, "2.0", 7)
        return found.get("result") or found.get("error")

    async def get(self, path: str, **params: str) -> tuple[int, Any]:
        async with self._session.get(path, params=params) as response:
            return response.status, await response.json()

    async def text(self, path: str) -> tuple[int, str]:
        async with self._session.get(path) as response:
            return response.status, await response.text()

    async def included(self, digest: str) -> Any:
        async with asyncio.timeout(AMPLE):
            while "height" not in (found := await self.call("tx", hash=digest_argument(digest))):
                await asyncio.sleep(BLOCK_TIME / 4)
            return found


def digest_argument(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()


def on_rpc(test: Callable[[Rpc], Awaitable[None]]) -> None:
    async def run() -> None:
        async for node, _ in running(None):
            async with aiohttp.ClientSession(node.rpc_url) as session:
                await test(Rpc(session))

    asyncio.run(run())


def test_a_transaction_goes_all_the_way_by_rpc() -> None:
    async def test(rpc: Rpc) -> None:
        raw = signed()

        sent = await rpc.call("broadcast_tx_sync", tx=b64encode(raw).decode())
        found = await rpc.included(sent["hash"])
        block = await rpc.call("block", height=found["height"])
        searched = await rpc.call("tx_search", query=f"tx.height={found['height']}", page="1")
        by_path = await rpc.get("/tx", hash=f"0x{sent['hash']}")

        assert (sent["code"], found["tx_result"]["code"]) == (0, 0)
        assert block["block"]["data"]["txs"] == [found["tx"]] == [b64encode(raw).decode()]
        assert searched["txs"] == [found]
        assert by_path == (200, {"jsonrpc": "2.0", "id": -1, "result": found})

    on_rpc(test)


def test_a_transaction_is_sent_by_path() -> None:
    async def test(rpc: Rpc) -> None:
        status, sent = await rpc.get("/broadcast_tx_sync", tx=f"0x{signed().hex()}")

        assert (status, sent["result"]["code"]) == (200, 0)
        assert (await rpc.included(sent["result"]["hash"]))["index"] == 0

    on_rpc(test)


def test_status_and_health_by_both_ways() -> None:
    async def test(rpc: Rpc) -> None:
        posted = await rpc.call("status")
        status, got = await rpc.get("/status")

        assert status == 200
        assert got["result"]["node_info"] == posted["node_info"]
        assert int(got["result"]["sync_info"]["latest_block_height"]) >= 1
        assert await rpc.get("/health") == (200, {"jsonrpc": "2.0", "id": -1, "result": {}})

    on_rpc(test)


def test_a_batch_is_answered_in_order_and_a_notification_not_at_all() -> None:
    async def test(rpc: Rpc) -> None:
        calls = [
            {"jsonrpc": "2.0", "id": "a", "method": "health"},
            {"jsonrpc": "2.0", "method": "health"},
            {"jsonrpc": "2.0", "id": 2, "method": "none"},
        ]

        status, found = await rpc.post(calls)
        notified = await rpc.post(calls[1])

        assert status == 200
        assert [answer["id"] for answer in found] == ["a", 2]
        assert found[1]["error"] == {"code": -32601, "message": "Method not found"}
        assert notified == (200, None)

    on_rpc(test)


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"id": 1, "method": "block", "params": {"height": "99999999"}}, "/", -32603),
        ({"id": 1, "method": "block", "params": {"height": "x"}}, "/", -32602),
        ({"id": 1, "method": "block"}, "/block", -32600),
        ([1, 2], "/", -32700),
    ],
)
def test_a_wrong_call_is_told_why(body: Any, path: str, code: int) -> None:
    async def test(rpc: Rpc) -> None:
        _, found = await rpc.post(body, path)

        assert found["error"]["code"] == code
        assert found["error"]["data"]

    on_rpc(test)


def test_a_wrong_path_or_argument_of_a_path() -> None:
    async def test(rpc: Rpc) -> None:
        wrong, found = await rpc.get("/block", height="high")
        unknown, words = await rpc.text("/nothing")
        listed, methods = await rpc.text("/")

        assert (wrong, found["error"]["code"]) == (500, -32602)
        assert (unknown, words) == (404, "404 page not found\n")
        assert listed == 200
        assert "broadcast_tx_sync(tx)" in methods

    on_rpc(test)
