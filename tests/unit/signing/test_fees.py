"""Fee allowances: renewed before they run out, several at a time, and at once where one was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain import errors
from slipway_signing import grants
from slipway_signing.fees import MAX_BATCH, Fees
from slipway_signing.wallets import WalletRow

from tests.unit.signing.credit_fakes import TREASURY, CreditChain, FakeTreasury
from tests.unit.signing.signing_fakes import SECOND, World
from tests.unit.signing.store_fakes import MemoryWallets

if TYPE_CHECKING:
    from slipway_signing.intents import Intent
    from slipway_signing.wallets import State

AMOUNT = 1_000_000


class Desk:
    def __init__(self) -> None:
        self.chain = CreditChain()
        self.treasury = FakeTreasury(self.chain)
        self.wallets = MemoryWallets()
        self.now_ns = 1_800_000_000 * SECOND
        self.fees = Fees(
            chain=self.chain,
            treasury=self.treasury,
            wallets=self.wallets,
            amount=AMOUNT,
            max_fee=100_000,
            now_ns=lambda: self.now_ns,
        )

    def wallet(self, name: str, allowed: int | None, *, state: State = "ready") -> str:
        address = f"akash1{name}"
        self.wallets.open(WalletRow(name, address, b"", "arn", TREASURY, "", state=state))
        if allowed is not None:
            self.chain.allowed[address] = allowed
        return address

    def renew(self, seconds: float = 300) -> int:
        return self.fees.renew_low(lambda: seconds, reserve_seconds=65)

    @property
    def sent(self) -> list[list[str]]:
        return [[message["type_url"] for message in told["messages"]] for told in self.treasury.ran.values()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_low_and_missing_allowances_are_renewed_in_one_transaction(desk: Desk) -> None:
    low, gone, full = desk.wallet("low", 249_999), desk.wallet("gone", None), desk.wallet("full", 250_000)

    assert desk.renew() == 2

    assert desk.chain.allowed == {low: AMOUNT, gone: AMOUNT, full: 250_000}
    assert desk.sent == [[grants.DISALLOW, grants.ALLOW, grants.ALLOW]]


def test_an_allowance_under_one_dear_fee_is_low_however_small_allowances_are(desk: Desk) -> None:
    desk.fees = Fees(desk.chain, desk.treasury, desk.wallets, 120_000, 100_000, lambda: desk.now_ns)
    desk.wallet("alice", 99_999)

    assert desk.renew() == 1


def test_a_wallet_that_is_not_ready_is_left_alone(desk: Desk) -> None:
    desk.wallet("opening", None, state="opening")

    assert desk.renew() == 0


def test_many_are_renewed_batch_by_batch(desk: Desk) -> None:
    for number in range(MAX_BATCH + 1):
        desk.wallet(f"wallet{number}", None)

    assert desk.renew() == MAX_BATCH + 1
    assert [len(messages) for messages in desk.sent] == [MAX_BATCH, 1]


def test_without_the_time_for_a_transaction_none_is_begun(desk: Desk) -> None:
    desk.wallet("alice", None)

    assert desk.renew(seconds=60) == 0
    assert desk.sent == []


def intent() -> Intent:
    return World().wanted("one")


def test_a_missing_allowance_is_mended_once_for_all_who_ask_within_a_minute(desk: Desk) -> None:
    address = desk.wallet("alice", None)

    assert desk.fees.mend(intent())
    assert desk.fees.mend(intent())

    assert (desk.chain.allowed[address], len(desk.sent)) == (AMOUNT, 1)


def test_one_that_is_there_needs_no_mending(desk: Desk) -> None:
    desk.wallet("alice", AMOUNT)

    assert desk.fees.mend(intent())
    assert desk.sent == []


@pytest.mark.parametrize("answer", ["rejected", "pending", errors.SignerUnavailable()])
def test_what_cannot_be_mended_is_said_to_be_so(desk: Desk, answer: Any) -> None:
    desk.wallet("alice", None)
    desk.treasury.answers = [answer]

    assert not desk.fees.mend(intent())


def test_a_wallet_that_is_none_has_nothing_to_mend(desk: Desk) -> None:
    assert not desk.fees.mend(intent())
