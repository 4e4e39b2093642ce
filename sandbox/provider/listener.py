"""One port that speaks HTTPS, and tells a client that speaks plain HTTP so, as Go's server does."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from sandbox.provider import messages, tls
from sandbox.provider.answers import Answer, ConnectionDropped
from sandbox.provider.messages import Malformed, Request

log = logging.getLogger(__name__)

HEAD_SECONDS: Final = 3.0
"""The gateway's ReadHeaderTimeout. Neither bodies nor answers have a limit."""
HANDSHAKE_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 1.0
_TLS_HANDSHAKE: Final = 0x16
_HELLO_BYTES: Final = 4096
_PLAIN_HTTP: Final = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"


@dataclass(frozen=True)
class Connection:
    """The two ends of one client's TLS connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


Handler = Callable[[Request, Connection], Awaitable[Answer | None]]
"""Answers a request; None where it has taken the connection over and is done with it. May raise
ConnectionDropped."""


class Listener:
    """Serves on 127.0.0.1 until it is stopped; stopping ends every connection."""

    def __init__(self, handler: Handler, context: ssl.SSLContext) -> None:
        self._handler, self._context = handler, context
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, port: int) -> int:
        """Listen on the port (0: any free one). Raises OSError where it is taken."""
        listening = socket.socket()
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen(socket.SOMAXCONN)
            listening.setblocking(False)
        except OSError:
            listening.close()
            raise
        self._socket = listening
        self._spawn(self._accept(listening))
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket:
            self._socket.close()

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connected, _ = await loop.sock_accept(listening)
            connected.setblocking(False)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # an answer waits 40 ms else
            self._spawn(self._greet(connected))

    async def _greet(self, connected: socket.socket) -> None:
        """Look at the first bytes without taking them: TLS, or a client that does not know better."""
        try:
            first = await asyncio.wait_for(_peek(connected), HANDSHAKE_SECONDS)
            if first and first[0] != _TLS_HANDSHAKE:
                await _refuse(connected, _PLAIN_HTTP)
            elif tls.is_too_old(first):
                await _refuse(connected, tls.PROTOCOL_VERSION_ALERT)
            else:
                await self._handshake(connected)
        except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
            log.debug("connection ended: %r", error)
        finally:
            connected.close()

    async def _handshake(self, connected: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=messages.MAX_HEAD_BYTES, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            connected.dup(),
            ssl=self._context,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=CLOSE_SECONDS,
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._serve(Connection(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ConnectionDropped):
            pass  # the client has gone, or is to be dropped
        except Malformed as malformed:
            writer.write(messages.refusal(malformed))
        finally:
            await _close(writer)

    async def _serve(self, connection: Connection) -> None:
        """Request after request. The first has to come in time; later ones only have to be quick in it."""
        first = await asyncio.wait_for(connection.reader.read(1), HEAD_SECONDS)
        while first:
            head = await asyncio.wait_for(messages.read_head(first, connection.reader), HEAD_SECONDS)
            if head.has_token("expect", "100-continue"):
                connection.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request = replace(head, body=await messages.read_body(head, connection.reader))
            answer = await self._handler(request, connection)
            if answer is None:
                return
            connection.writer.write(messages.response(answer, request, closing=not request.keeps_alive))
            await connection.writer.drain()
            first = await connection.reader.read(1) if request.keeps_alive else b""


async def _peek(connected: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connected, ready.set_result, None)
    ready.add_done_callback(lambda _: loop.remove_reader(connected))
    await ready
    return connected.recv(_HELLO_BYTES, socket.MSG_PEEK)


async def _refuse(connected: socket.socket, answer: bytes) -> None:
    """Take what was looked at, too: a close with unread bytes would be a reset, and the answer lost."""
    loop = asyncio.get_running_loop()
    await loop.sock_recv(connected, _HELLO_BYTES)
    await loop.sock_sendall(connected, answer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), CLOSE_SECONDS * 2)
