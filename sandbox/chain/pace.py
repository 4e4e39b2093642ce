"""When blocks come: one every block time of the chain's clock, so heights go with times at any speed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from sandbox.chain.numbers import SECOND

if TYPE_CHECKING:
    from sandbox.chain.clock import Clock

MOST_BLOCKS_A_SECOND: Final = 50_000
"""An empty block takes some 7 µs: a node that makes more has no time left to answer."""
SHORTEST_WAIT: Final = 0.005
"""Seconds between two rounds: a fast clock gets its blocks in bundles."""
CATCH_UP: Final = 10.0
"""Real seconds that are made up for when the machine was busy; a laptop that slept has no night of blocks."""
LONGEST_JUMP: Final = 366 * 24 * 3600 * SECOND
MOST_JUMPED: Final = 10_000_000
"""Blocks of one jump: about a minute of work."""


class Pace:
    """The times of the blocks to come. Raises ValueError for a block time that nobody could keep."""

    def __init__(self, clock: Clock, block_time: int) -> None:
        self._clock = clock
        self._changed = asyncio.Event()
        self._jumped: list[range] = []
        self.is_stopped = False
        self.block_time = 0
        self._due = 0
        self.set_times(clock.factor, block_time)

    def set_times(self, factor: float, block_time: int) -> None:
        """How fast the clock runs, and how much of its time (nanoseconds) a block takes."""
        if block_time <= 0:
            raise ValueError("a block takes some time")
        if factor * SECOND / block_time > MOST_BLOCKS_A_SECOND:
            raise ValueError(
                f"that would be {factor * SECOND / block_time:.0f} blocks a second; "
                f"{MOST_BLOCKS_A_SECOND} are the most"
            )
        self._clock.run_at(factor)
        self.block_time = block_time
        self._start()

    def stop(self) -> None:
        self.is_stopped = True
        self._changed.set()

    def resume(self) -> None:
        """Go on with the next block; those that would have come meanwhile never will."""
        self.is_stopped = False
        self._start()

    def jump(self, nanoseconds: int, block_time: int | None = None) -> int:
        """Let time have passed, in blocks of the usual or another block time; how many. Raises ValueError."""
        if self.is_stopped:
            raise ValueError("the blocks are stopped: resume them first")
        step = block_time or self.block_time
        if not 0 < nanoseconds <= LONGEST_JUMP or step <= 0:
            raise ValueError("a jump is longer than nothing and at most 366 days")
        count = nanoseconds // step
        if count > MOST_JUMPED:
            raise ValueError(f"that would be {count} blocks at once; {MOST_JUMPED} are the most")
        start = self._clock.now()
        self._clock.jump(nanoseconds)
        self._jumped.append(range(start + step, start + nanoseconds + 1, step))
        self._due = start + nanoseconds + self.block_time
        self._changed.set()
        return count

    def take(self) -> range:
        """The times of the blocks that are due now: each is given out once, those of a jump by themselves."""
        if self.is_stopped:
            return range(0)
        if self._jumped:
            return self._jumped.pop(0)
        now = self._clock.now()
        if now < self._due:
            return range(0)
        most = round(CATCH_UP * SECOND * self._clock.factor)
        times = range(max(self._due, now - most), now + 1, self.block_time)
        self._due = times[-1] + self.block_time
        return times

    async def wait(self) -> None:
        """Until blocks may be due, or something was changed."""
        if self._jumped and not self.is_stopped:
            return
        left = self._clock.real_seconds(self._due - self._clock.now())
        try:
            async with asyncio.timeout(None if self.is_stopped else max(left, SHORTEST_WAIT)):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()

    def _start(self) -> None:
        self._jumped.clear()
        self._due = self._clock.now() + self.block_time
        self._changed.set()
