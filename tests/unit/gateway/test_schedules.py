"""The template's schedules, and when a clock has their functions run."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.aws import declared, schedules
from sandbox.aws.intrinsics import Stack, UnresolvedError
from sandbox.aws.schedules import Schedule, Ticker, schedules_of
from sandbox.aws.template import Template

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
ROUNDS = 50
START = 1_800_000_000 * SECOND


@pytest.fixture(autouse=True)
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "LOOK_SECONDS", 0)


def stack_of(template: Template) -> Stack:
    stack = Stack(template, name="s", region="us-east-1", account_id="123456789012")
    declared.declare(stack)
    return stack


def found(events: str) -> list[Schedule]:
    """The schedules of a function with these events."""
    text = f"Resources: {{Sweep: {{Type: AWS::Serverless::Function, Properties: {{Events: {events}}}}}}}"
    return schedules_of(stack_of(Template.parse(text)))


def test_every_schedule_of_the_template_is_one_that_the_sandbox_runs() -> None:
    ours = schedules_of(stack_of(Template.read(TEMPLATE)))

    assert {(one.logical_id, one.function, one.every // MINUTE, json.dumps(one.event)) for one in ours} == {
        ("SignerSweepTurn", "s-SignerSweep", 1, "null"),
        ("SignerUpkeepCreditTurn", "s-SignerUpkeep", 1, '{"look_after": "credit"}'),
        ("SignerUpkeepFeesTurn", "s-SignerUpkeep", 10, '{"look_after": "fees"}'),
    }


@pytest.mark.parametrize(
    ("event", "minutes"),
    [
        ("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute)}}", 1),
        ("{Type: Schedule, Properties: {Schedule: rate(5 minutes)}}", 5),
        ("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(2 hours)}}", 120),
        ("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}", 1440),
    ],
)
def test_a_rate_is_a_period(event: str, minutes: int) -> None:
    assert [one.every for one in found(f"{{Turn: {event}}}")] == [minutes * MINUTE]


@pytest.mark.parametrize(
    "event",
    [
        "{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute), State: DISABLED}}",
        "{Type: Schedule, Properties: {Schedule: rate(1 minute), Enabled: false}}",
        "{Type: Api, Properties: {Method: GET, Path: /v1/things}}",
    ],
)
def test_what_is_off_or_no_schedule_has_no_turns(event: str) -> None:
    assert found(f"{{Turn: {event}}}") == []


@pytest.mark.parametrize("expression", ["cron(0 12 * * ? *)", "rate(0 minutes)", "rate(banana)"])
def test_what_the_sandbox_cannot_run_is_said_at_the_start(expression: str) -> None:
    with pytest.raises(UnresolvedError, match="SweepTurn"):
        found(f"{{Turn: {{Type: ScheduleV2, Properties: {{ScheduleExpression: '{expression}'}}}}}}")


async def settled() -> None:
    """Whoever looks at the clock has looked: a look is a few rounds of the loop."""
    for _ in range(ROUNDS):
        await asyncio.sleep(0)


class Turns:
    """A clock that is moved by hand, and the invocations that came of it."""

    def __init__(self) -> None:
        self.now = START
        self.invoked: list[tuple[str, Any]] = []
        self.held = asyncio.Event()
        self.held.set()

    async def invoke(self, function: str, event: Any) -> None:
        self.invoked.append((function, event))
        await self.held.wait()

    async def pass_by(self, minutes: float) -> list[str]:
        """The functions that were invoked because of it."""
        before = len(self.invoked)
        self.now += round(minutes * MINUTE)
        await settled()
        return [function for function, _ in self.invoked[before:]]


def every(minutes: int, function: str = "sweep", event: Any = None) -> Schedule:
    arn = f"arn:aws:scheduler:us-east-1:123456789012:schedule/default/{function}"
    return Schedule(function, function, arn, minutes * MINUTE, event)


@asynccontextmanager
async def ticking(*of: Schedule) -> AsyncIterator[Turns]:
    turns = Turns()
    ticker = Ticker(of, invoke=turns.invoke, now=lambda: turns.now)
    ticker.start()
    await settled()
    try:
        yield turns
    finally:
        turns.held.set()
        await ticker.stop()
        assert await turns.pass_by(60) == []


def test_each_schedule_has_its_turns() -> None:
    async def scenario() -> None:
        async with ticking(every(1), every(3, "fees", {"look_after": "fees"})) as turns:
            assert await turns.pass_by(0.9) == []
            assert await turns.pass_by(0.2) == ["sweep"]
            assert await turns.pass_by(0.5) == []
            assert await turns.pass_by(0.5) == ["sweep"]
            assert sorted(await turns.pass_by(1)) == ["fees", "sweep"]
            assert ("fees", {"look_after": "fees"}) in turns.invoked

    asyncio.run(scenario())


def test_a_jump_of_the_clock_is_one_turn_and_the_period_stays() -> None:
    async def scenario() -> None:
        async with ticking(every(1)) as turns:
            assert await turns.pass_by(60.5) == ["sweep"]
            assert await turns.pass_by(0.4) == []
            assert await turns.pass_by(0.2) == ["sweep"]

    asyncio.run(scenario())


def test_no_turn_begins_before_the_one_before_it_has_ended() -> None:
    async def scenario() -> None:
        async with ticking(every(1)) as turns:
            turns.held.clear()
            assert await turns.pass_by(1) == ["sweep"]
            assert await turns.pass_by(3) == []
            turns.held.set()
            assert await turns.pass_by(0) == []
            assert await turns.pass_by(1) == ["sweep"]

    asyncio.run(scenario())


def test_without_an_input_the_function_learns_what_scheduler_tells() -> None:
    async def scenario() -> None:
        async with ticking(every(1)) as turns:
            await turns.pass_by(1)
            [(_, event)] = turns.invoked
            assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
            assert (event["account"], event["region"]) == ("123456789012", "us-east-1")
            assert event["time"] == "2027-01-15T08:01:00Z"
            assert event["resources"] == ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/sweep"]

    asyncio.run(scenario())


def test_a_turn_that_does_not_end_does_not_keep_the_sandbox_from_stopping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedules, "STOP_SECONDS", 0.01)

    async def scenario() -> None:
        turns = Turns()
        ticker = Ticker([every(1)], invoke=turns.invoke, now=lambda: turns.now)
        ticker.start()
        await settled()
        turns.held.clear()
        assert await turns.pass_by(1) == ["sweep"]

        await ticker.stop()

        turns.held.set()
        assert await turns.pass_by(5) == []

    asyncio.run(scenario())
