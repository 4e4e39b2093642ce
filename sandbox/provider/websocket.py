"""Websockets as the gateway's library serves them: its refusals, its frames and how it splits them.

provider-gateway.md §4; recordings 07 to 10.
"""

import asyncio
import base64
import binascii
import hashlib
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from sandbox.provider.answers import Refusal, plain
from sandbox.provider.messages import Request

BUFFER_BYTES: Final = 1024
"""The server's write buffer: a longer message leaves in pieces of this size."""
UNBUFFERED_BYTES: Final = 2 * (BUFFER_BYTES + 14)
"""A message over twice the buffer with its header space goes out whole, with an empty last piece."""
MAX_MESSAGE_BYTES: Final = 1 << 20
NORMAL: Final = 1000
PROTOCOL_ERROR: Final = 1002

_KEY_SUFFIX: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY_BYTES: Final = 16
_SHORT, _LONG = 126, 127


class Opcode(IntEnum):
    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


@dataclass(frozen=True)
class Message:
    opcode: Opcode
    payload: bytes


class Ended(Exception):
    """The client has closed, gone, or broken the protocol."""


def accept(request: Request) -> bytes:
    """The 101 response. Raises Refusal for what is no proper upgrade."""
    if not request.has_token("connection", "upgrade"):
        raise _refused(HTTPStatus.BAD_REQUEST)
    if not request.has_token("upgrade", "websocket"):
        raise _refused(HTTPStatus.UPGRADE_REQUIRED, Upgrade="websocket")
    if request.method != "GET":
        raise _refused(HTTPStatus.METHOD_NOT_ALLOWED)
    if not request.has_token("sec-websocket-version", "13"):
        raise _refused(HTTPStatus.BAD_REQUEST)
    if not _is_same_origin(request):
        raise _refused(HTTPStatus.FORBIDDEN)
    key = request.header("sec-websocket-key") or ""
    if not _is_key(key):
        raise _refused(HTTPStatus.BAD_REQUEST)
    digest = base64.b64encode(hashlib.sha1(key.encode() + _KEY_SUFFIX, usedforsecurity=False).digest())
    lines = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return f"{lines}Sec-WebSocket-Accept: {digest.decode()}\r\n\r\n".encode()


class Socket:
    """The server's end after the upgrade. Writing raises ConnectionError where the client has gone."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send_text(self, payload: bytes) -> None:
        """A message through the buffer, in as many frames as that takes."""
        if len(payload) > UNBUFFERED_BYTES:
            pieces = [payload, b""]
        else:
            pieces = [payload[at : at + BUFFER_BYTES] for at in range(0, len(payload), BUFFER_BYTES)]
        last = len(pieces) - 1
        for place, piece in enumerate(pieces or [b""]):
            opcode = Opcode.CONTINUATION if place else Opcode.TEXT
            self._writer.write(frame(opcode, piece, final=place >= last))
        await self._writer.drain()

    async def send_binary(self, payload: bytes) -> None:
        """A message in one frame."""
        await self._send(Opcode.BINARY, payload)

    async def ping(self) -> None:
        await self._send(Opcode.PING, b"")

    async def close(self, code: int, reason: str = "") -> None:
        """The close frame; the connection's end follows when its handler returns."""
        await self._send(Opcode.CLOSE, struct.pack(">H", code) + reason.encode())

    async def messages(self) -> AsyncIterator[Message]:
        """What the client sends, with its pings and its close answered. Ends where the client does."""
        try:
            while True:
                yield await self._message()
        except (Ended, ConnectionError, asyncio.IncompleteReadError):
            return

    async def _message(self) -> Message:
        parts: list[bytes] = []
        first: Opcode | None = None
        while True:
            final, opcode, payload = await self._read_frame()
            if opcode >= Opcode.CLOSE:
                await self._control(opcode, payload)
                continue
            if (opcode is Opcode.CONTINUATION) != (first is not None):
                raise await self._protocol_error()
            first = first or opcode
            parts.append(payload)
            if sum(map(len, parts)) > MAX_MESSAGE_BYTES:
                raise Ended
            if final:
                return Message(first, b"".join(parts))

    async def _control(self, opcode: Opcode, payload: bytes) -> None:
        if opcode is Opcode.PING:
            await self._send(Opcode.PONG, payload)
        if opcode is Opcode.CLOSE:
            await self._send(Opcode.CLOSE, payload[:2])
            raise Ended

    async def _read_frame(self) -> tuple[bool, Opcode, bytes]:
        head, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length == _SHORT:
            (length,) = struct.unpack(">H", await self._reader.readexactly(2))
        elif length == _LONG:
            (length,) = struct.unpack(">Q", await self._reader.readexactly(8))
        known = (head & 0x0F) in Opcode._value2member_map_
        if head & 0x70 or not known or not second & 0x80 or length > MAX_MESSAGE_BYTES:
            raise await self._protocol_error()
        mask = await self._reader.readexactly(4)
        payload = await self._reader.readexactly(length)
        return bool(head & 0x80), Opcode(head & 0x0F), _masked(payload, mask)

    async def _protocol_error(self) -> Ended:
        await self.close(PROTOCOL_ERROR)
        return Ended()

    async def _send(self, opcode: Opcode, payload: bytes) -> None:
        self._writer.write(frame(opcode, payload, final=True))
        await self._writer.drain()


def frame(opcode: Opcode, payload: bytes, *, final: bool) -> bytes:
    head = (0x80 if final else 0) | opcode
    if len(payload) < _SHORT:
        return struct.pack(">BB", head, len(payload)) + payload
    if len(payload) < 1 << 16:
        return struct.pack(">BBH", head, _SHORT, len(payload)) + payload
    return struct.pack(">BBQ", head, _LONG, len(payload)) + payload


def _masked(payload: bytes, mask: bytes) -> bytes:
    stream = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return bytes(a ^ b for a, b in zip(payload, stream, strict=True))


def _is_same_origin(request: Request) -> bool:
    origin = request.header("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == (request.header("host") or "").lower()


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _refused(status: HTTPStatus, **headers: str) -> Refusal:
    return Refusal(plain(status, status.phrase, Sec_Websocket_Version="13", **headers))
