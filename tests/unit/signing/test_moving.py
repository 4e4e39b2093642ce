"""Moving a wallet to another custody: a new key and address, with the same credit, whatever stops in
between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from slipway.domain import errors
from slipway_signing import events, events_treasury
from slipway_signing.custody import MadeKey
from slipway_signing.moving import Mover, NotMovable
from slipway_signing.opening import WalletOpener
from slipway_signing.rekeying import Rekeyer
from slipway_signing.signing_log import SigningLog
from slipway_signing.wallets import Custody, WalletRow

from tests.unit.signing.credit_fakes import Office
from tests.unit.signing.signing_fakes import CountingKey, World
from tests.unit.signing.store_fakes import MemoryIntents, MemoryLog, MemoryWallets

OLD = CountingKey("alice 1").address
TREASURY = CountingKey("treasury").address


class Maker:
    """`KeyMaker` in memory: a key by user and generation."""

    def __init__(self, custody: Custody) -> None:
        self.custody: Custody = custody

    def key_for(self, user_id: str, generation: int) -> MadeKey:
        return MadeKey(self.custody, "arn", CountingKey(f"{user_id} {generation}").public_key, b"sealed")


class Desk:
    """The operator's command and the two functions behind it, over one chain in memory."""

    def __init__(self, credit: int = 900) -> None:
        self.office = Office(credit=None)
        self.office.chain.granted[OLD] = credit
        self.wallets = MemoryWallets()
        self.wallets.open(
            WalletRow(
                user_id="alice",
                address=OLD,
                public_key=CountingKey("alice 1").public_key,
                key_id="arn",
                granter=TREASURY,
                created_at="2027-01-15T08:00:00+00:00",
                state="ready",
                first_tx_height=5,
            )
        )
        self.intents = MemoryIntents()
        self.log = MemoryLog()
        self.broken: set[str] = set()
        self.mover = Mover(
            wallets=self.wallets,
            intents=self.intents,
            books=self.office.books,
            chain=self.office.chain,
            change_credit=self._change_credit,
            open_wallet=self._open_wallet,
            fees=1_000_000,
        )

    def _change_credit(self, event: dict[str, Any]) -> dict[str, Any]:
        if "credit" in self.broken:
            raise RuntimeError("broke")
        return events_treasury.change_credit(
            event, credit=self.office.credit, wallets=self.wallets, time_left=lambda: 60.0
        )

    def _open_wallet(self, event: dict[str, Any]) -> dict[str, Any]:
        if "open" in self.broken:
            raise RuntimeError("broke")
        opener = WalletOpener(
            wallets=self.wallets,
            keys=Maker("kms"),
            treasury=self.office.treasury,
            books=self.office.books,
            granter=TREASURY,
            now=lambda: datetime(2027, 1, 15, 9, tzinfo=UTC),
        )
        return events.open_wallet(event, opener=opener, rekeyer=self.rekeyer)

    @property
    def rekeyer(self) -> Rekeyer:
        makers: dict[Custody, Maker] = {"kms": Maker("kms"), "sealed": Maker("sealed")}
        return Rekeyer(self.wallets, makers, SigningLog(self.log, lambda: 1_800_000_000_000_000_000))

    @property
    def row(self) -> WalletRow:
        return self.wallets.rows["alice"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_moved_wallet_has_a_new_key_its_credit_and_no_history(desk: Desk) -> None:
    row = desk.mover.move("alice", "sealed")

    new = CountingKey("alice 2").address
    assert (row.address, row.custody, row.generation, row.state) == (new, "sealed", 2, "ready")
    assert (row.sealed, row.first_tx_height) == (b"sealed", None)
    assert desk.office.chain.granted == {new: 900}
    assert desk.office.chain.allowed == {new: 1_000_000}
    assert desk.wallets.owner_of(OLD) == desk.wallets.owner_of(new) == "alice"
    [entry] = desk.log.entries
    assert (entry.verdict, OLD in entry.about, new in entry.about) == ("custody", True, True)


def test_a_wallet_without_credit_moves_too(desk: Desk) -> None:
    desk.office.chain.granted[OLD] = 0

    row = desk.mover.move("alice", "sealed")

    assert row.state == "ready"
    assert row.address not in desk.office.chain.granted


def test_it_moves_back_as_another_generation(desk: Desk) -> None:
    desk.mover.move("alice", "sealed")

    row = desk.mover.move("alice", "kms")

    assert (row.custody, row.generation) == ("kms", 3)
    assert desk.office.chain.granted == {row.address: 900}


def test_to_where_it_is_nothing_moves(desk: Desk) -> None:
    with pytest.raises(NotMovable, match="already"):
        desk.mover.move("alice", "kms")

    assert desk.row.state == "ready"


def test_a_wallet_with_a_deployment_stays_until_it_is_let_go(desk: Desk) -> None:
    desk.office.chain.deploying.add(OLD)

    with pytest.raises(NotMovable, match="deployment"):
        desk.mover.move("alice", "sealed")

    assert (desk.row.state, desk.office.chain.granted) == ("moving", {OLD: 900})
    desk.mover.undo("alice")
    assert desk.row.state == "ready"


def test_a_wallet_with_a_transaction_under_way_waits(desk: Desk) -> None:
    desk.intents.open(World().wanted())

    with pytest.raises(NotMovable, match="under way"):
        desk.mover.move("alice", "sealed")

    desk.intents.rows.clear()
    assert desk.mover.move("alice", "sealed").custody == "sealed"


@pytest.mark.parametrize("part", ["credit", "open"])
def test_a_move_that_stopped_is_finished_by_the_same_command(desk: Desk, part: str) -> None:
    desk.broken = {part}
    with pytest.raises(RuntimeError):
        desk.mover.move("alice", "sealed")
    desk.broken = set()

    row = desk.mover.move("alice", "sealed")

    assert (row.custody, row.generation) == ("sealed", 2)
    assert desk.office.chain.granted == {row.address: 900}


def test_one_that_stopped_with_the_new_key_made_is_opened(desk: Desk) -> None:
    desk.office.treasury.answers = ["run", "pending"]
    with pytest.raises(NotMovable, match="not open yet"):
        desk.mover.move("alice", "sealed")
    assert (desk.row.state, desk.row.generation) == ("opening", 2)

    row = desk.mover.move("alice", "sealed")

    assert (row.state, row.generation) == ("ready", 2)
    assert desk.office.chain.granted == {row.address: 900}


def test_once_its_credit_is_taken_a_wallet_is_not_let_go(desk: Desk) -> None:
    desk.broken = {"open"}
    with pytest.raises(RuntimeError):
        desk.mover.move("alice", "sealed")

    with pytest.raises(NotMovable):
        desk.mover.undo("alice")


def test_who_has_no_wallet_moves_none(desk: Desk) -> None:
    with pytest.raises(NotMovable, match="no such wallet"):
        desk.mover.move("bob", "sealed")


def test_a_wallet_that_signs_gets_no_other_key(desk: Desk) -> None:
    with pytest.raises(errors.PolicyRefused):
        desk.rekeyer.rekey("alice", "sealed", request_id="r")
    with pytest.raises(errors.WalletNotFound):
        desk.rekeyer.rekey("bob", "sealed", request_id="r")

    desk.wallets.rows["alice"] = replace(desk.row, state="opening")
    desk.rekeyer.rekey("alice", "sealed", request_id="r")
    assert (desk.row.generation, desk.log.entries) == (1, [])


def test_a_custody_that_is_none_is_refused(desk: Desk) -> None:
    event = {"request_id": "r", "user_id": "alice", "credit": "0", "fees": "1", "custody": "paper"}

    assert desk._open_wallet(event)["error"]["facts"] == {"rule": "event_form", "what": "custody"}
