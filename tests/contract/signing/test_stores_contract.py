"""One suite for each store of the signer: the fake in memory and DynamoDB (moto)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from slipway_signing.chain_port import Inclusion, Refusal
from slipway_signing.intents import MAX_LOG, Intent, IntentStore, Overtaken
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.wallets import DynamoWallets, WalletRow, WalletStore

from tests.unit.signing.signing_fakes import MemoryIntents, MemoryWallets

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def dynamo(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield "us-east-1"


@pytest.fixture(params=["memory", "dynamo"])
def intents(request: pytest.FixtureRequest) -> IntentStore:
    if request.param == "memory":
        return MemoryIntents()
    client = boto3.client("dynamodb", region_name=request.getfixturevalue("dynamo"))
    client.create_table(
        TableName="intents",
        KeySchema=[{"AttributeName": "intent_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "intent_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return DynamoIntents(client, "intents")


@pytest.fixture(params=["memory", "dynamo"])
def wallets(request: pytest.FixtureRequest) -> WalletStore:
    if request.param == "memory":
        return MemoryWallets()
    client = boto3.client("dynamodb", region_name=request.getfixturevalue("dynamo"))
    client.create_table(
        TableName="wallets",
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return DynamoWallets(client, "wallets")


def intent(**changes: object) -> Intent:
    plain = Intent(
        intent_id="one",
        request_id="request-1",
        user_id="alice",
        role="wallet",
        messages="[]",
        deposit_max=5,
        created_at="2027-01-15T08:00:00+00:00",
        claim="first",
        claimed_ns=1_800_000_000_123_456_789,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def signed(before: Intent) -> Intent:
    return before.signed(
        tx_bytes=b"\x00\xff", tx_hash="AB", timeout_ns=1_800_000_030_123_456_789, gas_limit=7, fee_uakt=1
    )


def test_the_first_intent_of_an_id_stays(intents: IntentStore) -> None:
    first = intents.open(intent())

    assert intents.open(intent(claim="second", messages="[1]")) == first
    assert intents.get("one") == first
    assert intents.get("two") is None


def test_every_state_comes_back_as_it_was_written(intents: IntentStore) -> None:
    written = intents.open(intent(user_id=None, role="treasury", deposit_max=None))
    assert intents.get("one") == written

    sent = signed(written)
    again = sent.taken_up().retried("second", 5, gas_used=9)
    resent = signed(again)
    states = [sent, sent.taken_up(), again, resent]
    for state in states:
        assert intents.advance(state) == state
        assert intents.get("one") == state

    done = intents.advance(resent.committed(Inclusion(height=12, gas_used=99)))
    assert intents.get("one") == done
    assert (done.state, done.attempt, done.gas_floor, done.former_hashes) == ("committed", 2, 9, ("AB",))


def test_a_rejection_keeps_its_error_and_a_bounded_log(intents: IntentStore) -> None:
    written = intents.open(intent())
    refusal = Refusal("sdk", 38, "\x05\ufffd does not allow " + "x" * 10_000)

    intents.advance(written.rejected({"code": "fees_unavailable", "facts": {}}, refusal))

    stored = intents.get("one")
    assert stored is not None
    assert stored.error == {"code": "fees_unavailable", "facts": {}}
    assert stored.log.startswith("sdk/38 \x05")
    assert len(stored.log) == MAX_LOG


def test_only_one_of_two_successors_is_stored(intents: IntentStore) -> None:
    written = intents.open(intent())
    winner = intents.advance(signed(written))

    with pytest.raises(Overtaken):
        intents.advance(written.claimed("second", 2))
    with pytest.raises(Overtaken):
        intents.advance(signed(written))

    assert intents.get("one") == winner


def test_an_intent_that_was_never_opened_does_not_advance(intents: IntentStore) -> None:
    with pytest.raises(Overtaken):
        intents.advance(signed(intent()))

    assert intents.get("one") is None


def row(**changes: object) -> WalletRow:
    plain = WalletRow(
        user_id="alice",
        address="akash1alice",
        public_key=b"\x02" * 33,
        key_id="arn:key",
        granter="akash1treasury",
        created_at="2027-01-15T08:00:00+00:00",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_the_first_wallet_of_a_user_stays(wallets: WalletStore) -> None:
    first = wallets.open(row())

    assert wallets.open(row(address="akash1other")) == first
    assert wallets.get("alice") == first
    assert wallets.get("bob") is None


def test_a_wallet_becomes_ready(wallets: WalletStore) -> None:
    wallets.open(row())

    wallets.mark_ready("alice")

    assert wallets.get("alice") == row(state="ready")


def test_the_first_height_is_kept(wallets: WalletStore) -> None:
    wallets.open(row())

    wallets.mark_first_tx("alice", 12)
    wallets.mark_first_tx("alice", 13)
    wallets.mark_first_tx("nobody", 14)

    assert wallets.get("alice") == row(first_tx_height=12)
    assert wallets.get("nobody") is None


def test_a_failed_opening_is_counted_once(wallets: WalletStore) -> None:
    wallets.open(row())

    wallets.next_opening("alice", failed=1)
    wallets.next_opening("alice", failed=1)

    assert wallets.get("alice") == row(opening_attempt=2)


def test_a_claim_on_an_opening_holds_for_its_time(wallets: WalletStore) -> None:
    assert wallets.claim_opening("alice", now=100, lasts=60)
    assert not wallets.claim_opening("alice", now=159, lasts=60)
    assert wallets.claim_opening("bob", now=159, lasts=60)
    assert wallets.claim_opening("alice", now=160, lasts=60)
    assert wallets.get("alice") is None
