"""Each function's own environment variables, though all functions run in one process.

`os.environ` is replaced by a mapping whose view depends on a context variable: inside an invocation it is
the function's environment and nothing else, outside it is the process's. As in Lambda, no function sees
another's settings, so a variable that the template forgot is missed here and not first in the cloud.
Threads that a function starts see what the function sees.
"""

import contextvars
import os
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[MutableMapping[str, str] | None] = ContextVar("sandbox_environment", default=None)


class _View(MutableMapping[str, str]):
    """The environment of whoever looks at it."""

    def __init__(self, process: MutableMapping[str, str]) -> None:
        self._process = process

    def _seen(self) -> MutableMapping[str, str]:
        own = _current.get()
        return self._process if own is None else own

    def __getitem__(self, name: str) -> str:
        return self._seen()[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._seen()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._seen()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._seen()))

    def __len__(self) -> int:
        return len(self._seen())

    def copy(self) -> dict[str, str]:
        return dict(self._seen())


@contextmanager
def isolated_environments() -> Iterator[None]:
    """Within the block `os.environ` gives each function its own view; afterwards it is as before."""
    before, start = os.environ, threading.Thread.start
    os.environ = _View(before)  # type: ignore[assignment]  # noqa: B003 (replacing the view is the point)
    threading.Thread.start = _start_in_context  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        os.environ, threading.Thread.start = before, start  # type: ignore[method-assign]


_start = threading.Thread.start


def _start_in_context(thread: threading.Thread) -> None:
    """Start a thread; one that a function starts carries the function's context, as none does by itself."""
    if _current.get() is not None:
        context, run = contextvars.copy_context(), thread.run
        thread.run = lambda: context.run(run)  # type: ignore[method-assign]
    _start(thread)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Within the block, in this context only, `os.environ` holds a copy of `variables` and nothing else."""
    token = _current.set(dict(variables))
    try:
        yield
    finally:
        _current.reset(token)
