"""The template's schedules: found there, and run by a clock as EventBridge Scheduler runs them."""

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.aws.intrinsics import Stack, UnresolvedError
from sandbox.aws.template import FUNCTION

SCHEDULES: Final = ("Schedule", "ScheduleV2")
LOOK_SECONDS: Final = 0.1
"""Between two looks at the clock, which may be told to run faster or to jump."""
STOP_SECONDS: Final = 5.0
"""How long a turn under way may go on when the sandbox stops: most take milliseconds."""

_RATE = re.compile(r"rate\((?P<count>[1-9]\d*) (?P<unit>minute|hour|day)s?\)")
_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400}
_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True)
class Schedule:
    """Every `every` nanoseconds the function of this name is invoked with the event.

    Without an Input (`event` is None) Scheduler makes one.
    """

    logical_id: str
    function: str
    arn: str
    every: int
    event: Any


def schedules_of(stack: Stack) -> list[Schedule]:
    """Those that are on. Raises UnresolvedError for an expression that the sandbox cannot run."""
    found = []
    for logical_id, resource in stack.template.of_type(FUNCTION):
        if not stack.is_wanted(resource):
            continue
        for name, event in resource["Properties"].get("Events", {}).items():
            settings = stack.resolve(event.get("Properties", {})) if event["Type"] in SCHEDULES else None
            if settings and settings.get("State") != "DISABLED" and settings.get("Enabled", True):
                found.append(_schedule(stack, logical_id, f"{logical_id}{name}", settings))
    return found


def _schedule(stack: Stack, function: str, logical_id: str, settings: dict[str, Any]) -> Schedule:
    expression = str(settings["ScheduleExpression" if "ScheduleExpression" in settings else "Schedule"])
    rate = _RATE.fullmatch(expression)
    if not rate:
        raise UnresolvedError(f"{logical_id}: the sandbox runs rate(…) and not {expression}")
    name = settings.get("Name", logical_id)
    return Schedule(
        logical_id=logical_id,
        function=str(stack.ref(function)),
        arn=stack.arn("scheduler", f"schedule/default/{name}"),
        every=int(rate["count"]) * _SECONDS[rate["unit"]] * _NANOSECONDS,
        event=json.loads(settings["Input"]) if "Input" in settings else None,
    )


class Ticker:
    """Invokes functions when their schedules are due by `now` (nanoseconds since 1970).

    The first turn comes one period after the start. A turn that falls due while the one before it still runs,
    and all but one of those that a jump of the clock passes, are left out: the next does what they would have
    done. One attempt each, without retries; that a turn failed is told by who runs the function.
    """

    def __init__(
        self,
        schedules: Sequence[Schedule],
        *,
        invoke: Callable[[str, Any], Awaitable[object]],
        now: Callable[[], int],
    ) -> None:
        self._schedules, self._invoke, self._now = schedules, invoke, now
        self._stopping = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._running = [
            asyncio.create_task(self._turns(each), name=each.logical_id) for each in self._schedules
        ]

    async def stop(self) -> None:
        """No more turns; one under way may end, if it does so soon."""
        self._stopping.set()
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_SECONDS)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _turns(self, schedule: Schedule) -> None:
        due = self._now() + schedule.every
        while await self._is_due(due):
            await self._invoke(schedule.function, self._event(schedule, due))
            late = max(self._now() - due, 0)
            due += schedule.every * (1 + late // schedule.every)

    async def _is_due(self, moment: int) -> bool:
        """At that moment; False as soon as it stops."""
        while self._now() < moment and not self._stopping.is_set():
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stopping.wait()
            except TimeoutError:
                continue
        return not self._stopping.is_set()

    def _event(self, schedule: Schedule, due: int) -> Any:
        if schedule.event is not None:
            return schedule.event
        _, _, _, region, account, _ = schedule.arn.split(":", maxsplit=5)
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": account,
            "time": datetime.fromtimestamp(due // _NANOSECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": [schedule.arn],
            "detail": "{}",
        }
