"""A TLS connection to a provider that has proved, before it is sent anything, that it is the provider.

TLS runs over memory and the socket is ours to read and write: so the deadline and the limit of bytes hold for
everything the other side can send, the handshake and records without content included.
"""

from __future__ import annotations

import socket
import ssl
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self, TypeVar

from slipway.adapters.provider_certificates import must_be_pinned
from slipway.adapters.provider_faults import AnswerUnreadable, ProviderFault, Silent, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slipway.adapters.provider_hosts import Ip
    from slipway.adapters.provider_threads import Deadline

T = TypeVar("T")

READ_BYTES: Final = 16 * 1024
"""Read at once: a whole TLS record."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def connect_verified(
    addresses: Sequence[Ip],
    port: int,
    pins: frozenset[bytes],
    *,
    deadline: Deadline,
    max_bytes: int,
    now: Callable[[], datetime] = utc_now,
) -> Channel:
    """A connection to the first address that takes one, whose other side has shown one of the `pins` and
    holds its key. Raises CertificateStrange, Unreachable, Silent, AnswerUnreadable, and leaves nothing open.

    `deadline` and `max_bytes` (received, TLS included) hold for the channel's whole life.
    """
    channel = Channel(_connected(addresses, port, deadline), deadline=deadline, max_bytes=max_bytes)
    try:
        must_be_pinned(channel.shake_hands(), pins, now())
    except BaseException:
        channel.close()
        raise
    return channel


def _connected(addresses: Sequence[Ip], port: int, deadline: Deadline) -> socket.socket:
    """Addresses share the time that is left, so one that swallows packets leaves some to the next."""
    fault: ProviderFault = Unreachable()
    for position, ip in enumerate(addresses):
        raw = socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            raw.settimeout(deadline.left() / (len(addresses) - position))
            raw.connect((str(ip), port))
        except TimeoutError:
            raw.close()
            fault = Silent()
        except OSError:
            raw.close()
            fault = Unreachable()
        except BaseException:
            raw.close()
            raise
        else:
            return raw
    raise fault


def _context() -> ssl.SSLContext:
    """Providers speak TLS 1.3 only, and no ALPN.

    Their certificates are self-signed and found on the chain, so no authority can vouch for them: the caller
    compares the bytes after the handshake, in which TLS 1.3 always proves possession of the key. OpenSSL's
    own check is off because it picks its trust anchor by subject, and a provider that has renewed its
    certificate has several of one subject.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Channel:
    """Bytes there and back, as a context manager that closes. Made by `connect_verified` alone."""

    def __init__(self, raw: socket.socket, *, deadline: Deadline, max_bytes: int) -> None:
        self._raw, self._deadline, self._allowance = raw, deadline, max_bytes
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        # No server name: with one, a provider may show its public certificate instead of the chain's.
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=None)
        self._shaken_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def idle_seconds(self) -> float:
        """Since the handshake."""
        return time.monotonic() - self._shaken_at

    def shake_hands(self) -> bytes | None:
        """The certificate shown (DER)."""
        self._step(self._tls.do_handshake)
        self._shaken_at = time.monotonic()
        return self._tls.getpeercert(binary_form=True)

    def send(self, content: bytes) -> None:
        """All of it. Raises Unreachable, Silent."""
        self._step(lambda: self._tls.write(content))

    def receive(self) -> bytes:
        """What came next; nothing at the end. Raises Unreachable, Silent, AnswerUnreadable."""
        try:
            return self._step(lambda: self._tls.read(READ_BYTES))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""  # providers end streams with and without a word

    def close(self) -> None:
        """At once: the other side may be one that never answers a farewell."""
        self._raw.close()

    def _step(self, step: Callable[[], T]) -> T:
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                if self._shaken_at:
                    raise
                raise Unreachable from None
            except ssl.SSLError:
                raise Unreachable from None
            else:
                self._flush()
                return done

    def _flush(self) -> None:
        if content := self._outgoing.read():
            self._raw.settimeout(self._deadline.left())
            try:
                self._raw.sendall(content)  # the time-out is for all of it
            except TimeoutError:
                raise Silent from None
            except OSError:
                raise Unreachable from None

    def _fill(self) -> None:
        self._raw.settimeout(self._deadline.left())
        try:
            content = self._raw.recv(READ_BYTES)
        except TimeoutError:
            raise Silent from None
        except OSError:
            raise Unreachable from None
        self._allowance -= len(content)
        if self._allowance < 0:
            raise AnswerUnreadable
        if content:
            self._incoming.write(content)
        else:
            self._incoming.write_eof()
