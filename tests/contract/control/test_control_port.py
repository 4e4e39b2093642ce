"""The control port over HTTP, and what it does to a running node."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.addresses import Listen
from sandbox.control.panel import ControlPanel
from sandbox.control.script import Script
from sandbox.control.server import ControlServer
from tests.contract.chain.test_node import AMPLE, BLOCK_TIME, running
from tests.unit.chain_node.network import TENANT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from sandbox.chain.node import ChainNode

SUPPLY = "/cosmos/bank/v1beta1/supply"
LATEST = "/cosmos/base/tendermint/v1beta1/blocks/latest"


class Control:
    """Speaks to a control port, and to the node that it controls."""

    def __init__(self, node: ChainNode, server: ControlServer, http: httpx.AsyncClient) -> None:
        self.node, self.server, self.http = node, server, http

    async def tell(self, command: str, **arguments: Any) -> Any:
        answer = await self.http.post(f"/{command}", json=arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def status(self) -> Any:
        return (await self.http.get("/")).json()

    async def ask(self, path: str = SUPPLY, timeout: float = AMPLE) -> httpx.Response:
        return await self.http.get(f"{self.node.url}{path}", timeout=timeout)

    async def block_after(self, height: int) -> int:
        async with asyncio.timeout(AMPLE):
            while self.node.chain.tip.height <= height:
                await asyncio.sleep(BLOCK_TIME / 4)
        return self.node.chain.tip.height


@asynccontextmanager
async def controlled(data: Path | None = None) -> AsyncIterator[Control]:
    async for node, _ in running(data):
        server = await ControlServer.start(ControlPanel(node), Listen())
        try:
            async with httpx.AsyncClient(base_url=server.url, timeout=AMPLE) as http:
                yield Control(node, server, http)
        finally:
            await server.stop()


def on_control(test: Callable[[Control], Awaitable[None]]) -> None:
    async def run() -> None:
        async with controlled() as control:
            await test(control)

    asyncio.run(run())


def test_stopped_blocks_come_again_when_they_are_resumed() -> None:
    async def test(control: Control) -> None:
        stopped = (await control.tell("stop-blocks"))["height"]
        await asyncio.sleep(BLOCK_TIME * 5)

        held = await control.status()
        read = await control.ask(LATEST)
        await control.tell("resume-blocks")

        assert (held["height"], held["blocks"]) == (stopped, "stopped")
        assert read.json()["block"]["header"]["height"] == str(stopped)
        assert await control.block_after(stopped) > stopped

    on_control(test)


def test_a_jump_makes_the_blocks_of_its_time() -> None:
    async def test(control: Control) -> None:
        before = control.node.chain.tip

        jumped = await control.tell("jump", by="1h", block_time="6s")

        after = control.node.chain.tip
        assert jumped["blocks"] >= 600
        assert after.height - before.height >= 600
        assert after.time - before.time >= 3600 * 10**9
        assert (await control.ask()).status_code == 200

    on_control(test)


def test_time_runs_fast_and_blocks_keep_their_distance() -> None:
    async def test(control: Control) -> None:
        await control.tell("speed", factor=6000, block_time="6s")
        first = await control.block_after(control.node.chain.tip.height)
        height = await control.block_after(first + 50)

        times = [control.node.chain.history.block(each) for each in range(height - 20, height)]

        distances = {
            later.time - earlier.time
            for earlier, later in zip(times, times[1:], strict=False)
            if earlier and later
        }
        assert distances == {6 * 10**9}
        assert (await control.status())["factor"] == 6000

    on_control(test)


def test_a_node_that_fails_recovers_after_the_next_few_requests() -> None:
    async def test(control: Control) -> None:
        await control.tell("disturb", path="/cosmos/bank", status=503, next=2)

        answers = [(await control.ask()).status_code for _ in range(3)]
        elsewhere = await control.ask(LATEST)

        assert answers == [503, 503, 200]
        assert elsewhere.status_code == 200

    on_control(test)


def test_a_hanging_request_is_let_go_by_clear() -> None:
    async def test(control: Control) -> None:
        shown = await control.tell("disturb", hang=True)
        with pytest.raises(httpx.ReadTimeout):
            await control.ask(timeout=0.1)
        request = asyncio.create_task(control.ask())
        async with asyncio.timeout(AMPLE):
            while len((await control.status())["disturbances"]) < 1:
                await asyncio.sleep(BLOCK_TIME)
        await asyncio.sleep(BLOCK_TIME)
        cleared = await control.tell("clear")

        assert shown == {"path": "/", "hang": True}
        assert cleared == {"cleared": 1}
        assert (await request).status_code in (200, 504)
        assert (await control.ask()).status_code == 200

    on_control(test)


def test_a_late_answer_is_the_right_one() -> None:
    async def test(control: Control) -> None:
        await control.tell("disturb", path="/cosmos/bank", delay="20ms")

        assert (await control.ask()).json()["supply"]

    on_control(test)


def test_a_script_is_played_in_order_and_goes_on_behind_a_refusal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test(control: Control) -> None:
        script = Script.of(["stop-blocks", "kill provider=nobody", "wait for=1ms", "disturb status=500"])

        await script.play(control.server.panel)

        found = await control.status()
        assert (found["blocks"], found["disturbances"]) == ("stopped", [{"path": "/", "status": 500}])
        assert "kill provider=nobody: this chain has no providers of its own" in caplog.text

    on_control(test)


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("jump", {"by": "500d"}, "by: Input should be less than"),
        ("jump", {"by": "366d", "block_time": "1s"}, "10000000 are the most"),
        ("speed", {"factor": 5, "colour": "red"}, "colour: Extra inputs are not permitted"),
        ("speed", {"factor": 100000, "block_time": "1ms"}, "50000 are the most"),
        ("kill", {"provider": "aurora"}, "no providers of its own"),
        ("tariff", {"factor": 2}, "no providers of its own"),
        ("drain", {"owner": TENANT.address, "dseq": 5}, "account not found"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    command: str, arguments: dict[str, Any], words: str
) -> None:
    async def test(control: Control) -> None:
        answer = await control.http.post(f"/{command}", json=arguments)

        assert answer.status_code == 400
        assert words in answer.json()["error"]

    on_control(test)


def test_nothing_is_changed_by_hand_while_blocks_are_stopped() -> None:
    async def test(control: Control) -> None:
        await control.tell("stop-blocks")

        for command, arguments in (
            ("expire-grants", {"grantee": TENANT.address}),
            ("jump", {"by": "1m"}),
        ):
            answer = await control.http.post(f"/{command}", json=arguments)
            assert (answer.status_code, "resume them first" in answer.text) == (400, True)

    on_control(test)


def test_a_jump_under_way_ends_when_blocks_are_stopped() -> None:
    async def test(control: Control) -> None:
        jump = asyncio.create_task(control.tell("jump", by="60d", block_time="6s"))
        await control.block_after(control.node.chain.tip.height + 5_000)
        await control.tell("stop-blocks")

        assert (await jump)["height"] == control.node.chain.tip.height

    on_control(test)


@pytest.mark.parametrize(
    ("headers", "body", "path", "status"),
    [
        ({"Host": "elsewhere.example"}, b"{}", "/stop-blocks", 403),
        ({"Origin": "http://elsewhere.example"}, b"{}", "/stop-blocks", 403),
        ({}, b"not json", "/jump", 400),
        ({}, b"{}", "/explode", 404),
    ],
)
def test_who_may_not_and_what_is_no_command(
    headers: dict[str, str], body: bytes, path: str, status: int
) -> None:
    async def test(control: Control) -> None:
        answer = await control.http.post(path, content=body, headers=headers)

        assert (answer.status_code, list(answer.json())) == (status, ["error"])
        assert (await control.status())["blocks"] == "running"

    on_control(test)


def test_the_control_port_is_nobody_elses() -> None:
    async def test(control: Control) -> None:
        with pytest.raises(ValueError, match=r"on 127\.0\.0\.1 only"):
            await ControlServer.start(control.server.panel, Listen("0.0.0.0", 0))  # noqa: S104

    on_control(test)


def test_a_kept_chain_goes_on_behind_the_time_it_jumped_to(tmp_path: Path) -> None:
    async def walk() -> None:
        async with controlled(tmp_path) as control:
            await control.tell("jump", by="10d", block_time="1h")
            before = control.node.chain.tip
        async with controlled(tmp_path) as control:
            await control.block_after(before.height)

            assert control.node.chain.tip.time > before.time

    asyncio.run(walk())
