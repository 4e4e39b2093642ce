"""The treasury's private key, read for the sandbox's KMS: a deployed function never sees one."""

import hashlib
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

SANDBOX_NAME: Final = "slipway sandbox treasury"
"""The sandbox's own treasury key is the SHA-256 of this text: always the same, worthless elsewhere."""


def sandbox_key() -> ec.EllipticCurvePrivateKey:
    """The key of the sandbox's treasury."""
    secret = hashlib.sha256(SANDBOX_NAME.encode()).digest()
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256K1())


def parse_key(text: str) -> ec.EllipticCurvePrivateKey:
    """A secp256k1 key from PEM (PKCS#8 or SEC1, unencrypted) or from 64 hex digits. Raises ValueError."""
    if "-----BEGIN" in text:
        key = serialization.load_pem_private_key(text.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256K1):
            raise ValueError("the treasury key is not a secp256k1 key")
        return key
    digits = text.strip().removeprefix("0x")
    if len(digits) != 64:
        raise ValueError("the treasury key is neither PEM nor 64 hex digits")
    try:
        return ec.derive_private_key(int(digits, 16), ec.SECP256K1())
    except ValueError:
        raise ValueError("the treasury key is not hex digits of a number within the curve's order") from None


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The 33 bytes of the compressed public key."""
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
