"""One contract for reading wallets: the fake, and the table as the signer writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest
from slipway.adapters.dynamo_wallets import DynamoWallets
from slipway.domain.errors import WalletNotFound, WalletOpening
from slipway.domain.ids import Address, UserId
from slipway.domain.wallet import Wallet
from slipway_signing.wallets import DynamoWallets as SignersWallets
from slipway_signing.wallets import WalletRow

from tests.fakes.tables import create_wallets_table
from tests.fakes.wallets import FakeWallets

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from slipway.services.ports import Wallets

ALICE = UserId("alice")


class Opened(Protocol):
    """The store as tests change it."""

    @property
    def wallets(self) -> Wallets: ...

    def open(self, *, ready: bool) -> None: ...

    def note_transaction(self) -> None: ...


class InMemory:
    def __init__(self) -> None:
        self.wallets = FakeWallets()

    def open(self, *, ready: bool) -> None:
        address, granter = Address("akash1alice"), Address("akash1treasury")
        self.wallets.put(Wallet(ALICE, address, granter, ready=ready, on_chain=False))

    def note_transaction(self) -> None:
        self.wallets.note_transaction(ALICE)


class InTable:
    def __init__(self, client: DynamoDBClient) -> None:
        create_wallets_table(client, "wallets")
        self.wallets, self._signers = DynamoWallets(client, "wallets"), SignersWallets(client, "wallets")

    def open(self, *, ready: bool) -> None:
        row = WalletRow(ALICE, "akash1alice", bytes(33), "arn:key", "akash1treasury", "2026-11-24T12:00:00Z")
        self._signers.open(row)
        if ready:
            self._signers.mark_ready(ALICE)

    def note_transaction(self) -> None:
        self._signers.mark_first_tx(ALICE, 7)


@pytest.fixture(params=["fake", "dynamo"])
def opened(request: pytest.FixtureRequest) -> Any:
    return InMemory() if request.param == "fake" else InTable(request.getfixturevalue("dynamodb"))


def test_a_user_without_a_wallet_has_none(opened: Opened) -> None:
    with pytest.raises(WalletNotFound):
        opened.wallets.of(ALICE)


def test_a_wallet_is_not_given_out_before_it_is_ready(opened: Opened) -> None:
    opened.open(ready=False)

    with pytest.raises(WalletOpening):
        opened.wallets.of(ALICE)


def test_a_ready_wallet_knows_its_address_and_who_funds_it(opened: Opened) -> None:
    opened.open(ready=True)

    wallet = opened.wallets.of(ALICE)

    assert (wallet.user, wallet.address, wallet.granter) == ("alice", "akash1alice", "akash1treasury")
    assert wallet.ready
    assert not wallet.on_chain


def test_a_wallet_is_on_chain_from_its_first_transaction_on(opened: Opened) -> None:
    opened.open(ready=True)
    opened.note_transaction()

    assert opened.wallets.of(ALICE).on_chain


def test_users_do_not_share_wallets(opened: Opened) -> None:
    opened.open(ready=True)

    with pytest.raises(WalletNotFound):
        opened.wallets.of(UserId("bob"))
