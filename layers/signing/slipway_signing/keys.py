"""secp256k1 keys that sign 32-byte digests: in memory, or held by KMS.

A signature is 64 bytes r‖s with s in the lower half of the curve's order: the chain refuses the other half
(sdk/4), and providers refuse tokens with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from slipway.domain.errors import SignerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_kms import KMSClient

ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of secp256k1's group (SEC 2, section 2.4.1)."""

_DIGEST_BYTES: Final = 32


class SigningKey(Protocol):
    """What the signer needs of a key."""

    @property
    def public_key(self) -> bytes:
        """33 bytes, compressed."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """64 bytes r‖s, low s, over a 32-byte digest."""
        ...


def low_s(der: bytes) -> bytes:
    """A DER signature as 64 bytes r‖s, s flipped into the lower half where it is not."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def compressed(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """33 bytes, X9.62 compressed. Raises ValueError for another curve."""
    if not isinstance(public_key.curve, ec.SECP256K1):
        raise ValueError(f"not a secp256k1 key: {public_key.curve.name}")
    return public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def compressed_from_der(spki: bytes) -> bytes:
    """33 bytes of a SubjectPublicKeyInfo, the form of KMS GetPublicKey. Raises ValueError."""
    key = load_der_public_key(spki)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not an elliptic curve key")
    return compressed(key)


class LocalKey:
    """A key in memory, with nonces by RFC 6979: for tests, sandbox providers and imported treasury keys."""

    def __init__(self, private_bytes: bytes) -> None:
        self._key = ec.derive_private_key(int.from_bytes(private_bytes, "big"), ec.SECP256K1())
        self.public_key = compressed(self._key.public_key())

    @classmethod
    def from_der(cls, pkcs8: bytes) -> LocalKey:
        """From an unencrypted PKCS #8 key, the form of KMS data key pairs. Raises ValueError."""
        key = load_der_private_key(pkcs8, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256K1):
            raise ValueError("not a secp256k1 key")
        return cls(key.private_numbers().private_value.to_bytes(32, "big"))

    def sign_digest(self, digest: bytes) -> bytes:
        """64 bytes r‖s, low s; the same digest gives the same signature."""
        return low_s(self._key.sign(digest, ec.ECDSA(Prehashed(SHA256()), deterministic_signing=True)))


class KmsKey:
    """A key that never leaves KMS. Each `sign_digest` is one kms:Sign; the public key is read at most once.

    Both raise SignerUnavailable where KMS does not answer or refuses.
    """

    def __init__(self, kms_client: KMSClient, key_id: str, public_key: bytes | None = None) -> None:
        self._kms = kms_client
        self._key_id = key_id
        self._public_key = public_key

    @property
    def public_key(self) -> bytes:
        """33 bytes, compressed."""
        if self._public_key is None:
            try:
                answer = self._kms.get_public_key(KeyId=self._key_id)
            except (BotoCoreError, ClientError) as error:
                raise SignerUnavailable from error
            self._public_key = compressed_from_der(answer["PublicKey"])
        return self._public_key

    def sign_digest(self, digest: bytes) -> bytes:
        """64 bytes r‖s, low s: KMS itself returns either half."""
        if len(digest) != _DIGEST_BYTES:
            raise ValueError("kms:Sign takes the SHA-256 digest, 32 bytes")
        try:
            answer = self._kms.sign(
                KeyId=self._key_id, Message=digest, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256"
            )
        except (BotoCoreError, ClientError) as error:
            raise SignerUnavailable from error
        return low_s(answer["Signature"])


class NotedKey:
    """Another key that tells `note` of each digest before it signs; where `note` raises nothing is signed."""

    def __init__(self, key: SigningKey, note: Callable[[bytes], None]) -> None:
        self._key = key
        self._note = note

    @property
    def public_key(self) -> bytes:
        return self._key.public_key

    def sign_digest(self, digest: bytes) -> bytes:
        self._note(digest)
        return self._key.sign_digest(digest)
