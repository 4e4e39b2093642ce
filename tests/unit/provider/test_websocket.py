"""provider-gateway.md §4.1 and §4.2; recordings 07 and 10."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.provider import websocket
from sandbox.provider.answers import Refusal
from sandbox.provider.messages import Request
from sandbox.provider.websocket import Message, Opcode, Socket

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

UPGRADE = {
    "host": "provider.local:8443",
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}
"""The key of RFC 6455, section 1.3."""


def _request(method: str = "GET", **changed: str | None) -> Request:
    headers = {**UPGRADE, **{name.replace("_", "-"): value for name, value in changed.items()}}
    return Request(method, "/", "HTTP/1.1", tuple((name, value) for name, value in headers.items() if value))


def test_a_proper_upgrade_is_accepted_and_nothing_offered_is_taken() -> None:
    accepted = websocket.accept(
        _request(sec_websocket_protocol="chat", sec_websocket_extensions="permessage-deflate")
    )

    assert accepted == (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )


def test_the_own_origin_is_accepted() -> None:
    assert websocket.accept(_request(origin="https://PROVIDER.local:8443"))


@pytest.mark.parametrize(
    ("request_", "status", "text"),
    [
        (_request(connection=None), 400, b"Bad Request\n"),
        (_request(upgrade="h2c"), 426, b"Upgrade Required\n"),
        (_request("POST"), 405, b"Method Not Allowed\n"),
        (_request(sec_websocket_version="12"), 400, b"Bad Request\n"),
        (_request(sec_websocket_key=None), 400, b"Bad Request\n"),
        (_request(sec_websocket_key="short"), 400, b"Bad Request\n"),
        (_request(origin="https://evil.example.com"), 403, b"Forbidden\n"),
        (_request(origin="null"), 403, b"Forbidden\n"),
    ],
)
def test_an_improper_upgrade_is_refused(request_: Request, status: int, text: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        websocket.accept(request_)

    answer = refused.value.answer
    assert (answer.status, answer.body) == (status, text)
    assert answer.headers["Sec-Websocket-Version"] == "13"


class _Writer:
    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    async def drain(self) -> None:
        pass


def _written(send: Callable[[Socket], Awaitable[None]]) -> bytes:
    async def write() -> bytes:
        writer = _Writer()
        await send(Socket(asyncio.StreamReader(), writer))  # type: ignore[arg-type]
        return writer.written

    return asyncio.run(write())


def test_a_short_message_is_one_frame() -> None:
    assert _written(lambda socket: socket.send_text(b"hi")) == b"\x81\x02hi"
    assert _written(lambda socket: socket.send_text(b"")) == b"\x81\x00"


def test_more_than_the_buffer_leaves_in_two_frames() -> None:
    written = _written(lambda socket: socket.send_text(b"a" * 1024 + b"b"))

    assert written == b"\x01\x7e\x04\x00" + b"a" * 1024 + b"\x80\x01b"


def test_more_than_twice_the_buffer_leaves_whole_with_an_empty_last_frame() -> None:
    written = _written(lambda socket: socket.send_text(b"a" * 3000))

    assert written == b"\x01\x7e\x0b\xb8" + b"a" * 3000 + b"\x80\x00"


def test_binary_messages_are_never_split() -> None:
    long = _written(lambda socket: socket.send_binary(b"a" * 70_000))

    assert long[:10] == b"\x82\x7f" + (70_000).to_bytes(8, "big")


def test_a_close_carries_its_code_and_reason() -> None:
    assert _written(lambda socket: socket.close(4000, "no")) == b"\x88\x04\x0f\xa0no"


def _masked(head: int, payload: bytes, *, masked: bool = True) -> bytes:
    mask = b"\x01\x02\x03\x04"
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return bytes([head, (0x80 if masked else 0) | len(payload)]) + (mask + body if masked else payload)


def _read(*frames: bytes) -> tuple[list[Message], bytes]:
    """The messages in the frames, and what was written back."""

    async def read() -> tuple[list[Message], bytes]:
        reader, writer = asyncio.StreamReader(), _Writer()
        reader.feed_data(b"".join(frames))
        reader.feed_eof()
        socket = Socket(reader, writer)  # type: ignore[arg-type]
        return [message async for message in socket.messages()], writer.written

    return asyncio.run(read())


def test_messages_are_read_and_put_together() -> None:
    found, _ = _read(_masked(0x82, b"a"), _masked(0x01, b"b"), _masked(0x80, b"c"))

    assert found == [Message(Opcode.BINARY, b"a"), Message(Opcode.TEXT, b"bc")]


def test_pings_are_answered_also_within_a_message() -> None:
    found, written = _read(_masked(0x01, b"a"), _masked(0x89, b"hi"), _masked(0x80, b"b"))

    assert (found, written) == ([Message(Opcode.TEXT, b"ab")], b"\x8a\x02hi")


def test_a_clients_close_is_echoed_and_ends_it() -> None:
    found, written = _read(_masked(0x88, b"\x03\xe8bye"), _masked(0x81, b"late"))

    assert (found, written) == ([], b"\x88\x02\x03\xe8")


@pytest.mark.parametrize(
    "frame",
    [
        _masked(0x81, b"a", masked=False),
        _masked(0x83, b"a"),
        _masked(0xC1, b"a"),
        _masked(0x80, b"a"),
        b"\x82\xff" + (1 << 40).to_bytes(8, "big"),
    ],
)
def test_what_breaks_the_protocol_is_closed_with_1002(frame: bytes) -> None:
    found, written = _read(frame)

    assert (found, written) == ([], b"\x88\x02\x03\xea")
