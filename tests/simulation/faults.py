"""Every side effect of the code under test goes through `Effects.call`, and there may go wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.simulation.scheduler import Scheduler

T = TypeVar("T")

KINDS: Final = (
    "kill before",
    "kill after",
    "delay",
    "stall",
    "duplicate",
    "drop",
    "late",
    "throttle",
)
"""What may happen to one side effect:

- `kill before`, `kill after`: the function dies just before or just after the effect.
- `delay`: it takes seconds; `stall`: longer than any claim of the code is held.
- `duplicate`: it happens twice (the client library tries again), the answer is the second one's.
- `drop`: it happens, and no answer comes.
- `late`: no answer comes, and it happens later on.
- `throttle`: it is refused for the moment.
"""

RATES: Final = (0.002, 0.01, 0.03)
"""How often a kind strikes in a run. A run draws which kinds it has at all, and a rate for each."""

LOST_SECONDS: Final = 5.0
"""After this long without an answer the clients give up."""


class Effects:
    def __init__(self, scheduler: Scheduler, rng: Random, trace: Callable[[str], None]) -> None:
        self.scheduler = scheduler
        self.rng = rng
        self.trace = trace
        self.on = True
        self.injected: Counter[str] = Counter()
        self._rates = {kind: rng.choice(RATES) for kind in KINDS if rng.random() < 0.5}
        self._slowness = rng.choice((0.002, 0.05, 0.3))

    def call(
        self,
        what: str,
        effect: Callable[[], T],
        *,
        throttled: Callable[[], Exception],
        lost: Callable[[], Exception],
    ) -> T:
        """The answer of `effect`, if none of the KINDS strikes. Raises what `effect` raises, what `throttled`
        and `lost` make, and Killed."""
        fault = self._draw()
        self._wait(self._latency())
        if fault:
            self.noted(fault, what)
        else:
            self.trace(what)
        if fault == "kill before":
            self.scheduler.kill()
        if fault == "throttle":
            raise throttled()
        if fault == "late":
            self.scheduler.after(self.rng.uniform(0.5, 45.0), lambda: self._alone(effect))
            self._wait(LOST_SECONDS)
            raise lost()
        if fault in {"delay", "stall"}:
            self._wait(self.rng.uniform(1.0, 4.0) if fault == "delay" else self.rng.uniform(10.0, 50.0))
        return self._after(fault, effect, lost)

    def noted(self, kind: str, what: str) -> None:
        self.injected[kind] += 1
        self.trace(f"!! {kind}: {what}")

    def strikes(self, chance: float) -> bool:
        """Whether something that is no side effect of ours goes wrong: a node, a block, a caller."""
        return self.on and self.rng.random() < chance

    def _after(self, fault: str, effect: Callable[[], T], lost: Callable[[], Exception]) -> T:
        if fault == "duplicate":
            self._alone(effect)
        try:
            answer = effect()
        finally:
            if fault == "kill after":
                self.scheduler.kill()
        if fault == "drop":
            self._wait(LOST_SECONDS)
            raise lost()
        self._wait(self._latency())
        return answer

    def _draw(self) -> str:
        if not self.on:
            return ""
        kind = next((kind for kind, rate in self._rates.items() if self.rng.random() < rate), "")
        mortal = self.scheduler.current.mortal
        return kind if mortal or not kind.startswith("kill") else ""

    def _latency(self) -> float:
        return self.rng.expovariate(1 / self._slowness)

    def _wait(self, seconds: float) -> None:
        self.scheduler.pause(seconds)

    def _alone(self, effect: Callable[[], object]) -> None:
        """The effect whose answer nobody hears."""
        try:
            effect()
        except Exception as error:
            self.trace(f"   unheard: {type(error).__name__}")
