"""A websocket whose other end is a test."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.provider.websocket import Message, Opcode, Socket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class FakeSocket(Socket):
    def __init__(self, *sent: bytes) -> None:
        """`sent`: the client's binary messages; then it is silent."""
        self.texts: list[str] = []
        self.binaries: list[bytes] = []
        self.pings = 0
        self.closed: tuple[int, str] | None = None
        self._sent = sent

    async def send_text(self, payload: bytes) -> None:
        self.texts.append(payload.decode())

    async def send_binary(self, payload: bytes) -> None:
        self.binaries.append(payload)

    async def ping(self) -> None:
        self.pings += 1

    async def close(self, code: int, reason: str = "") -> None:
        self.closed = code, reason

    async def messages(self) -> AsyncIterator[Message]:
        for payload in self._sent:
            yield Message(Opcode.BINARY, payload)
        await asyncio.Event().wait()
