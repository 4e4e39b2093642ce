"""A plain HTTP/1.1 client that sends what the recorder sent: odd paths, methods and headers as they are."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import h11

from sandbox.replay.console_compare import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

CALL_SECONDS: Final = 60.0
"""Twice what API Gateway lets a call take."""
_CHUNK: Final = 65_536


async def call(
    base_url: str, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """The answer to one request on a connection of its own."""
    address = urlsplit(base_url)
    async with asyncio.timeout(CALL_SECONDS):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            writer.write(_bytes(method, target, address.netloc, headers, body))
            return await _answer(method, reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()


def _bytes(method: str, target: str, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    sent = {"host": host, "connection": "close"}
    sent |= {name: value for name, value in headers.items() if name.lower() != "content-length"}
    if body or method in ("POST", "PUT", "PATCH"):
        sent["content-length"] = str(len(body))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _answer(method: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Answer:
    """A server that has refused a long body may close before it has read all of it."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    parser.send(
        h11.Request(method=method if method == "HEAD" else "GET", target="/", headers=[("host", "x")])
    )
    parser.send(h11.EndOfMessage())
    draining = asyncio.create_task(_drained(writer))
    status, headers, body = 0, {}, b""
    try:
        while not isinstance(event := parser.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                parser.receive_data(await reader.read(_CHUNK))
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = {name.decode().lower(): value.decode() for name, value in event.headers}
            elif isinstance(event, h11.Data):
                body += event.data
    finally:
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
    return Answer(status, headers, _parsed(headers, body))


async def _drained(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.drain()
    except ConnectionError:
        return  # what it answered meanwhile is read all the same


def _parsed(headers: Mapping[str, str], body: bytes) -> Any:
    text = body.decode("utf-8", errors="replace")
    if "json" not in headers.get("content-type", ""):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
