"""moto's KMS as corrected: outside verifiers accept what it signs, and it refuses what AWS refuses."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from sandbox.aws.local import LocalAws
from sandbox.aws.resources import Clients
from sandbox.aws.treasury import public_bytes, sandbox_key

MESSAGE = b"ten uact from alice to bob"
DIGEST = hashlib.sha256(MESSAGE).digest()


@pytest.fixture(scope="module")
def kms(clients: Clients) -> Any:
    return clients.client("kms")


@pytest.fixture
def key_id(kms: Any) -> Iterator[str]:
    yield kms.create_key(KeySpec="ECC_SECG_P256K1", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]


def sign(kms: Any, key_id: str, message: bytes, kind: str = "DIGEST") -> bytes:
    answer = kms.sign(KeyId=key_id, Message=message, MessageType=kind, SigningAlgorithm="ECDSA_SHA_256")
    return bytes(answer["Signature"])


def public_key(kms: Any, key_id: str) -> ec.EllipticCurvePublicKey:
    loaded = serialization.load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    assert isinstance(loaded, ec.EllipticCurvePublicKey)
    return loaded


def test_a_digest_is_signed_as_it_is(kms: Any, key_id: str) -> None:
    signature = sign(kms, key_id, DIGEST)

    public_key(kms, key_id).verify(signature, MESSAGE, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public_key(kms, key_id).verify(
            signature, hashlib.sha256(DIGEST).digest(), ec.ECDSA(Prehashed(hashes.SHA256()))
        )


def test_a_raw_message_is_hashed_once(kms: Any, key_id: str) -> None:
    signature = sign(kms, key_id, MESSAGE, "RAW")

    public_key(kms, key_id).verify(signature, DIGEST, ec.ECDSA(Prehashed(hashes.SHA256())))


def test_verify_agrees_and_says_no_to_another_digest(kms: Any, key_id: str) -> None:
    signature = sign(kms, key_id, DIGEST)
    asked = {
        "KeyId": key_id,
        "MessageType": "DIGEST",
        "SigningAlgorithm": "ECDSA_SHA_256",
        "Signature": signature,
    }

    assert kms.verify(Message=DIGEST, **asked)["SignatureValid"]
    with pytest.raises(ClientError) as refused:
        kms.verify(Message=hashlib.sha256(b"other").digest(), **asked)
    assert refused.value.response["Error"]["Code"] == "KMSInvalidSignatureException"


@pytest.mark.parametrize(
    ("message", "kind"), [(DIGEST[:31], "DIGEST"), (DIGEST + b"0", "DIGEST"), (b"x" * 4097, "RAW")]
)
def test_a_message_of_the_wrong_size_is_refused(kms: Any, key_id: str, message: bytes, kind: str) -> None:
    with pytest.raises(ClientError) as refused:
        sign(kms, key_id, message, kind)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("kind", ["DIGEST", "RAW"])
def test_a_disabled_key_signs_nothing_until_it_is_enabled(kms: Any, key_id: str, kind: str) -> None:
    kms.disable_key(KeyId=key_id)

    with pytest.raises(ClientError) as refused:
        sign(kms, key_id, DIGEST, kind)

    assert refused.value.response["Error"]["Code"] == "DisabledException"
    kms.enable_key(KeyId=key_id)
    assert sign(kms, key_id, DIGEST, kind)


def test_a_key_that_waits_for_deletion_signs_nothing(kms: Any, key_id: str) -> None:
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)

    with pytest.raises(ClientError) as refused:
        sign(kms, key_id, DIGEST)

    assert refused.value.response["Error"]["Code"] == "KMSInvalidStateException"


def test_an_unknown_key_is_not_found(kms: Any) -> None:
    with pytest.raises(ClientError) as refused:
        sign(kms, "alias/nobody", DIGEST)

    assert refused.value.response["Error"]["Code"] == "NotFoundException"


def test_the_public_key_says_its_spec(kms: Any, key_id: str) -> None:
    answer = kms.get_public_key(KeyId=key_id)

    assert answer["KeySpec"] == "ECC_SECG_P256K1"
    assert answer["KeyId"].endswith(f":key/{key_id}")


def test_the_treasurys_key_is_the_imported_one(kms: Any, aws: LocalAws) -> None:
    found = public_key(kms, f"alias/{aws.stack.name}/treasury")

    compressed = found.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    assert compressed == public_bytes(sandbox_key())
