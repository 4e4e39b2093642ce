"""Lambda: each invocation is a task that may be killed, in a warm process or in a new one.

A process keeps what the real one keeps between invocations: tips of nodes, account numbers. A process whose
function was killed is not used again.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from tests.simulation.processes import Process
    from tests.simulation.scheduler import Task
    from tests.simulation.world import World

Event = Mapping[str, Any]
Handler = Callable[["Process", Event, "Context"], dict[str, Any]]

SIGN_SECONDS: Final = 60.0
"""Timeouts as template.yaml has them."""
TOKEN_SECONDS: Final = 10.0
WAITING_SECONDS: Final = 75.0
CREDIT_SECONDS: Final = 150.0
UPKEEP_SECONDS: Final = 300.0


class Context:
    """What a handler is told of its invocation. `claim` is the random id that the handler would draw."""

    def __init__(self, world: World, task_ends_ns: int, claim: str) -> None:
        self._world = world
        self._ends_ns = task_ends_ns
        self.claim = claim

    @property
    def now_ns(self) -> int:
        return self._world.scheduler.now_ns

    def time_left(self) -> float:
        return (self._ends_ns - self._world.scheduler.now_ns) / SECOND


class Functions:
    def __init__(
        self, world: World, handlers: Mapping[str, tuple[Handler, float]], make: Callable[[int], Process]
    ) -> None:
        self._world = world
        self._handlers = handlers
        self._make = make
        self._warm: dict[str, list[Process]] = {name: [] for name in handlers}
        self._numbers = itertools.count(1)
        self.runs = 0

    def start(self, name: str, event: Event) -> Task:
        """The function runs; its task's result is the answer."""
        handler, lifetime = self._handlers[name]
        number = next(self._numbers)
        ends_ns = self._world.scheduler.now_ns + int(lifetime * SECOND)
        context = Context(self._world, ends_ns, f"claim-{number}")

        def body() -> dict[str, Any]:
            self.runs += 1
            process = self._warm[name].pop() if self._warm[name] else self._make(number)
            answer = handler(process, json.loads(json.dumps(event)), context)
            self._warm[name].append(process)
            return answer

        about = event.get("intent_id") or event.get("user_id") or event.get("request_id") or ""
        label = f"{name} {about} #{number}"
        return self._world.scheduler.spawn(label, body, lifetime=lifetime)

    def invoke(self, name: str, event: Event, *, seconds: float = 70.0) -> dict[str, Any] | None:
        """The answer; None where nobody knows what became of it: it died, it broke, or it is not heard."""
        effects = self._world.effects

        def run() -> Task:
            return self.start(name, event)

        try:
            task = effects.call(f"invoke {name}", run, throttled=throttled, lost=lost)
        except (ClientError, BotoCoreError):
            return None
        if not self._world.scheduler.join(task, seconds) or task.error is not None:
            return None
        answer: dict[str, Any] = json.loads(json.dumps(task.result))
        return answer


class LambdaClient:
    """The client's own method, for who invokes one function from another."""

    def __init__(self, functions: Callable[[], Functions]) -> None:
        self._functions = functions

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert InvocationType == "RequestResponse"
        answer = self._functions().invoke(FunctionName, json.loads(Payload))
        if answer is None:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


def throttled() -> Exception:
    return ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "Invoke")


def lost() -> Exception:
    return ReadTimeoutError(endpoint_url="lambda")
