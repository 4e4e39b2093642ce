"""TLS over a transport that is no socket: what comes, what is held back, and how it ends."""

from __future__ import annotations

import asyncio
from typing import Any, Self

import pytest
from OpenSSL import SSL

from sandbox.provider import tls
from sandbox.provider.certificates import self_signed
from sandbox.provider.secured import NotSecured, Secured
from tests.unit.provider.world import PROVIDER

IDENTITY = self_signed(PROVIDER, ["localhost"])


class Wire(asyncio.Transport):
    """What the server has sent, and whether it reads on."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self.reads, self.is_closed = b"", True, False

    def write(self, data: Any) -> None:
        self.sent += bytes(data)

    def close(self) -> None:
        self.is_closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def take(self) -> bytes:
        sent, self.sent = self.sent, b""
        return sent


class Meeting:
    """A client and a server, who have shaken hands; at the end of the `with` it is over."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.close()

    def __init__(self, limit: int = 1 << 16) -> None:
        self.wire = Wire()
        self.server = Secured(tls.server_context(IDENTITY), limit)
        self.server.connection_made(self.wire)
        self.client = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)
        self.client.set_connect_state()
        self._step()
        self.server.data_received(self._said())
        self.client.bio_write(self.wire.take())
        self.client.do_handshake()
        self.server.data_received(self._said())

    def admitted(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.streams = self.server.admit()
        return self.streams

    def says(self, data: bytes) -> None:
        for at in range(0, len(data), 1 << 14):
            self.client.sendall(data[at : at + (1 << 14)])
            self.server.data_received(self._said())

    def hears(self) -> bytes:
        self.client.bio_write(self.wire.take())
        return self.client.recv(1 << 16)

    def _step(self) -> None:
        with pytest.raises(SSL.WantReadError):
            self.client.do_handshake()

    def _said(self) -> bytes:
        return self.client.bio_read(1 << 20)


def test_words_go_both_ways() -> None:
    async def walk() -> None:
        with Meeting() as meeting:
            reader, writer = meeting.admitted()
            meeting.says(b"hello")
            writer.write(b"good day")

            assert await reader.readexactly(5) == b"hello"
            assert meeting.hears() == b"good day"

    asyncio.run(walk())


def test_nothing_is_heard_before_the_client_is_admitted() -> None:
    async def walk() -> None:
        with Meeting() as meeting:
            meeting.says(b"hello")
            assert meeting.wire.sent == b""

            reader, _ = meeting.admitted()

            assert await reader.readexactly(5) == b"hello"

    asyncio.run(walk())


def test_a_client_that_says_too_much_waits_and_nothing_is_lost() -> None:
    async def walk() -> None:
        with Meeting(limit=1 << 10) as meeting:
            reader, _ = meeting.admitted()
            said = bytes(range(256)) * 1000
            meeting.says(said)
            assert not meeting.wire.reads

            assert await reader.readexactly(len(said)) == said
            assert meeting.wire.reads

    asyncio.run(walk())


@pytest.mark.parametrize("ending", ["eof_received", "connection_lost"])
def test_what_was_said_last_is_heard_although_the_client_has_gone(ending: str) -> None:
    async def walk() -> None:
        with Meeting(limit=1 << 10) as meeting:
            reader, _ = meeting.admitted()
            said = b"x" * 100_000
            meeting.says(said)
            if ending == "eof_received":
                meeting.server.eof_received()
            else:
                meeting.server.connection_lost(None)

            assert await reader.read() == said

    asyncio.run(walk())


def test_a_farewell_ends_what_is_read_and_not_what_is_written() -> None:
    async def walk() -> None:
        with Meeting() as meeting:
            reader, writer = meeting.admitted()
            meeting.client.shutdown()
            meeting.server.data_received(meeting.client.bio_read(1 << 16))

            assert await reader.read() == b""
            writer.write(b"still here")
            assert meeting.hears() == b"still here"

    asyncio.run(walk())


def test_a_server_says_farewell_too() -> None:
    async def walk() -> None:
        with Meeting() as meeting:
            _, writer = meeting.admitted()
            writer.close()

            assert meeting.wire.is_closed
            with pytest.raises(SSL.ZeroReturnError):
                meeting.hears()

    asyncio.run(walk())


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x00\x05hello", b""])
def test_who_cannot_shake_hands_is_not_secured(said: bytes) -> None:
    async def walk() -> None:
        server = Secured(tls.server_context(IDENTITY), 1 << 16)
        server.connection_made(Wire())
        if said:
            server.data_received(said)
        else:
            server.eof_received()

        with pytest.raises(NotSecured):
            await server.handshake

    asyncio.run(walk())
