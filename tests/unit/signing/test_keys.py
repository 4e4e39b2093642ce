"""Keys and addresses; signatures are checked with `cryptography`."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from slipway.domain.errors import SignerUnavailable
from slipway_signing.address import address_of, is_address
from slipway_signing.keys import ORDER, KmsKey, LocalKey, compressed_from_der, low_s

from tests.unit.signing.signing_fakes import verifies

DIGESTS = [hashlib.sha256(bytes([number])).digest() for number in range(32)]


class FakeKms:
    """GetPublicKey and Sign as KMS answers them: DER, and either half of s. Counts its calls."""

    def __init__(self) -> None:
        self._key = ec.derive_private_key(0xA11CE, ec.SECP256K1())
        self.calls: list[str] = []
        self.failing = False

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:
        self._call("GetPublicKey")
        spki = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"PublicKey": spki}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:
        self._call("Sign")
        assert (MessageType, SigningAlgorithm) == ("DIGEST", "ECDSA_SHA_256")
        return {"Signature": self._key.sign(Message, ec.ECDSA(Prehashed(SHA256())))}

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.failing:
            raise ClientError({"Error": {"Code": "KMSInternalException", "Message": "no"}}, name)


@pytest.mark.parametrize("digest", DIGESTS)
def test_a_local_signature_verifies_and_is_the_same_each_time(digest: bytes) -> None:
    key = LocalKey(b"\x07" * 32)

    assert verifies(key.public_key, digest, key.sign_digest(digest))
    assert key.sign_digest(digest) == key.sign_digest(digest)


@pytest.mark.parametrize("digest", DIGESTS)
def test_a_kms_signature_verifies_with_a_low_s(digest: bytes) -> None:
    key = KmsKey(FakeKms(), "key-1")  # type: ignore[arg-type]

    assert verifies(key.public_key, digest, key.sign_digest(digest))


def test_s_is_flipped_only_where_it_is_high() -> None:
    high = low_s(encode_dss_signature(5, ORDER - 9))
    low = low_s(encode_dss_signature(5, 9))

    assert high == low == (5).to_bytes(32, "big") + (9).to_bytes(32, "big")


def test_the_public_key_is_read_from_kms_once_and_not_at_all_where_it_is_known() -> None:
    kms = FakeKms()
    key = KmsKey(kms, "key-1")  # type: ignore[arg-type]
    assert key.public_key == key.public_key

    known = KmsKey(kms, "key-1", key.public_key)  # type: ignore[arg-type]

    assert known.public_key == key.public_key
    assert kms.calls == ["GetPublicKey"]


def test_what_is_no_digest_is_not_sent_to_kms() -> None:
    kms = FakeKms()

    with pytest.raises(ValueError, match="32 bytes"):
        KmsKey(kms, "key-1").sign_digest(b"a whole message")  # type: ignore[arg-type]

    assert kms.calls == []


def test_a_kms_that_fails_is_the_signers_trouble() -> None:
    kms = FakeKms()
    kms.failing = True
    key = KmsKey(kms, "key-1")  # type: ignore[arg-type]

    with pytest.raises(SignerUnavailable):
        key.sign_digest(DIGESTS[0])
    with pytest.raises(SignerUnavailable):
        _ = key.public_key


def test_keys_of_another_curve_are_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()

    with pytest.raises(ValueError, match="secp256r1"):
        compressed_from_der(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def test_an_address_is_told_from_what_is_none() -> None:
    address = address_of(LocalKey(b"\x07" * 32).public_key)

    assert is_address(address)
    assert not is_address(address[:-1] + ("q" if address[-1] != "q" else "p"))
    assert not is_address(address_of(LocalKey(b"\x07" * 32).public_key, prefix="cosmos"))
    assert not is_address("")
    assert not is_address("akash1xxxx")
