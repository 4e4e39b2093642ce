"""A node over HTTP, and what it keeps in its folder."""

from __future__ import annotations

import asyncio
import sqlite3
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from sandbox.addresses import Listen
from sandbox.chain.node import ChainNode
from sandbox.genesis import account, genesis
from tests.unit.chain_node.network import RICH, START, TENANT, TREASURY, Draft, Network, payment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

BLOCK_TIME = 0.02
AMPLE = 10.0
"""Seconds a test waits for a block before it fails; never what a test measures."""
TXS = "/cosmos/tx/v1beta1/txs"


class Client:
    """Speaks to a node as any HTTP client does."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def get(self, path: str, **params: str) -> tuple[int, Any]:
        async with self._session.get(path, params=params) as response:
            return response.status, await response.json()

    async def headers(self, path: str) -> Any:
        async with self._session.get(path) as response:
            return response.headers

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self._session.post(path, json=body) as response:
            return response.status, await response.json()

    async def broadcast(self, raw: bytes) -> Any:
        body = {"tx_bytes": b64encode(raw).decode(), "mode": "BROADCAST_MODE_SYNC"}
        return (await self.post(TXS, body))[1]["tx_response"]

    async def included(self, digest: str) -> Any:
        """The transaction's response, once it is in a block."""
        async with asyncio.timeout(AMPLE):
            while True:
                status, found = await self.get(f"{TXS}/{digest}")
                if status == 200:
                    return found["tx_response"]
                await asyncio.sleep(BLOCK_TIME / 4)

    async def balance(self) -> str:
        _, found = await self.get(f"/cosmos/bank/v1beta1/balances/{TENANT.address}/by_denom", denom="uakt")
        return str(found["balance"]["amount"])


def on_a_node(test: Callable[[ChainNode, Client], Awaitable[None]], data: Path | None = None) -> None:
    """Run a test against a node that is started before it and stopped after it."""

    async def run() -> None:
        async for node, client in running(data):
            await test(node, client)

    asyncio.run(run())


async def running(data: Path | None) -> AsyncIterator[tuple[ChainNode, Client]]:
    accounts = [account("treasury", TREASURY.address, {"uact": RICH, "uakt": RICH})]
    node = await ChainNode.start(genesis(accounts, now=START), block_time=BLOCK_TIME, data=data)
    try:
        async with aiohttp.ClientSession(node.url) as session:
            yield node, Client(session)
    finally:
        await node.stop()


def signed(sequence: int = 0, amount: int = 5) -> bytes:
    return Network().sign(Draft(messages=[payment(amount)], sequence=sequence))


def test_a_transaction_goes_from_broadcast_to_block() -> None:
    async def test(_: ChainNode, client: Client) -> None:
        raw = signed()

        sent = await client.broadcast(raw)
        found = await client.included(sent["txhash"])

        assert (sent["code"], sent["height"]) == (0, "0")
        assert (found["code"], found["raw_log"]) == (0, "")
        assert await client.balance() == "5"
        status, block = await client.get(f"/cosmos/base/tendermint/v1beta1/blocks/{found['height']}")
        assert status == 200
        assert block["block"]["data"]["txs"] == [b64encode(raw).decode()]

    on_a_node(test)


def test_a_refusal_of_check_tx_is_an_answer() -> None:
    async def test(_: ChainNode, client: Client) -> None:
        refused = await client.broadcast(signed(sequence=7))
        status, found = await client.get(f"{TXS}/{refused['txhash']}")

        assert (refused["codespace"], refused["code"]) == ("sdk", 32)
        assert (status, found["code"]) == (404, 5)
        assert found["message"] == f"tx not found: {refused['txhash']}"

    on_a_node(test)


def test_a_simulation_answers_gas_or_a_text() -> None:
    async def test(_: ChainNode, client: Client) -> None:
        path = "/cosmos/tx/v1beta1/simulate"
        good, bad = (b64encode(signed(amount=amount)).decode() for amount in (5, 10**15))

        status, found = await client.post(path, {"tx_bytes": good})
        refused_status, refused = await client.post(path, {"tx_bytes": bad})

        assert status == 200
        assert int(found["gas_info"]["gas_used"]) > 0
        assert (refused_status, refused["code"]) == (500, 2)
        assert "spendable balance" in refused["message"]
        assert "with gas used: '" in refused["message"]

    on_a_node(test)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (TXS, {"tx_bytes": "!!"}, 400, 3),
        (TXS, {"tx_bytes": 5}, 400, 3),
        (TXS, ["no", "object"], 400, 3),
        (TXS, {"tx_bytes": "AAAA"}, 500, 2),
        ("/cosmos/tx/v1beta1/simulate", {}, 400, 3),
        ("/cosmos/tx/v1beta1/nothing", {}, 501, 12),
    ],
)
def test_what_is_posted_wrongly_is_refused(path: str, body: Any, status: int, code: int) -> None:
    async def test(_: ChainNode, client: Client) -> None:
        answered, found = await client.post(path, body)

        assert (answered, found["code"]) == (status, code)

    on_a_node(test)


def test_answers_say_which_block_they_were_read_from() -> None:
    async def test(_: ChainNode, client: Client) -> None:
        headers = await client.headers("/cosmos/bank/v1beta1/supply")

        assert headers["Content-Type"] == "application/json"
        assert int(headers["Grpc-Metadata-X-Cosmos-Block-Height"]) >= 0

    on_a_node(test)


def test_a_chain_goes_on_from_its_folder(tmp_path: Path) -> None:
    heights: list[int] = []

    async def first(node: ChainNode, client: Client) -> None:
        sent = await client.broadcast(signed())
        await client.included(sent["txhash"])
        heights.append(node.chain.tip.height)

    async def second(node: ChainNode, client: Client) -> None:
        assert node.chain.tip.height >= heights[0]
        assert await client.balance() == "5"
        again = await client.broadcast(signed())
        assert (again["codespace"], again["code"]) == ("sdk", 19)
        assert (await client.included(again["txhash"]))["events"]
        sent = await client.broadcast(signed(sequence=1, amount=6))
        await client.included(sent["txhash"])
        assert await client.balance() == "11"

    on_a_node(first, tmp_path)
    on_a_node(second, tmp_path)


def test_two_nodes_do_not_share_a_folder(tmp_path: Path) -> None:
    async def test(_: ChainNode, __: Client) -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await ChainNode.start(genesis([], now=START), block_time=BLOCK_TIME, data=tmp_path)

    on_a_node(test, tmp_path)


def test_a_port_in_use_is_an_error(tmp_path: Path) -> None:
    async def test(node: ChainNode, _: Client) -> None:
        port = int(node.url.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            await ChainNode.start(
                genesis([], now=START),
                block_time=BLOCK_TIME,
                data=tmp_path / "other",
                listen=Listen(port=port),
            )

    on_a_node(test)
