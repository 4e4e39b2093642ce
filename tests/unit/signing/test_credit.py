"""Changes of credit: what deposits and refunds come between, and what dies, the wallet has what it
should have."""

from __future__ import annotations

import pytest
from slipway.domain import errors
from slipway_signing.books import BookMoved
from slipway_signing.credit import MAX_BATCH

from tests.unit.signing.credit_fakes import ALICE, Office

BOB = "akash1bob"


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_raise_is_one_grant_of_the_sum(office: Office) -> None:
    assert office.change(500) == 500

    assert office.chain.granted[ALICE] == 1_500
    assert office.transactions == 1
    book = office.books.books[ALICE]
    assert (book.change, book.revoked_at) == (None, 0)


def test_a_repeat_changes_nothing_twice(office: Office) -> None:
    office.change(500)

    assert office.change(500) == 500
    assert (office.chain.granted[ALICE], office.transactions) == (1_500, 1)


@pytest.mark.parametrize("refund", [True, False])
def test_what_moved_between_signature_and_block_is_put_right(office: Office, refund: bool) -> None:
    def move() -> None:
        office.chain.refund(ALICE, 300) if refund else office.chain.deposit(ALICE, 300)

    office.treasury.before = iter([move])

    office.change(500)

    assert office.chain.granted[ALICE] == 1_500 + (300 if refund else -300)
    assert office.transactions == 2


def test_what_moved_after_the_block_needs_no_correction(office: Office) -> None:
    office.treasury.behind = iter([lambda: office.chain.deposit(ALICE, 300)])

    office.change(500)

    assert (office.chain.granted[ALICE], office.transactions) == (1_200, 1)


def test_a_correction_is_corrected_in_turn(office: Office) -> None:
    office.treasury.before = iter(
        [
            lambda: office.chain.refund(ALICE, 7),
            lambda: office.chain.deposit(ALICE, 11),
            lambda: office.chain.refund(ALICE, 13),
        ]
    )

    office.change(500)

    assert office.chain.granted[ALICE] == 1_500 + 7 - 11 + 13
    assert office.transactions == 4


def test_what_moved_before_the_signature_is_not_signed_over(office: Office) -> None:
    standing = office.chain.standing
    moves = iter([lambda: office.chain.refund(ALICE, 300)])

    def read(granter: str, grantee: str, *, at_least: int) -> object:
        found = standing(granter, grantee, at_least=at_least)
        next(moves, lambda: None)()
        return found

    office.chain.standing = read  # type: ignore[method-assign,assignment]
    office.change(500)

    assert office.chain.granted[ALICE] == 1_800
    assert office.transactions == 1


def test_no_number_older_than_what_is_known_counts(office: Office) -> None:
    """A node that lags behind the wallet's first credit, or behind our own grant, would have us undo it."""
    asked: list[int] = []
    standing = office.chain.standing

    def read(granter: str, grantee: str, *, at_least: int) -> object:
        asked.append(at_least)
        return standing(granter, grantee, at_least=at_least)

    office.chain.standing = read  # type: ignore[method-assign,assignment]
    office.change(500)
    office.change(500, "two")

    assert asked == [0, 101, 101, 102]
    assert office.books.books[ALICE].height == 102


def test_to_take_all_is_to_revoke(office: Office) -> None:
    assert office.change(-1_000) == -1_000

    assert ALICE not in office.chain.granted
    assert office.books.books[ALICE].revoked_at == office.chain.height


def test_no_more_is_taken_than_there_is(office: Office) -> None:
    assert office.change(-1_700) == -1_000

    assert ALICE not in office.chain.granted


def test_a_refund_that_comes_while_all_is_taken_is_the_wallets_again(office: Office) -> None:
    office.treasury.before = iter([lambda: office.chain.refund(ALICE, 40)])

    assert office.change(-1_000) == -1_000

    assert office.chain.granted[ALICE] == 40


def test_a_refund_pays_what_could_not_be_taken_first(office: Office) -> None:
    office.treasury.before = iter([lambda: office.chain.refund(ALICE, 40)])

    assert office.change(-1_100) == -1_040

    assert ALICE not in office.chain.granted


def test_refunds_to_a_wallet_without_a_grant_are_made_good(office: Office) -> None:
    office.change(-1_000)
    office.chain.refund(ALICE, 250)
    assert ALICE not in office.chain.granted

    [book] = office.books.open_books()
    office.credit.restore(book, lambda: 60.0)

    assert office.chain.granted[ALICE] == 250
    assert list(office.books.open_books()) == []


def test_the_next_raise_brings_what_is_owed_with_it(office: Office) -> None:
    office.change(-1_000)
    office.chain.refund(ALICE, 250)

    assert office.change(500, "two") == 500

    assert office.chain.granted[ALICE] == 750


def test_refunds_are_made_good_once(office: Office) -> None:
    office.change(-1_000)
    office.chain.refund(ALICE, 250)
    [book] = office.books.open_books()
    office.credit.restore(book, lambda: 60.0)
    office.chain.deposit(ALICE, 250)

    with pytest.raises(BookMoved):
        office.credit.restore(book, lambda: 60.0)

    assert office.chain.granted[ALICE] == 0


def test_a_wallet_that_is_owed_nothing_stays_revoked(office: Office) -> None:
    office.change(-1_000)
    office.chain.height += 50

    [book] = office.books.open_books()
    office.credit.restore(book, lambda: 60.0)

    assert office.books.books[ALICE].revoked_at == office.chain.height
    assert ALICE not in office.chain.granted


@pytest.mark.parametrize("state", ["rejected", "expired"])
def test_a_grant_of_which_nothing_landed_is_told_or_tried_again(office: Office, state: str) -> None:
    office.treasury.answers = [state]

    if state == "rejected":
        with pytest.raises(errors.TreasuryShort):
            office.change(500)
        assert office.books.books[ALICE].change is None
    assert office.change(500) == 500

    assert office.chain.granted[ALICE] == 1_500


def test_a_correction_that_was_refused_stays_owed(office: Office) -> None:
    office.treasury.before = iter([lambda: office.chain.refund(ALICE, 300)])
    office.treasury.answers = ["run", "rejected"]

    office.change(500)

    assert office.chain.granted[ALICE] == 1_800
    assert office.transactions == 2


def test_when_the_time_runs_out_the_repeat_goes_on(office: Office) -> None:
    office.treasury.answers = ["pending"]
    with pytest.raises(errors.TransactionPending):
        office.change(500)

    assert office.change(500) == 500
    assert office.transactions == 1


def test_with_no_time_nothing_is_begun(office: Office) -> None:
    with pytest.raises(errors.TransactionPending):
        office.credit.change(office.wanted(500), lambda: 1.0)

    assert office.chain.reads == 0


def test_who_finds_another_change_under_way_finishes_it_first(office: Office) -> None:
    office.treasury.answers = [errors.SignerUnavailable()]
    with pytest.raises(errors.SignerUnavailable):
        office.change(500)

    assert office.change(70, "two") == 70

    assert office.chain.granted[ALICE] == 1_570
    assert set(office.books.done) == {"one", "two"}


def test_a_change_that_died_after_it_landed_is_finished_by_the_upkeep(office: Office) -> None:
    close = office.books.close
    office.books.close = lambda after, applied: (_ for _ in ()).throw(RuntimeError)  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        office.change(500)
    office.books.close = close  # type: ignore[method-assign]
    office.chain.deposit(ALICE, 100)

    [book] = office.books.open_books()
    office.credit.restore(book, lambda: 60.0)

    assert (office.chain.granted[ALICE], office.transactions) == (1_400, 1)
    assert office.books.done["one"].delta == 500


def many(office: Office) -> list[object]:
    wanted = [office.wanted(500, "one"), office.wanted(70, "two", BOB)]
    return list(office.credit.change_many(wanted, "batch-1", lambda: 60.0))


def test_several_wallets_changes_are_one_transaction(office: Office) -> None:
    office.chain.granted[BOB] = 30

    many(office)

    assert office.chain.granted == {ALICE: 1_500, BOB: 100}
    assert office.transactions == 1
    assert many(office) == [office.books.done["one"], office.books.done["two"]]
    assert office.transactions == 1


def test_one_wallets_old_number_does_not_stop_the_others(office: Office) -> None:
    office.chain.granted[BOB] = 30
    office.treasury.before = iter([lambda: office.chain.refund(BOB, 5)])

    many(office)

    assert office.chain.granted == {ALICE: 1_500, BOB: 105}
    assert office.transactions == 2


def test_a_batch_that_is_refused_is_done_one_by_one(office: Office) -> None:
    office.chain.granted[BOB] = 30
    office.treasury.answers = ["rejected"]

    many(office)

    assert office.chain.granted == {ALICE: 1_500, BOB: 100}


def test_a_batch_has_an_end(office: Office) -> None:
    with pytest.raises(errors.FieldInvalid):
        office.credit.change_many([office.wanted(1)] * (MAX_BATCH + 1), "batch", lambda: 60.0)
