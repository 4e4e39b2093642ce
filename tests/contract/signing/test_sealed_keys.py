"""Sealed keys in KMS (moto, as the sandbox corrects it): bound to their user, opened only to sign."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from slipway.domain import errors
from slipway_signing.custody import MadeKey, SealedKeyMaker, key_of
from slipway_signing.wallets import WalletRow

from sandbox.aws import kms as corrections
from tests.unit.signing.signing_fakes import verifies

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGEST = hashlib.sha256(b"what is signed").digest()


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    corrections.install()
    with mock_aws():
        yield boto3.client("kms", region_name="us-east-1")


@pytest.fixture
def maker(kms: Any) -> SealedKeyMaker:
    return SealedKeyMaker(kms, kms.create_key()["KeyMetadata"]["Arn"])


def row(made: MadeKey, user_id: str = "alice") -> WalletRow:
    return WalletRow(
        user_id=user_id,
        address="akash1alice",
        public_key=made.public_key,
        key_id=made.key_id,
        granter="akash1treasury",
        created_at="",
        custody=made.custody,
        sealed=made.sealed,
    )


def test_a_sealed_key_signs_for_its_user(kms: Any, maker: SealedKeyMaker) -> None:
    made = maker.key_for("alice", 1)

    key = key_of(kms, row(made))

    assert (made.custody, len(made.public_key)) == ("sealed", 33)
    assert key.public_key == made.public_key
    assert verifies(made.public_key, DIGEST, key.sign_digest(DIGEST))


def test_each_key_is_another(maker: SealedKeyMaker) -> None:
    assert maker.key_for("alice", 1).public_key != maker.key_for("alice", 1).public_key


def test_a_sealed_key_opens_for_nobody_else(kms: Any, maker: SealedKeyMaker) -> None:
    made = maker.key_for("alice", 1)

    with pytest.raises(errors.SignerUnavailable):
        key_of(kms, row(made, user_id="mallory")).sign_digest(DIGEST)


def test_a_key_in_the_wrong_wallet_signs_nothing(kms: Any, maker: SealedKeyMaker) -> None:
    mine, other = maker.key_for("alice", 1), maker.key_for("alice", 1)

    with pytest.raises(errors.InternalFault):
        key_of(kms, replace(row(mine), sealed=other.sealed)).sign_digest(DIGEST)


def test_a_signing_key_cannot_seal(kms: Any) -> None:
    signing = kms.create_key(KeySpec="ECC_SECG_P256K1", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]

    with pytest.raises(kms.exceptions.InvalidKeyUsageException):
        SealedKeyMaker(kms, signing).key_for("alice", 1)
