"""Keys of users in KMS (moto): found again, never made twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from slipway_signing.custody import KmsKeyMaker
from slipway_signing.keys import KmsKey

if TYPE_CHECKING:
    from collections.abc import Iterator

ALIASES = "alias/slipway-testing/wallet"


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("kms", region_name="us-east-1")


def maker(kms: Any, signers: tuple[str, ...] = ()) -> KmsKeyMaker:
    return KmsKeyMaker(kms, stage="testing", aliases=ALIASES, signers=signers)


def test_the_key_of_a_user_is_made_once(kms: Any) -> None:
    first = maker(kms).key_for("alice", 1)

    assert maker(kms).key_for("alice", 1) == first
    assert len(kms.list_keys()["Keys"]) == 1


def test_each_user_has_a_key_of_their_own_whatever_their_id(kms: Any) -> None:
    users = ["alice", "bob", "auth0|a b/ü", "x" * 300]

    assert len({maker(kms).key_for(user, 1) for user in users}) == len(users)


def test_the_key_is_a_tagged_secp256k1_key_that_the_signer_can_use(kms: Any) -> None:
    made = maker(kms).key_for("alice", 1)
    key_id, public_key = made.key_id, made.public_key

    about = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key_id)["Tags"]}
    assert (about["Arn"], about["KeySpec"], about["KeyUsage"]) == (key_id, "ECC_SECG_P256K1", "SIGN_VERIFY")
    alias = maker(kms).alias("alice", 1)
    assert tags == {
        "slipway-stage": "testing",
        "slipway-purpose": "wallet",
        "slipway-wallet": alias.rpartition("/")[2],
    }
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"] == key_id
    assert KmsKey(kms, key_id).public_key == public_key
    assert len(public_key) == 33


def test_the_key_carries_the_policy_of_its_signers(kms: Any) -> None:
    role = "arn:aws:iam::123456789012:role/sign"

    key_id = maker(kms, (role,)).key_for("alice", 1).key_id

    assert role in kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]


def test_who_loses_the_race_for_the_alias_uses_the_winners_key(kms: Any) -> None:
    loser = maker(kms)
    winner = maker(kms).key_for("alice", 1)
    looks = iter([None])
    find = loser._find
    loser._find = lambda alias: next(looks, find(alias))  # type: ignore[method-assign]  # it looked too early

    assert loser.key_for("alice", 1) == winner
