"""What goes wrong with a node's answers, on request: late, refused, or never."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = 32
"""Disturbances at once; a script that adds and never clears must not slow every request down."""
LONGEST_DELAY: Final = 300.0
MOST_REQUESTS: Final = 1_000_000


@dataclass
class Disturbance:
    """For requests whose path begins with `path`, the next `left` of them or (None) all until it is cleared.

    `delay` seconds pass first. Then comes `status` with a line of text, as a proxy before the node speaks, or
    nothing ever (`hang`), or, with neither, the node's own answer. Raises ValueError.
    """

    path: str = "/"
    status: int | None = None
    delay: float = 0.0
    hang: bool = False
    left: int | None = None

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ValueError(f"a path begins with a slash, not {self.path!r}")
        if self.status is not None and not 400 <= self.status <= 599:
            raise ValueError(f"a failing answer has a status from 400 to 599, not {self.status}")
        if not 0 <= self.delay <= LONGEST_DELAY:
            raise ValueError(f"a delay is at most {LONGEST_DELAY:.0f} s, not {self.delay:g} s")
        if self.left is not None and not 1 <= self.left <= MOST_REQUESTS:
            raise ValueError(f"next is a number from 1 to {MOST_REQUESTS}, not {self.left}")
        if self.hang and self.status is not None:
            raise ValueError("a request either hangs or fails")
        if not (self.hang or self.delay or self.status):
            raise ValueError("say what goes wrong: status, delay or hang")


class Disturbances:
    """Those in force, the oldest first: a request meets the first that its path matches."""

    def __init__(self) -> None:
        self._listed: list[Disturbance] = []
        self._held: set[asyncio.Event] = set()

    def __iter__(self) -> Iterator[Disturbance]:
        return iter(tuple(self._listed))

    def add(self, one: Disturbance) -> None:
        """Raises ValueError when there are too many."""
        if len(self._listed) >= MOST:
            raise ValueError(f"{MOST} disturbances are in force already: clear them first")
        self._listed.append(one)

    def clear(self) -> int:
        """End them all, also for the requests that they hold; how many there were."""
        for released in self._held:
            released.set()
        count, self._listed = len(self._listed), []
        return count

    async def meet(self, path: str) -> int | None:
        """What a request runs into: the status to answer with, None where the node itself answers.

        One that hangs and is let go gets the status of a proxy that gave up.
        """
        found = next((one for one in self._listed if path.startswith(one.path)), None)
        if found is None:
            return None
        if found.left is not None:
            found.left -= 1
            if not found.left:
                self._listed.remove(found)
        if found.delay:
            await self._hold(found.delay)
        if found.hang:
            await self._hold(None)
            return int(HTTPStatus.GATEWAY_TIMEOUT)
        return found.status

    async def _hold(self, seconds: float | None) -> None:
        released = asyncio.Event()
        self._held.add(released)
        try:
            async with asyncio.timeout(seconds):
                await released.wait()
        except TimeoutError:
            return
        finally:
            self._held.discard(released)
