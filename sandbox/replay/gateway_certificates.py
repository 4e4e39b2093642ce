"""The recorded clients' certificates. Their keys were not kept: each is made again, to the letter, with a key
of ours, for the client that shows it and for the chain that holds it."""

from __future__ import annotations

import base64
import functools
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from sandbox.provider.certificates import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.replay.gateway_recording import Exchange

VALID_SECONDS: Final = 1.5
"""The two that were revoked stood on the chain for some blocks only; when they went was not recorded, but one
was seen 0.7 s after it was made, and the other no longer after 1.9 s."""
_NANOSECONDS: Final = 1_000_000_000


@functools.lru_cache
def again(recorded: str) -> Identity:
    """A PEM of one certificate or more; the key is of the first."""
    made = [_made(each) for each in x509.load_pem_x509_certificates(recorded.encode())]
    key = made[0][1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(b"".join(each.public_bytes(Encoding.PEM) for each, _ in made), key)


def on_the_chain(wallets: Iterable[Mapping[str, Any]], now: float) -> dict[tuple[str, int], bytes]:
    """Valid certificates by owner and serial, which tells when they were made."""
    found = {}
    for wallet in wallets:
        for each in wallet["certificates"]:
            serial, stands = int(each["serial"]), each["certificate"]["state"] == "valid"
            age = now - serial / _NANOSECONDS
            if age >= 0 and (stands or age < VALID_SECONDS):
                recorded = base64.b64decode(each["certificate"]["cert"]).decode()
                found[wallet["address"], serial] = again(recorded).certificate
    return found


def accepted(exchanges: Iterable[Exchange]) -> dict[tuple[str, int], bytes]:
    """What a provider keeps of the clients that it has answered."""
    found = {}
    for exchange in exchanges:
        if exchange.certificate and exchange.found.get("response"):
            shown = again(exchange.certificate)
            found[_owner(shown), shown.serial] = shown.certificate
    return found


def _owner(shown: Identity) -> str:
    subject = x509.load_pem_x509_certificate(shown.certificate).subject
    return str(subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


def _made(recorded: x509.Certificate) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    public = recorded.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = _key(public)
    builder = (
        x509.CertificateBuilder()
        .subject_name(recorded.subject)
        .issuer_name(recorded.issuer)
        .serial_number(recorded.serial_number)
        .not_valid_before(recorded.not_valid_before_utc)
        .not_valid_after(recorded.not_valid_after_utc)
        .public_key(key.public_key())
    )
    for each in recorded.extensions:
        builder = builder.add_extension(each.value, each.critical)
    return builder.sign(key, SHA256()), key


@functools.lru_cache
def _key(_recorded: bytes) -> ec.EllipticCurvePrivateKey:
    """One of ours for each of theirs."""
    return ec.generate_private_key(ec.SECP256R1())
