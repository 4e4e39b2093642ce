"""What a hostile provider does with its answers and streams: provider-gateway.md §10 and §11.7.

Each goes on until the client leaves, as somebody would who means harm.
"""

import asyncio
import json
import zlib
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from sandbox.provider import messages
from sandbox.provider.answers import Answer
from sandbox.provider.config import Spoilt, Streamed
from sandbox.provider.listener import Connection
from sandbox.provider.messages import Request
from sandbox.provider.websocket import Opcode, frame

DRIP_SECONDS: Final = 0.1
"""Between bytes: soon enough for any limit on a single wait."""
ELSEWHERE: Final = "https://elsewhere.example.com"
GIANT_BYTES: Final = 1 << 40
"""What a giant frame says it holds."""
_PIECE: Final = b"A" * (1 << 14)
_MISSING: Final = 1000
"""Bytes that a slow body still owes when it has said everything."""


async def spoilt(how: Spoilt, answer: Answer, request: Request, connection: Connection) -> Answer | None:
    """The answer to give in its place; None where the connection has been made use of. Raises ConnectionError
    when the client has gone."""
    match how:
        case Spoilt.REDIRECT:
            return Answer(HTTPStatus.FOUND, headers={"Location": ELSEWHERE + request.target})
        case Spoilt.WRONG_TYPES:
            return replace(answer, body=_twisted(answer.body))
        case Spoilt.SLOW_HEAD:
            await _drip(connection, messages.response(answer, request, closing=True))
        case Spoilt.SLOW_BODY:
            await _say(connection, _head(f"Content-Length: {len(answer.body) + _MISSING}"))
            await _drip(connection, answer.body + b" " * _MISSING)
        case Spoilt.ENDLESS_HEAD:
            await _flood(connection, b"HTTP/1.1 200 OK\r\n", b"X-More: of the same\r\n" * 100)
        case Spoilt.ENDLESS_BODY:
            chunk = f"{len(_PIECE):x}\r\n".encode() + _PIECE + b"\r\n"
            await _flood(connection, _head("Transfer-Encoding: chunked"), chunk)
    return None


async def stream(how: Streamed, connection: Connection) -> None:
    """After the handshake. Raises ConnectionError when the client has gone."""
    match how:
        case Streamed.GIANT_FRAME:
            start = bytes([0x80 | Opcode.TEXT, 127]) + GIANT_BYTES.to_bytes(8, "big")
            await _flood(connection, start, _PIECE)
        case Streamed.ENDLESS:
            line = b'{"name":"web-0","message":"more"}\n'
            await _flood(connection, b"", frame(Opcode.TEXT, line, final=True) * 100)
        case Streamed.COMPRESSED:
            text = frame(Opcode.TEXT, zlib.compress(b"{}"), final=True)
            await _say(connection, bytes([text[0] | 0x40]) + text[1:])
        case Streamed.NOT_UTF8:
            await _say(connection, frame(Opcode.TEXT, b"\xff\xfe\xfd", final=True))
    while await connection.reader.read(len(_PIECE)):
        await asyncio.sleep(0)


async def _say(connection: Connection, content: bytes) -> None:
    connection.writer.write(content)
    await connection.writer.drain()


async def _drip(connection: Connection, content: bytes) -> None:
    for place in range(len(content)):
        await _say(connection, content[place : place + 1])
        await asyncio.sleep(DRIP_SECONDS)


async def _flood(connection: Connection, start: bytes, content: bytes) -> None:
    await _say(connection, start)
    while True:
        await _say(connection, content)
        await asyncio.sleep(0)


def _head(line: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n{line}\r\n\r\n".encode()


def _twisted(body: bytes) -> bytes:
    try:
        return json.dumps(_other(json.loads(body))).encode()
    except ValueError:
        return body


def _other(value: Any) -> Any:
    """Something of another type, down to the last value; names stay."""
    if isinstance(value, dict):
        return {name: _other(each) for name, each in value.items()}
    if isinstance(value, list):
        return {str(place): _other(each) for place, each in enumerate(value)}
    return len(value) if isinstance(value, str) else [str(value)]
