"""TLS on one accepted connection, as the pair of streams that a server reads from and writes to."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

from cryptography import x509
from OpenSSL import SSL

from sandbox.provider import tls_alert

_PIECE_BYTES: Final = 1 << 16


class NotSecured(ConnectionError):
    """The client's end of the handshake failed."""


class Secured(asyncio.Protocol):
    """TLS below, a stream above.

    `handshake` is done when the client has shown who it is; it hears nothing more until `admit` or `refuse`.
    """

    def __init__(self, context: SSL.Context, limit: int) -> None:
        loop = asyncio.get_running_loop()
        self.handshake: asyncio.Future[None] = loop.create_future()
        self._secrets: dict[str, bytes] = {}
        self._tls = SSL.Connection(context, None)
        self._tls.set_app_data(self._secrets)
        self._tls.set_accept_state()
        self._reader = asyncio.StreamReader(limit=limit, loop=loop)
        self._inner = asyncio.StreamReaderProtocol(self._reader, loop=loop)
        self._is_admitted = self._is_paused = self._has_ended = False
        self.gone: asyncio.Future[None] = loop.create_future()
        """Done when nothing can come or go any more."""

    @property
    def client_certificates(self) -> Sequence[x509.Certificate]:
        """What the client has shown of itself, its own first."""
        own = self._tls.get_peer_certificate(as_cryptography=True)
        more = self._tls.get_peer_cert_chain(as_cryptography=True) or []
        return [own, *(each for each in more if each != own)] if own else []

    def admit(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Let the client go on."""
        self._is_admitted = True
        transport = _Above(self, self._raw)
        self._inner.connection_made(transport)
        self._flush()
        asyncio.get_running_loop().call_soon(self._read)
        return self._reader, asyncio.StreamWriter(
            transport, self._inner, self._reader, asyncio.get_running_loop()
        )

    def refuse(self) -> None:
        """Tell the client that its certificate is bad: it finds out when it reads for the first time."""
        cipher = self._tls.get_cipher_name()
        assert cipher is not None, "the handshake is done"
        self._raw.write(tls_alert.bad_certificate(cipher, self._secrets[tls_alert.SECRET_LABEL]))
        self._raw.write_eof()  # a close at once could be a reset, and the alert lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._raw = transport

    def data_received(self, data: bytes) -> None:
        self._tls.bio_write(data)
        if self._is_admitted:
            self._read()
        elif not self.handshake.done():
            self._shake_hands()

    def eof_received(self) -> bool:
        """The way back stays open: an answer may still be under way."""
        self._fail(NotSecured("ended in its handshake"))
        self._end()
        return self._is_admitted

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or NotSecured("gone in its handshake"))
        self._end()
        if self._is_admitted:
            self._inner.connection_lost(exc)
        if not self.gone.done():
            self.gone.set_result(None)

    def pause_writing(self) -> None:
        if self._is_admitted:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._is_admitted:
            self._inner.resume_writing()

    def write(self, data: bytes) -> None:
        self._tls.sendall(data)
        self._flush()

    def pause(self, is_paused: bool) -> None:
        """Stop taking from the client, or go on."""
        self._is_paused = is_paused
        if not is_paused:
            asyncio.get_running_loop().call_soon(self._read)

    def close(self) -> None:
        with contextlib.suppress(SSL.Error):
            self._tls.shutdown()
            self._flush()
        self._raw.close()

    def _shake_hands(self) -> None:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            self._flush()
        except SSL.Error as error:
            self._flush()  # the alert that says why
            self._raw.close()
            self._fail(NotSecured(str(error)))
        else:
            self.handshake.set_result(None)

    def _fail(self, error: Exception) -> None:
        if not self.handshake.done():
            self.handshake.set_exception(error)

    def _end(self) -> None:
        """Nothing more comes: what has come is read, and then that it was all."""
        if self._is_admitted and not self._has_ended:
            self._is_paused = False
            self._read()
            self._has_ended = True
            self._reader.feed_eof()

    def _read(self) -> None:
        try:
            while not self._is_paused and not self._has_ended:
                self._inner.data_received(self._tls.recv(_PIECE_BYTES))
        except SSL.WantReadError:
            self._flush()
        except SSL.ZeroReturnError:
            self._has_ended = True
            self._reader.feed_eof()
        except SSL.Error:
            self._flush()
            self._raw.abort()

    def _flush(self) -> None:
        with contextlib.suppress(SSL.WantReadError):
            while True:
                self._raw.write(self._tls.bio_read(_PIECE_BYTES))


class _Above(asyncio.Transport):
    """What the stream writes to."""

    def __init__(self, below: Secured, raw: asyncio.Transport) -> None:
        super().__init__()
        self._below, self._raw = below, raw

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        if not self._raw.is_closing():
            self._below.write(bytes(data))

    def close(self) -> None:
        if not self._raw.is_closing():
            self._below.close()

    def abort(self) -> None:
        self._raw.abort()

    def is_closing(self) -> bool:
        return self._raw.is_closing()

    def pause_reading(self) -> None:
        self._raw.pause_reading()
        self._below.pause(True)

    def resume_reading(self) -> None:
        self._raw.resume_reading()
        self._below.pause(False)

    def get_write_buffer_size(self) -> int:
        return self._raw.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._raw.get_extra_info(name, default)
