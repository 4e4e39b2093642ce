"""Providers' gateways that do what a test tells them, on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.contract.providers.certificates import Identity

    Behaviour = Callable[["Visit"], None]

WAIT_SECONDS = 10.0
"""No test waits this long; it ends a server whose client has gone astray."""


class Visit:
    """One connection as a server sees it."""

    def __init__(self, tls: socket.socket, server: Server) -> None:
        self._tls, self._server = tls, server

    def request(self) -> bytes:
        """The whole request; what came of it where the client hung up."""
        received = bytearray()
        while b"\r\n\r\n" not in received or len(received) < _length(received):
            if not (chunk := self._tls.recv(65536)):
                break
            received += chunk
        self._server.requests.append(bytes(received))
        return bytes(received)

    def send(self, content: bytes) -> None:
        self._tls.sendall(content)

    def answer(self, status: int, content: bytes = b"", head: str = "") -> None:
        lines = f"HTTP/1.1 {status} Some\r\nContent-Length: {len(content)}\r\n{head}\r\n"
        self.send(lines.encode() + content)

    def drip(self, content: bytes, seconds: float = 0.02) -> None:
        """Byte after byte for as long as anybody listens."""
        for byte in content:
            self.send(bytes([byte]))
            if self._server.stopping.wait(seconds):
                return

    def flood(self, content: bytes) -> None:
        while not self._server.stopping.is_set():
            self.send(content)

    def stall(self) -> None:
        """Read nothing and say nothing."""
        self._server.stopping.wait(WAIT_SECONDS)

    def hold(self) -> None:
        """Say nothing until the client hangs up."""
        while self._tls.recv(65536):
            pass


def _length(received: bytearray) -> int:
    head = bytes(received).partition(b"\r\n\r\n")[0]
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + 4 + int(value)
    return len(head) + 4


class Server:
    """Accepts, shakes hands (unless it has no identity) and behaves. Remembers what it saw.

    `connections` counts accepted ones, `greeted` finished handshakes, `left` those that have ended; `names`
    are the server names asked for.
    """

    def __init__(
        self,
        behave: Behaviour,
        *,
        identity: Identity | None,
        folder: Path,
        newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> None:
        self.connections, self.greeted, self.left = 0, 0, 0
        self.requests: list[bytes] = []
        self.names: list[str | None] = []
        self.protocols: list[str | None] = []
        self.stopping = threading.Event()
        self._behave = behave
        self._context = self._tls_context(identity, folder, newest) if identity else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def host_uri(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.settle()

    def settle(self) -> None:
        """Wait until every client has hung up."""
        for thread in self._threads[0 if self.stopping.is_set() else 1 :]:
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive(), "a client never hung up"

    def _tls_context(self, identity: Identity, folder: Path, newest: ssl.TLSVersion) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*identity.written(folder))
        context.maximum_version = newest
        context.set_alpn_protocols(["h2", "http/1.1"])
        context.sni_callback = lambda _, name, __: self.names.append(name)
        return context

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            raw.settimeout(WAIT_SECONDS)
            self._start(lambda raw=raw: self._serve(raw))  # type: ignore[misc]

    def _serve(self, raw: socket.socket) -> None:
        with raw:
            try:
                self._meet(raw)
            except OSError:
                pass  # the client hung up, as it may
            finally:
                self.left += 1

    def _meet(self, raw: socket.socket) -> None:
        if self._context is None:
            self._behave(Visit(raw, self))
            return
        with self._context.wrap_socket(raw, server_side=True) as tls:
            self.greeted += 1
            self.protocols.append(tls.selected_alpn_protocol())
            self._behave(Visit(tls, self))
