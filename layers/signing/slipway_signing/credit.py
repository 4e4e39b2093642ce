"""Changes of credit: a grant is an absolute number, which deposits lower and refunds raise while we write it.

Nothing on chain makes "raise by so much" one step, so each change is reckoned, written and checked:

0. The change is entered in the book; from then on no deposit of the wallet is signed, and those that are in
   the air are waited for (`flights.py`).
1. As of a height h the chain says c, and right is w = c + delta.
2. A grant of exactly w (of nothing: a revocation) is sent; the signer signs it only while the chain still
   says c.
3. When it has ended, landed or not: as of a height h' the chain says c', and right is w + what the wallet's
   deposits and refunds came to in the blocks from h to h'. If c' is that, the change is done; else these two
   are the c and w of the next round.

It does not matter what came before or after the grant within a block, or whether it landed at all: the check
is against the chain's state and the chain's record of moves, never against what we meant to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors

from slipway_signing import grants
from slipway_signing.books import Applied, Book, BookMoved, Change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slipway_signing.books import Books
    from slipway_signing.flights import Airspace
    from slipway_signing.treasury_port import Standing, TreasuryReads

LOOK_SECONDS: Final = 1.0
"""Between two looks at whether the wallet's deposits have landed: a sixth of a block."""

MIN_SECONDS: Final = 3.0
"""Less time left than this and no further turn is begun."""

MAX_BATCH: Final = 20
"""Wallets whose credit one transaction changes: about a million gas, a quarter of what policy lets
through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`delta` uact more, or less, for the wallet of an address. The same `change_id` changes it once."""

    change_id: str
    user_id: str
    address: str
    granter: str
    delta: int
    request_id: str


class Credit:
    """The treasury's hand on the wallets' credit."""

    def __init__(
        self,
        *,
        books: Books,
        airspace: Airspace,
        chain: TreasuryReads,
        treasury: grants.Treasury,
        sleep: Callable[[float], None],
    ) -> None:
        self._books = books
        self._airspace = airspace
        self._chain = chain
        self._treasury = treasury
        self._sleep = sleep

    def change(self, wanted: Wanted, time_left: Callable[[], float]) -> Applied:
        """The change as done, whoever did it and whenever.

        Raises TransactionPending where the time ran out (a repeat goes on from there), the outages, and the
        refusal of a grant of which nothing landed; a repeat then begins anew.
        """
        while time_left() > MIN_SECONDS:
            try:
                book = self._books.of(wanted.address) or _blank(wanted)
                if (applied := self._books.applied(wanted.change_id)) is not None:
                    return applied
                if book.change is None:
                    change = Change(wanted.change_id, wanted.delta, wanted.request_id)
                    book = self._books.write(book.entered(change))
                self.go_on(book)
            except BookMoved:
                continue
        raise errors.TransactionPending(intent_id=wanted.change_id)

    def change_many(
        self, wanted: Sequence[Wanted], batch_id: str, time_left: Callable[[], float]
    ) -> list[Applied | errors.SlipwayError]:
        """Several wallets' changes by one transaction, each then checked and, if need be, corrected alone."""
        if len(wanted) > MAX_BATCH:
            raise errors.FieldInvalid(path="changes", mend=f"at most {MAX_BATCH}")
        entered = [book for one in wanted if (book := self._entered(one)) is not None]
        intent_id = f"credit-{batch_id}"
        reckoned = [book for one in entered if (book := self._reckoned(one, intent_id)) is not None]
        if reckoned:
            self._send_together(reckoned, intent_id)
        return [self._outcome(one, time_left) for one in wanted]

    def restore(self, book: Book, time_left: Callable[[], float]) -> None:
        """Go on with what is under way in an open book, or pay what a wallet without a grant is owed."""
        if book.change is not None:
            self.change(_of(book, book.change), time_left)
            return
        standing = self._chain.standing(book.granter, book.address, at_least=book.height)
        if not standing.granted and self._owed(book, standing):
            change = Change(f"refunds-{book.address}-{standing.height}", 0, "refunds")
            self.change(_of(book, change), time_left)
            return
        self._books.write(book.closed(height=standing.height, revoked_at=_revoked_at(standing)))

    def go_on(self, book: Book) -> None:
        """One turn of the change under way. Raises BookMoved, the outages and refusals."""
        change = book.change
        if change is None:
            return
        if not change.intent_id:
            since = self._airspace.clear_since(book.address)
            if since is None:
                self._sleep(LOOK_SECONDS)
            else:
                self._reckon(book, change, since, None)
            return
        answer = self._treasury.send(
            intent_id=change.intent_id,
            request_id=change.request_id,
            user_id=None,
            messages=[grants.credit(book.granter, book.address, change.want)],
            deposit_max=max(change.want, 0),
            expects={book.address: change.found},
        )
        self._after(book, change, answer)

    def _entered(self, wanted: Wanted) -> Book | None:
        """The book with this change entered, and not yet reckoned; None where it must go its own way."""
        try:
            book = self._books.of(wanted.address) or _blank(wanted)
            if book.change is not None or self._books.applied(wanted.change_id) is not None:
                return None
            change = Change(wanted.change_id, wanted.delta, wanted.request_id)
            return self._books.write(book.entered(change))
        except BookMoved:
            return None

    def _reckoned(self, book: Book, intent_id: str) -> Book | None:
        """The change reckoned for a common transaction; None where its wallet has a deposit in the air."""
        since = self._airspace.clear_since(book.address)
        if book.change is None or since is None:
            return None
        try:
            return self._reckon(book, book.change, since, intent_id)
        except BookMoved:
            return None

    def _send_together(self, books: Sequence[Book], intent_id: str) -> None:
        """What becomes of it each book learns for itself, by the same intent id."""
        changes = [(book, book.change) for book in books if book.change is not None]
        self._treasury.send(
            intent_id=intent_id,
            request_id=changes[0][1].request_id,
            user_id=None,
            messages=[grants.credit(book.granter, book.address, change.want) for book, change in changes],
            deposit_max=sum(max(change.want, 0) for _, change in changes),
            expects={book.address: change.found for book, change in changes},
        )

    def _outcome(self, wanted: Wanted, time_left: Callable[[], float]) -> Applied | errors.SlipwayError:
        try:
            return self.change(wanted, time_left)
        except errors.SlipwayError as error:
            return error

    def _reckon(self, book: Book, change: Change, since: int, intent_id: str | None) -> Book | None:
        """What is right as of now, and not before `since`. The book as written, or None where the chain says
        so already."""
        at_least = max(book.height, since)
        standing = self._chain.standing(book.granter, book.address, at_least=at_least)
        owed = self._owed(book, standing) if not standing.granted else 0
        want = standing.credit + owed + change.delta
        return self._next(book, change, standing, want, intent_id)

    def _owed(self, book: Book, standing: Standing) -> int:
        """Refunds since the wallet's grant was revoked: they went to the treasury and raised nothing."""
        if not book.revoked_at:
            return 0
        return self._chain.moves(book.address, book.granter, after=book.revoked_at, until=standing.height)

    def _after(self, book: Book, change: Change, answer: dict[str, Any]) -> None:
        """The transaction has ended, or has not yet. What landed is checked, what did not is reckoned
        anew."""
        state, error = answer["state"], answer.get("error")
        if state == "pending":
            raise errors.from_wire(error) if error else errors.TransactionPending(intent_id=change.change_id)
        known = change.height
        if state == "committed":
            change = replace(change, landed=change.landed + 1)
            known = max(known, answer["tx"]["height"])
        elif state == "rejected" and self._is_refusal(change, answer):
            self._books.write(book.entered(None))
            raise errors.from_wire(error or {})
        standing = self._chain.standing(book.granter, book.address, at_least=known)
        moves = self._chain.moves(book.address, book.granter, after=change.height, until=standing.height)
        self._next(book, change, standing, change.want + moves, None)

    def _is_refusal(self, change: Change, answer: dict[str, Any]) -> bool:
        """Whether a no is the end of the change. It is not while a transaction of it has landed and may
        have to be corrected, nor where only the number was old, nor where another wallet's part may be
        at fault."""
        moved = (answer.get("error") or {}).get("code") == errors.CreditMoved.code
        return not change.landed and not moved and len(answer.get("messages") or ()) == 1

    def _next(
        self, book: Book, change: Change, standing: Standing, want: int, intent_id: str | None
    ) -> Book | None:
        """The next round, or the end where the chain says what is right."""
        if standing.credit == max(want, 0):
            applied = Applied(
                change_id=change.change_id,
                user_id=book.user_id,
                address=book.address,
                delta=change.delta - min(want, 0),
                height=standing.height,
            )
            closed = book.closed(height=standing.height, revoked_at=_revoked_at(standing))
            self._books.close(closed, applied)
            return None
        following = replace(
            change,
            height=standing.height,
            found=standing.credit,
            want=want,
            intent_id=intent_id or f"credit-{change.change_id}-{book.version + 1}",
        )
        return self._books.write(book.entered(following))


def _revoked_at(standing: Standing) -> int:
    return 0 if standing.granted else standing.height


def _blank(wanted: Wanted) -> Book:
    return Book(address=wanted.address, user_id=wanted.user_id, granter=wanted.granter)


def _of(book: Book, change: Change) -> Wanted:
    return Wanted(
        change_id=change.change_id,
        user_id=book.user_id,
        address=book.address,
        granter=book.granter,
        delta=change.delta,
        request_id=change.request_id,
    )
