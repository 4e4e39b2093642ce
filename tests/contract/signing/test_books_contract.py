"""One suite for the books of credit: the fake in memory and DynamoDB (moto)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway_signing.books import Applied, Book, BookMoved, Change

if TYPE_CHECKING:
    from slipway_signing.books import Books

CHANGE = Change("change-1", -5, "request-1", height=7, found=10, want=5, intent_id="credit-1", landed=1)


def blank(address: str = "akash1alice") -> Book:
    return Book(address=address, user_id="alice", granter="akash1treasury")


def done(change_id: str = "change-1") -> Applied:
    return Applied(change_id, "alice", "akash1alice", -5, 9)


def test_a_book_comes_back_as_it_was_written(books: Books) -> None:
    written = books.write(blank().entered(CHANGE))

    assert books.of("akash1alice") == written
    assert books.of("akash1bob") is None


def test_one_of_two_writers_is_first(books: Books) -> None:
    first = books.write(blank().entered(CHANGE))

    with pytest.raises(BookMoved):
        books.write(blank().entered(None))
    following = books.write(first.entered(None))
    with pytest.raises(BookMoved):
        books.write(first.entered(CHANGE))

    assert books.of("akash1alice") == following


def test_a_change_is_done_and_struck_out_in_one_write(books: Books) -> None:
    entered = books.write(blank().entered(CHANGE))

    books.close(entered.closed(height=9, revoked_at=9), done())

    assert books.applied("change-1") == done()
    assert books.of("akash1alice") == entered.closed(height=9, revoked_at=9)


def test_who_comes_too_late_to_close_writes_nothing(books: Books) -> None:
    entered = books.write(blank().entered(CHANGE))
    books.write(entered.entered(CHANGE))

    with pytest.raises(BookMoved):
        books.close(entered.closed(height=9, revoked_at=0), done())

    assert books.applied("change-1") is None


def test_open_are_books_with_a_change_or_without_a_grant(books: Books) -> None:
    books.write(blank("akash1under").entered(CHANGE))
    for address, revoked_at in (("akash1owed", 9), ("akash1rest", 0)):
        books.close(
            books.write(blank(address).entered(CHANGE)).closed(height=9, revoked_at=revoked_at), done(address)
        )

    assert {book.address for book in books.open_books()} == {"akash1under", "akash1owed"}


def test_a_book_may_begin_closed(books: Books) -> None:
    """A wallet's first credit comes with its opening."""
    books.close(blank().closed(height=9, revoked_at=0), done("open-akash1alice"))

    with pytest.raises(BookMoved):
        books.close(blank().closed(height=9, revoked_at=0), done("open-akash1alice"))
    assert books.applied("open-akash1alice") == done("open-akash1alice")
    assert list(books.open_books()) == []
