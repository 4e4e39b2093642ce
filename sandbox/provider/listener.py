"""One port that speaks HTTPS, and tells a client that speaks plain HTTP so, as Go's server does."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cryptography import x509
from OpenSSL import SSL

from sandbox.provider import messages
from sandbox.provider.answers import Answer, ConnectionDropped
from sandbox.provider.client_certificates import CertificateRefused
from sandbox.provider.messages import Malformed, Request
from sandbox.provider.secured import Secured

log = logging.getLogger(__name__)

HEAD_SECONDS: Final = 3.0
"""The gateway's ReadHeaderTimeout, for the handshake too. Neither bodies nor answers have a limit."""
CLOSE_SECONDS: Final = 1.0
_FIRST_BYTES: Final = 4096
_RECORD_HEAD: Final = 5
_LOOKS_LIKE_HTTP: Final = (b"GET /", b"HEAD ", b"POST ", b"PUT /", b"OPTIO")
"""What Go takes for a client that does not know better; others are hung up on."""
_TLS_HANDSHAKE: Final = 0x16
_PLAIN_HTTP: Final = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"


@dataclass(frozen=True)
class Connection:
    """The two ends of one client's TLS connection, and the account whose certificate it showed."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    certified: str = ""


Handler = Callable[[Request, Connection], Awaitable[Answer | None]]
"""Answers a request; None where it has taken the connection over and is done with it. May raise
ConnectionDropped."""


Admission = Callable[[Sequence[x509.Certificate]], Awaitable[str]]
"""The account behind the certificates that a client shows, or none. May raise CertificateRefused."""


class Listener:
    """Serves until it is stopped; stopping ends every connection."""

    def __init__(self, handler: Handler, context: SSL.Context | None, admission: Admission) -> None:
        """Without a context it speaks plain HTTP: no provider should."""
        self._handler, self._context, self._admission = handler, context, admission
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, host: str, port: int) -> int:
        """Listen on the port (0: any free one). Raises OSError where it is taken."""
        listening = socket.socket()
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
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
        """TLS, or a client that does not know better."""
        if self._context is None:
            await self._talk(Connection(*await asyncio.open_connection(sock=connected)))
            return
        try:
            first = await asyncio.wait_for(_first(connected), HEAD_SECONDS)
            if first.startswith(_LOOKS_LIKE_HTTP):
                await asyncio.wait_for(_tell(connected, _PLAIN_HTTP), CLOSE_SECONDS)
            elif first and first[0] == _TLS_HANDSHAKE:
                await self._secure(connected, first, self._context)
        except (OSError, TimeoutError) as error:
            log.debug("connection ended: %r", error)
        finally:
            connected.close()

    async def _secure(self, connected: socket.socket, first: bytes, context: SSL.Context) -> None:
        secured = Secured(context, messages.MAX_HEAD_BYTES)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_accepted_socket(lambda: secured, connected.dup())
        try:
            secured.data_received(first)
            await asyncio.wait_for(secured.handshake, HEAD_SECONDS)
            owner = await self._admission(secured.client_certificates)
        except CertificateRefused as refused:
            log.debug("a client's certificate is bad: %s", refused)
            secured.refuse()
            await asyncio.wait({secured.gone}, timeout=CLOSE_SECONDS)
            transport.abort()
        except BaseException:
            transport.abort()
            raise
        else:
            await self._talk(Connection(*secured.admit(), owner))

    async def _talk(self, connection: Connection) -> None:
        try:
            await self._serve(connection)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ConnectionDropped):
            pass  # the client has gone, or is to be dropped
        except Malformed as malformed:
            connection.writer.write(messages.refusal(malformed))
        finally:
            await _close(connection.writer)

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


async def _first(connected: socket.socket) -> bytes:
    """As many bytes as tell what the client speaks, or fewer where it says no more."""
    loop = asyncio.get_running_loop()
    found = b""
    while len(found) < _RECORD_HEAD and (piece := await loop.sock_recv(connected, _FIRST_BYTES)):
        found += piece
    return found


async def _tell(connected: socket.socket, text: bytes) -> None:
    """Until the client has left: a close with unread bytes would be a reset, and the text lost."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connected, text)
    connected.shutdown(socket.SHUT_WR)
    while await loop.sock_recv(connected, _FIRST_BYTES):
        pass


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), CLOSE_SECONDS * 2)
