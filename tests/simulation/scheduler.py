"""Virtual time, and the one thread that may run in it: the same seed gives the same run.

A task is a thread of its own, so that the code under test runs as it is; but a baton goes round, and who
holds it runs alone until its next side effect. Who is next is decided by virtual time alone.
"""

from __future__ import annotations

import heapq
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND: Final = 1_000_000_000
START_NS: Final = 1_800_000_000 * SECOND

MAX_HOURS: Final = 6
"""A run takes minutes of virtual time; one that takes hours hangs."""

FOREVER: Final = 1 << 62


class Killed(BaseException):
    """The function ends here, between two lines. No `except Exception` of the code under test may hold it."""


class Hung(Exception):
    """The run does not come to an end."""


@dataclass(eq=False)
class Task:
    """One invocation. `ends_ns` is when its Lambda would be stopped; a task without one is never killed."""

    name: str
    body: Callable[[], Any]
    ends_ns: int = FOREVER
    mortal: bool = False
    done: bool = False
    dead: bool = False
    result: Any = None
    error: BaseException | None = None
    wake: int = 0
    joiners: list[Task] = field(default_factory=list)
    baton: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.baton.acquire()


class Scheduler:
    def __init__(self) -> None:
        self.now_ns = START_NS
        self.finished: list[Task] = []
        self._queue: list[tuple[int, int, int, Task | Callable[[], None]]] = []
        self._order = 0
        self._living = 0
        self._broken: BaseException | None = None
        self._main = Task("main", lambda: None)
        self.current = self._main
        self.who = ""

    def at(self, when_ns: int, do: Callable[[], None]) -> None:
        """Do it then, between two steps of whoever runs. It must not wait."""
        self._push(when_ns, do)

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        self.at(self.now_ns + int(seconds * SECOND), do)

    def spawn(
        self, name: str, body: Callable[[], Any], *, delay: float = 0.0, lifetime: float | None = None
    ) -> Task:
        """A task that starts after `delay` seconds. With a `lifetime` it is a function, and may be killed."""
        start_ns = self.now_ns + int(delay * SECOND)
        task = Task(name, body)
        if lifetime is not None:
            task.mortal, task.ends_ns = True, start_ns + int(lifetime * SECOND)
        self._living += 1
        threading.Thread(target=self._thread, args=(task,), daemon=True).start()
        self._push(start_ns, task)
        return task

    def pause(self, seconds: float) -> None:
        """Others may run; the caller goes on `seconds` later. Raises Killed where its time is over."""
        self._push(self.now_ns + max(1, int(seconds * SECOND)), self.current)
        self._give_way()

    def join(self, task: Task, seconds: float) -> bool:
        """Wait for the end of `task`, for so long; whether it has ended."""
        waiting = self.current
        if not task.done:
            task.joiners.append(waiting)
            try:
                self.pause(seconds)
            finally:
                task.joiners.remove(waiting)
        return task.done

    def kill(self) -> None:
        """End the running task."""
        self.current.dead = True
        raise Killed

    def run(self) -> None:
        """From the thread that owns the run: until no task is left. Raises what broke it."""
        if self._living:
            self._hand_over(self._next())
            self._main.baton.acquire()
        if self._broken is not None:
            raise self._broken

    def _push(self, when_ns: int, what: Task | Callable[[], None]) -> None:
        self._order += 1
        wake = 0
        if isinstance(what, Task):
            what.wake = wake = self._order
        heapq.heappush(self._queue, (when_ns, self._order, wake, what))

    def _next(self) -> Task:
        while self._living and self._broken is None:
            when_ns, _, wake, what = heapq.heappop(self._queue)
            if isinstance(what, Task) and what.wake != wake:
                continue
            self.now_ns = max(self.now_ns, when_ns)
            if self.now_ns - START_NS > MAX_HOURS * 3600 * SECOND:
                self._broken = Hung(", ".join(self._names()))
                break
            if isinstance(what, Task):
                self.who = what.name
                return what
            self._by_itself(what)
        return self._main

    def _by_itself(self, do: Callable[[], None]) -> None:
        self.who = "(by itself)"
        try:
            do()
        except BaseException as error:
            self._broken = error  # for the thread that owns the run

    def _names(self) -> list[str]:
        return sorted(what.name for *_, what in self._queue if isinstance(what, Task))

    def _hand_over(self, task: Task) -> None:
        self.current = task
        task.baton.release()

    def _give_way(self) -> None:
        task, following = self.current, self._next()
        if following is not task:
            self._hand_over(following)
            task.baton.acquire()
        if task.dead or self.now_ns > task.ends_ns:
            self.kill()

    def _thread(self, task: Task) -> None:
        task.baton.acquire()
        try:
            task.result = task.body()
        except BaseException as error:  # kept for who joins it
            task.error = error
        task.done = True
        self._living -= 1
        self.finished.append(task)
        for joiner in task.joiners:
            self._push(self.now_ns, joiner)  # takes the place of its later waking
        self._hand_over(self._next())
