"""Asynchronous servers beside tests that block: an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

Found = TypeVar("Found")


@contextmanager
def in_thread(
    context: AbstractAsyncContextManager[Found],
) -> Iterator[tuple[Found, asyncio.AbstractEventLoop]]:
    """What the context gives, and the loop of its own thread that it lives in."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox")
    thread.start()
    try:
        found = asyncio.run_coroutine_threadsafe(_entered(context), loop).result()
        try:
            yield found, loop
        finally:
            asyncio.run_coroutine_threadsafe(_left(context), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _entered(context: AbstractAsyncContextManager[Found]) -> Found:
    return await context.__aenter__()


async def _left(context: AbstractAsyncContextManager[Found]) -> None:
    await context.__aexit__(None, None, None)
