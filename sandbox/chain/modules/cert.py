"""x/cert: client certificates of owners, by their serial numbers."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sandbox.chain import bech32, pb
from sandbox.chain.errors import Refusal, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context

NOT_FOUND: Final = Refusal("cert", 1, "certificate not found")
INVALID_ADDRESS: Final = Refusal("cert", 2, "invalid address")
EXISTS: Final = Refusal("cert", 3, "certificate exists")
ALREADY_REVOKED: Final = Refusal("cert", 4, "certificate already revoked")
INVALID_SERIAL: Final = Refusal("cert", 5, "invalid serial number")
INVALID_CERTIFICATE: Final = Refusal("cert", 6, "invalid certificate value")
INVALID_PUBKEY: Final = Refusal("cert", 7, "invalid pubkey value")

STATES: Final = (pb.cert.valid, pb.cert.revoked)
CERTIFICATES: Final = b"\x19\x01"

_PEM = re.compile(rb"-----BEGIN ([A-Z ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----\n?")


def get(ctx: Context, owner: str, serial: int) -> Any:
    """The certificate of an owner, or None."""
    for state in STATES:
        if (raw := ctx.store.get(_key(state, owner, serial))) is not None:
            return pb.cert.Certificate.FromString(raw)
    return None


def listed(ctx: Context, state: int, owner: str) -> Iterator[tuple[bytes, tuple[int, Any]]]:
    """Serials and certificates in a state, of one owner or ("") of everybody, with the rest of their keys."""
    prefix = CERTIFICATES + bytes([state]) + (_sized(owner) if owner else b"")
    for key, raw in ctx.store.scan(prefix):
        rest = key[len(CERTIFICATES) + 1 :]
        serial = int.from_bytes(rest[1 + rest[0] :], "big")
        yield key[len(prefix) :], (serial, pb.cert.Certificate.FromString(raw))


def validate_create(message: Any) -> None:
    """A self-signed ECDSA certificate of the owner, and its public key beside it."""
    if not bech32.is_address(message.owner):
        raise INVALID_ADDRESS.error()
    found = _certificate(message.cert)
    if found is None:
        raise INVALID_CERTIFICATE.error()
    key = _public_key(message.pubkey)
    if key is None:
        raise INVALID_PUBKEY.error()
    if _common_name(found) != message.owner:
        raise plain(f"{INVALID_CERTIFICATE.text}: CommonName does not match owner")
    try:
        key.verify(found.signature, found.tbs_certificate_bytes, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise INVALID_CERTIFICATE.error() from error


def validate_revoke(message: Any) -> None:
    if not bech32.is_address(message.id.owner):
        raise INVALID_ADDRESS.error()
    if not (message.id.serial.isascii() and message.id.serial.isdigit()):
        raise INVALID_SERIAL.error()


def msg_create(ctx: Context, message: Any) -> None:
    found = _certificate(message.cert)
    if found is None:
        raise INVALID_CERTIFICATE.error()
    if get(ctx, message.owner, found.serial_number) is not None:
        raise EXISTS.error()
    row = pb.cert.Certificate(state=pb.cert.valid, cert=message.cert, pubkey=message.pubkey)
    _put(ctx, row, message.owner, found.serial_number)


def msg_revoke(ctx: Context, message: Any) -> None:
    serial = int(message.id.serial)
    row = get(ctx, message.id.owner, serial)
    if row is None:
        raise NOT_FOUND.error()
    if row.state == pb.cert.revoked:
        raise ALREADY_REVOKED.error()
    ctx.store.delete(_key(row.state, message.id.owner, serial))
    row.state = pb.cert.revoked
    _put(ctx, row, message.id.owner, serial)


def _put(ctx: Context, row: Any, owner: str, serial: int) -> None:
    ctx.store.set(_key(row.state, owner, serial), row.SerializeToString(deterministic=True))


def _key(state: int, owner: str, serial: int) -> bytes:
    raw = serial.to_bytes((serial.bit_length() + 7) // 8, "big")
    return CERTIFICATES + bytes([state]) + _sized(owner) + raw


def _sized(owner: str) -> bytes:
    raw = bech32.decode(owner)
    return bytes([len(raw)]) + raw


def _certificate(text: bytes) -> x509.Certificate | None:
    raw = _block(text, b"CERTIFICATE")
    try:
        return x509.load_der_x509_certificate(raw) if raw else None
    except ValueError:
        return None


def _public_key(text: bytes) -> ec.EllipticCurvePublicKey | None:
    raw = _block(text, b"EC PUBLIC KEY")
    try:
        key = load_der_public_key(raw) if raw else None
    except ValueError:
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def _block(text: bytes, kind: bytes) -> bytes | None:
    """The bytes of a PEM text that is one block of this kind and nothing else."""
    found = _PEM.fullmatch(text)
    if found is None or found.group(1) != kind:
        return None
    try:
        return _decode(found.group(2))
    except ValueError:
        return None


def _decode(text: bytes) -> bytes:
    return base64.b64decode(text.replace(b"\n", b""), validate=True)


def _common_name(found: x509.Certificate) -> str:
    names = found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
