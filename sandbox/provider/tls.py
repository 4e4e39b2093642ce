"""The gateway's TLS: 1.3 only, no ALPN, and which certificate a name gets (provider-gateway.md §5.1)."""

import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sandbox.provider.certificates import Identity

PROTOCOL_VERSION_ALERT: Final = bytes.fromhex("15 0303 0002 02 46")
"""A fatal alert, protocol_version: asyncio drops the one that OpenSSL writes."""
_SUPPORTED_VERSIONS: Final = 43
_TLS_1_3: Final = b"\x03\x04"


def is_too_old(hello: bytes) -> bool:
    """Whether a ClientHello offers no TLS 1.3. What is cut short or no ClientHello counts as new enough."""
    rest = hello[5 + 4 + 2 + 32 :]  # record, handshake, legacy version, random
    for size in (1, 2, 1):  # session, cipher suites, compression methods
        rest = rest[size + int.from_bytes(rest[:size], "big") :]
    length = int.from_bytes(rest[:2], "big")
    if not rest or len(rest) < 2 + length:
        return False
    return not any(
        kind == _SUPPORTED_VERSIONS and _TLS_1_3 in _pairs(value[1:])
        for kind, value in _extensions(rest[2 : 2 + length])
    )


def _extensions(rest: bytes) -> Iterator[tuple[int, bytes]]:
    while len(rest) >= 4:
        length = int.from_bytes(rest[2:4], "big")
        yield int.from_bytes(rest[:2], "big"), rest[4 : 4 + length]
        rest = rest[4 + length :]


def _pairs(listed: bytes) -> list[bytes]:
    return [listed[at : at + 2] for at in range(0, len(listed), 2)]


def server_context(identity: Identity, public: tuple[str, Identity] | None = None) -> ssl.SSLContext:
    """`public`: a host name, to the letter, and its certificate of a public authority; every other name, or
    none, gets the chain's."""
    context = _context(identity)
    if public:
        name, certificate = public
        chosen = _context(certificate)

        def choose(connection: ssl.SSLObject | ssl.SSLSocket, asked: str | None, _: ssl.SSLContext) -> None:
            if asked == name:
                connection.context = chosen

        context.sni_callback = choose
    return context


def _context(identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with tempfile.TemporaryDirectory() as folder:  # OpenSSL reads a chain from files only
        certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        key.touch(mode=0o600)
        certificate.write_bytes(identity.certificate)
        key.write_bytes(identity.key)
        context.load_cert_chain(certificate, key)
    return context
