"""Opening wallets: one key and one row a user, and grants that are tried until they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from slipway.domain import errors
from slipway_signing import grants, policy, tx
from slipway_signing.custody import MadeKey, key_policy
from slipway_signing.opening import WalletOpener

from tests.unit.signing.signing_fakes import CountingKey
from tests.unit.signing.store_fakes import MemoryBooks, MemoryWallets

TREASURY = CountingKey("treasury").address


class FakeKeys:
    """`KeyMaker` in memory; counts the keys it made."""

    def __init__(self) -> None:
        self.made: dict[str, CountingKey] = {}

    def key_for(self, user_id: str, generation: int) -> MadeKey:
        key = self.made.setdefault(user_id, CountingKey(user_id))
        return MadeKey("kms", f"arn:{user_id}", key.public_key)


class FakeTreasury:
    """`Treasury` that answers in turn, and then commits."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []

    def send(self, **asked: Any) -> dict[str, Any]:
        self.sent.append(asked)
        done = {"state": "committed", "error": None, "messages": asked["messages"], "tx": {"height": 7}}
        return self.answers.pop(0) if self.answers else done


class Desk:
    def __init__(self) -> None:
        self.wallets = MemoryWallets()
        self.keys = FakeKeys()
        self.books = MemoryBooks()
        self.treasury = FakeTreasury()
        self.now = datetime(2027, 1, 15, 8, tzinfo=UTC)
        self.opener = WalletOpener(
            wallets=self.wallets,
            keys=self.keys,
            treasury=self.treasury,
            books=self.books,
            granter=TREASURY,
            now=lambda: self.now,
        )

    def open(self, credit: int = 10_000_000) -> tuple[str, str]:
        opening = self.opener.open("alice", request_id="r", credit=credit, fees=1_000_000)
        return opening.address, opening.state

    @property
    def intents(self) -> list[str]:
        return [one["intent_id"] for one in self.treasury.sent]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_new_user_gets_a_key_a_row_and_grants(desk: Desk) -> None:
    address, state = desk.open()

    row = desk.wallets.rows["alice"]
    assert (address, state) == (CountingKey("alice").address, "ready")
    assert (row.key_id, row.public_key) == ("arn:alice", CountingKey("alice").public_key)
    assert (row.granter, row.created_at, row.first_tx_height) == (TREASURY, "2027-01-15T08:00:00+00:00", None)
    [sent] = desk.treasury.sent
    assert sent["deposit_max"] == 10_000_000
    assert sent["messages"] == grants.opening(TREASURY, address, credit_uact=10_000_000, fees_uakt=1_000_000)
    assert sent["expects"] == {address: 0}
    assert desk.books.done[f"open-{address}"].delta == 10_000_000
    assert desk.books.books[address].height == 7
    assert desk.wallets.owner_of(address) == "alice"


def test_a_ready_wallet_is_left_alone(desk: Desk) -> None:
    first = desk.open()

    assert desk.open() == first
    assert len(desk.treasury.sent) == 1


def test_a_pending_grant_is_asked_for_again_by_the_same_intent(desk: Desk) -> None:
    desk.treasury.answers = [{"state": "pending", "error": None}]

    assert desk.open()[1] == "opening"
    assert desk.open()[1] == "ready"
    assert desk.intents == ["open-wallet-alice-1", "open-wallet-alice-1"]
    assert len(desk.keys.made) == 1


@pytest.mark.parametrize("state", ["rejected", "expired"])
def test_a_grant_that_failed_for_good_is_a_new_intent_the_next_time(desk: Desk, state: str) -> None:
    error = errors.to_wire(errors.TreasuryShort())
    desk.treasury.answers = [{"state": state, "error": error}]

    opening = desk.opener.open("alice", request_id="r", credit=1, fees=1)

    assert (opening.state, opening.error) == ("opening", error)
    assert desk.open()[1] == "ready"
    assert desk.intents == ["open-wallet-alice-1", "open-wallet-alice-2"]


def test_while_one_call_makes_the_key_another_is_told_to_wait(desk: Desk) -> None:
    desk.wallets.claim_opening("alice", now=int(desk.now.timestamp()), lasts=60)

    with pytest.raises(errors.WalletOpening):
        desk.open()

    assert desk.keys.made == {}


@pytest.mark.parametrize("credit", [0, 1, 10_000_000])
def test_the_grants_are_what_policy_allows(credit: int) -> None:
    alice = CountingKey("alice").address
    messages = grants.opening(TREASURY, alice, credit_uact=credit, fees_uakt=1_000_000)

    parsed = [(one["type_url"], tx.parsed(one["type_url"], one["value"])) for one in messages]

    assert policy.check("treasury", parsed, own=TREASURY, deposit_max=credit) == credit
    assert len(messages) == (2 if credit else 1)


def test_the_keys_policy_lets_only_the_signers_sign() -> None:
    roles = ("arn:aws:iam::123456789012:role/sign", "arn:aws:iam::123456789012:role/token")

    administers, signs = key_policy(roles)["Statement"]

    assert administers["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert not {"kms:Sign", "kms:*", "kms:CreateGrant"} & set(administers["Action"])
    assert signs["Principal"] == {"AWS": list(roles)}
    assert signs["Action"] == ["kms:GetPublicKey", "kms:Sign"]
