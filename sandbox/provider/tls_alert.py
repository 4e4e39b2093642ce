"""The alert that refuses a client's certificate, as Go's server sends it: under the application keys, first.

OpenSSL offers no way to send an alert of one's choice once a handshake is through; RFC 8446 §5 and §7 say how
its record is made.
"""

import hashlib
import hmac
import struct
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

SECRET_LABEL: Final = "SERVER_TRAFFIC_SECRET_0"
"""The key log's name for the secret that the server's first application record is under."""
_BAD_CERTIFICATE: Final = bytes([2, 42])  # fatal
_ALERT, _APPLICATION_DATA = 21, 23
_TAG_BYTES: Final = 16
_SUITES: Final[Mapping[str, tuple[type[AESGCM | ChaCha20Poly1305], int, str]]] = {
    "TLS_AES_128_GCM_SHA256": (AESGCM, 16, "sha256"),
    "TLS_AES_256_GCM_SHA384": (AESGCM, 32, "sha384"),
    "TLS_CHACHA20_POLY1305_SHA256": (ChaCha20Poly1305, 32, "sha256"),
}


def bad_certificate(cipher: str, secret: bytes) -> bytes:
    """The server's first record after its Finished; nothing else may have been sent under the secret."""
    aead, key_bytes, digest = _SUITES[cipher]
    inner = _BAD_CERTIFICATE + bytes([_ALERT])
    head = struct.pack(">BHH", _APPLICATION_DATA, 0x0303, len(inner) + _TAG_BYTES)
    nonce = _expanded(secret, "iv", 12, digest)  # the sequence number that is mixed in is 0
    return head + aead(_expanded(secret, "key", key_bytes, digest)).encrypt(nonce, inner, head)


def _expanded(secret: bytes, label: str, length: int, digest: str) -> bytes:
    """HKDF-Expand-Label with no context; no more than one block of it is ever needed."""
    name = f"tls13 {label}".encode()
    info = struct.pack(">HB", length, len(name)) + name + b"\x00"
    assert length <= hashlib.new(digest).digest_size
    return hmac.digest(secret, info + b"\x01", digest)[:length]
