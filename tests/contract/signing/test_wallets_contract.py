"""One suite for the wallets' store: the fake in memory and DynamoDB (moto)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway_signing.wallets import WalletRow

if TYPE_CHECKING:
    from slipway_signing.wallets import WalletStore


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


def test_only_an_opening_wallet_becomes_ready(wallets: WalletStore) -> None:
    wallets.open(row())
    wallets.mark_ready("alice")

    assert wallets.change_state("alice", before="ready", after="moving")
    assert not wallets.change_state("alice", before="ready", after="moving")
    wallets.mark_ready("alice")

    stored = wallets.get("alice")
    assert stored is not None
    assert stored.state == "moving"


def test_an_address_belongs_to_its_user_before_and_after_a_move(wallets: WalletStore) -> None:
    wallets.open(row())
    wallets.mark_ready("alice")
    sealed = row(address="akash1new", key_id="arn:seal", custody="sealed", sealed=b"\x00\xff", generation=2)

    assert not wallets.rekey(sealed)  # not moving
    wallets.change_state("alice", before="ready", after="moving")
    assert wallets.rekey(sealed)
    assert not wallets.rekey(sealed)

    assert wallets.get("alice") == sealed
    assert [one.user_id for one in wallets.all()] == ["alice"]
    assert wallets.owner_of("akash1alice") == wallets.owner_of("akash1new") == "alice"
    assert wallets.owner_of("akash1stranger") is None


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
