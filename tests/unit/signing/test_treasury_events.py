"""Events and answers of the functions that look after credit and fees, and what the operator sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain import errors
from slipway_signing import events_treasury
from slipway_signing.treasury_port import Mint
from slipway_signing.treasury_view import view
from slipway_signing.wallets import WalletRow

from tests.unit.signing.credit_fakes import ALICE, TREASURY, CreditChain, Office
from tests.unit.signing.store_fakes import MemoryWallets
from tests.unit.signing.test_fees import Desk

if TYPE_CHECKING:
    from slipway_signing.wallets import State


def wallets(state: State = "ready") -> MemoryWallets:
    store = MemoryWallets()
    store.open(WalletRow("alice", ALICE, b"", "arn", TREASURY, "", state=state))
    store.open(WalletRow("bob", "akash1bob", b"", "arn", TREASURY, "", state="ready"))
    return store


def change(office: Office, *changes: dict[str, Any], state: State = "ready") -> Any:
    return events_treasury.change_credit(
        {"request_id": "request-1", "changes": list(changes)},
        credit=office.credit,
        wallets=wallets(state),
        time_left=lambda: 60.0,
    )


def one(delta: str = "500", user: str = "alice", change_id: str = "one") -> dict[str, Any]:
    return {"change_id": change_id, "user_id": user, "delta": delta}


def test_one_change_is_done() -> None:
    office = Office()

    answer = change(office, one("-200"))

    [told] = answer["changes"]
    assert {**told, "height": 0} == {"change_id": "one", "state": "done", "delta": "-200", "height": 0}
    assert office.chain.granted[ALICE] == 800


def test_several_changes_are_answered_each() -> None:
    office = Office()
    office.chain.granted["akash1bob"] = 5

    told = change(office, one(), one("7", "bob", "two"))["changes"]

    assert [(item["change_id"], item["state"]) for item in told] == [("one", "done"), ("two", "done")]
    assert office.transactions == 1


@pytest.mark.parametrize(("answer", "state"), [("pending", "pending"), ("rejected", "rejected")])
def test_what_is_not_done_says_whether_to_ask_again(answer: str, state: str) -> None:
    office = Office()
    office.treasury.answers = [answer]

    [told] = change(office, one())["changes"]

    assert (told["state"], set(told)) == (state, {"change_id", "state", "error"})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([], "policy_refused"),
        ([one("5.0")], "policy_refused"),
        ([one("")], "policy_refused"),
        ([{**one(), "delta": 5}], "policy_refused"),
        ([one(user="nobody")], "wallet_not_found"),
        ([one()] * 21, "policy_refused"),
    ],
)
def test_what_is_no_change_changes_nothing(changes: list[dict[str, Any]], code: str) -> None:
    office = Office()

    answer = change(office, *changes)

    assert answer["error"]["code"] == code
    assert office.chain.granted == {ALICE: 1_000}


def test_a_wallet_that_is_being_opened_waits() -> None:
    answer = change(Office(), one(), state="opening")

    assert answer["error"]["code"] == "wallet_opening"


def upkeep(office: Office, desk: Desk, seconds: float = 300, event: dict[str, str] | None = None) -> Any:
    return events_treasury.upkeep(
        event or {}, credit=office.credit, books=office.books, fees=desk.fees, time_left=lambda: seconds
    )


def test_the_upkeep_finishes_restores_and_renews() -> None:
    office, desk = Office(), Desk()
    desk.wallet("carol", None)
    office.treasury.answers = [errors.SignerUnavailable()]
    with pytest.raises(errors.SignerUnavailable):
        office.change(500)

    assert upkeep(office, desk) == {"books": 1, "failed": [], "renewed": 1}
    assert office.chain.granted[ALICE] == 1_500


@pytest.mark.parametrize("look_after", ["credit", "fees"])
def test_each_schedule_has_its_own_part(look_after: str) -> None:
    office, desk = Office(), Desk()
    desk.wallet("carol", None)
    office.change(-1_000)

    answer = upkeep(office, desk, event={"look_after": look_after})

    assert answer == ({"books": 1, "failed": []} if look_after == "credit" else {"renewed": 1})


def test_one_books_trouble_keeps_nothing_waiting() -> None:
    office, desk = Office(), Desk()
    desk.wallet("carol", None)
    office.change(-1_000)
    office.chain.refund(ALICE, 5)
    office.treasury.answers = [errors.SignerUnavailable()]

    answer = upkeep(office, desk)

    assert answer["failed"] == [{"address": ALICE, "error": {"code": "signer_unavailable", "facts": {}}}]
    assert answer["renewed"] == 1


def test_without_time_the_upkeep_waits_for_its_next_turn() -> None:
    office, desk = Office(), Desk()
    office.change(-1_000)

    assert upkeep(office, desk, seconds=30) == {"books": 0, "failed": [], "renewed": 0}


def test_the_operator_sees_whether_the_grants_are_covered() -> None:
    chain = CreditChain(
        granted={ALICE: 700, "akash1bob": 400},
        allowed={ALICE: 50},
        held={"uact": 1_000, "uakt": 80},
        minted=(Mint(7, "pending", 20, 0), Mint(3, "executed", 10, 5)),
    )

    seen = view(TREASURY, chain)

    assert (seen.uact, seen.uakt, seen.wallets, seen.granted, seen.allowed) == (1_000, 80, 2, 1_100, 50)
    assert (seen.missing_uact, seen.missing_uakt) == (100, 0)
    assert seen.pending == (Mint(7, "pending", 20, 0),)
