"""KMS in memory behind the client's own methods. The public keys are real ones, signatures only look so.

A signature is a random r and the hash of key, digest and r as s: quick to make and to check, different each
time as KMS's are, and as often as not in the upper half of the order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.simulation.faults import Effects

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

_ARN = "arn:aws:kms:us-east-1:000000000000:key/"


class NotFoundException(ClientError):
    """The client's own kind of error."""


class AlreadyExistsException(ClientError):
    """The client's own kind of error."""


@cache
def public_key(number: int) -> tuple[bytes, bytes]:
    """The key of that number: 33 bytes, and the form in which KMS gives it."""
    key = ec.derive_private_key(number + 1, ec.SECP256K1()).public_key()
    return (
        key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint),
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def signature(key33: bytes, digest: bytes, r: int) -> tuple[int, int]:
    drawn = hashlib.sha256(key33 + digest + r.to_bytes(32, "big")).digest()
    return r, int.from_bytes(drawn, "big") % ORDER


def verifies(key33: bytes, digest: bytes, raw: bytes) -> bool:
    """Whether the chain takes the 64 bytes: right, and with a low s."""
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    _, made = signature(key33, digest, r)
    return len(raw) == 64 and s == min(made, ORDER - made)


@dataclass
class Kms:
    """`signed` is every digest in the order of its signature. `watch` is told before one is signed."""

    effects: Effects
    rng: Random
    keys: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    signed: list[tuple[bytes, bytes]] = field(default_factory=list)
    watch: Callable[[bytes], None] = lambda digest: None

    def __post_init__(self) -> None:
        self.exceptions = SimpleNamespace(
            NotFoundException=NotFoundException, AlreadyExistsException=AlreadyExistsException
        )

    def create_key(self, **_: Any) -> dict[str, Any]:
        def effect() -> dict[str, Any]:
            self.keys.append(key_id(len(self.keys)))
            return {"KeyMetadata": {"Arn": self.keys[-1]}}

        return self._call("create key", effect)

    def create_alias(self, *, AliasName: str, TargetKeyId: str) -> dict[str, Any]:  # noqa: N803
        def effect() -> dict[str, Any]:
            if AliasName in self.aliases:
                raise _refused(AlreadyExistsException, "AlreadyExistsException")
            self.aliases[AliasName] = TargetKeyId
            return {}

        return self._call("create alias", effect)

    def describe_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        def effect() -> dict[str, Any]:
            if KeyId not in self.aliases:
                raise _refused(NotFoundException, "NotFoundException")
            return {"KeyMetadata": {"Arn": self.aliases[KeyId]}}

        return self._call("describe key", effect)

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        return self._call("public key", lambda: {"PublicKey": public_key(_number(KeyId))[1]})

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803
        assert (MessageType, SigningAlgorithm) == ("DIGEST", "ECDSA_SHA_256")

        def effect() -> dict[str, Any]:
            key33 = public_key(_number(KeyId))[0]
            self.watch(Message)
            self.signed.append((key33, Message))
            r, s = signature(key33, Message, self.rng.getrandbits(248) + 1)
            return {"Signature": encode_dss_signature(r, s)}

        return self._call("sign", effect)

    def _call(self, name: str, effect: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return self.effects.call(f"kms {name}", effect, throttled=_throttled, lost=_lost)


def key_id(number: int) -> str:
    return f"{_ARN}{number}"


def _number(name: str) -> int:
    return int(name.removeprefix(_ARN))


def _refused(kind: type[ClientError], code: str) -> ClientError:
    return kind({"Error": {"Code": code, "Message": code}}, "Simulated")


def _throttled() -> Exception:
    return _refused(ClientError, "ThrottlingException")


def _lost() -> Exception:
    return ReadTimeoutError(endpoint_url="kms")
