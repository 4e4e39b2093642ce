"""Work for several providers side by side, under one deadline."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from slipway.adapters.provider_faults import Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

MAX_SIDE_BY_SIDE: Final = 64
"""Threads of one call. A deployment has at most 20 groups on chain, so more leases than this do not come;
if they did, they would wait for a free thread within the deadline."""

LATE_SECONDS: Final = 0.25
"""Sockets give up at the deadline itself; their threads then have this long to say so."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds, more than none. Raises Silent when the time is up."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise Silent
        return left

    def allows(self, seconds: float) -> bool:
        """Whether more than that many seconds are left."""
        return self.at - time.monotonic() > seconds


def side_by_side(tasks: Sequence[Callable[[], T]], deadline: Deadline) -> list[T | None]:
    """What each task returned, in order; None for one that had not ended by the deadline.

    Tasks must not raise. One that is stuck in a call which cannot be cut short (the chain, the signer: they
    have deadlines of their own) is left behind; it learns from the deadline that nobody waits any more.
    """
    done: list[T | None] = [None] * len(tasks)
    waiting = deque(enumerate(tasks))

    def work() -> None:
        while deadline.allows(0):
            try:
                index, task = waiting.popleft()
            except IndexError:
                return
            done[index] = task()

    count = min(len(tasks), MAX_SIDE_BY_SIDE)
    threads = [threading.Thread(target=work, name="provider", daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline.at - time.monotonic()) + LATE_SECONDS)
    return list(done)


class Once(Generic[T]):
    """Makes a value when it is first asked for, while others who ask wait; an error is made once as well."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []
        self._error: Exception | None = None

    def get(self) -> T:
        with self._lock:
            if not self._made and self._error is None:
                try:
                    self._made.append(self._make())
                except Exception as error:  # whatever it is belongs to all who ask
                    self._error = error
        if self._error is not None:
            raise self._error
        return self._made[0]
