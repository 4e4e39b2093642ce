"""The chain's time: the wall's, run faster where that is asked for, and moved on by jumps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from sandbox.chain.numbers import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

FASTEST: Final = 100_000.0
"""A year in five minutes; more could not be made into blocks anyway (see `Pace`)."""


class Clock:
    """Nanoseconds since 1970, never going back, as blocks carry them. `wall` is real time."""

    def __init__(self, wall: Callable[[], int] = time.time_ns) -> None:
        self._wall = wall
        self._wall_at = self._moment = wall()
        self.factor = 1.0

    def now(self) -> int:
        """Real time that went back (a corrected clock) stands still here."""
        wall = self._wall()
        passed = max(wall - self._wall_at, 0)
        # Whole nanoseconds as integers: a float of 10^18 would be off by hundreds.
        self._moment += round(passed * self.factor) if self.factor != 1 else passed
        self._wall_at = wall
        return self._moment

    def run_at(self, factor: float) -> None:
        """So many seconds of the chain in each real one from now on. Raises ValueError."""
        if not 0 < factor <= FASTEST:
            raise ValueError(f"a factor of time is above 0 and at most {FASTEST:.0f}, not {factor:g}")
        self.now()
        self.factor = factor

    def jump(self, nanoseconds: int) -> None:
        """Let time have passed. Raises ValueError for a step back."""
        if nanoseconds < 0:
            raise ValueError("time does not go back")
        self.now()
        self._moment += nanoseconds

    def not_before(self, moment: int) -> None:
        """A chain that was kept goes on after its last block, however far that was ahead of real time."""
        self._moment = max(self.now(), moment)

    def real_seconds(self, nanoseconds: int) -> float:
        """How long it takes until so much of the chain's time has passed."""
        return nanoseconds / SECOND / self.factor
