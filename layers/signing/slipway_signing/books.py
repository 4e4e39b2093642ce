"""The books of credit: which changes of credit were asked for, which one is under way, and which are done.

One book a wallet address. It is the wallet's lock: a change is entered by a compare-and-set and is
struck out by another, so one at a time is under way, and who finds one under way finishes it first. A
change that is done has a row of its own, and is never done again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Change:
    """A change of credit under way.

    As of `height` the chain said `found` uact, and `want` was right. `intent_id` is the transaction that
    makes it so; empty while nothing is reckoned yet. `landed`: how many transactions of it are in
    blocks.
    """

    change_id: str
    delta: int
    request_id: str
    height: int = 0
    found: int = 0
    want: int = 0
    intent_id: str = ""
    landed: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """What is known of a wallet's grant.

    As of `height` it was right: no older number of the chain's counts. As of `revoked_at` the wallet has no
    grant: refunds after it raise nothing, and are owed to it.
    """

    address: str
    user_id: str
    granter: str
    version: int = 0
    change: Change | None = None
    height: int = 0
    revoked_at: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is something to look after: a change under way, or refunds that may be owed."""
        return self.change is not None or bool(self.revoked_at)

    def entered(self, change: Change | None) -> Book:
        return replace(self, version=self.version + 1, change=change)

    def closed(self, *, height: int, revoked_at: int) -> Book:
        """Nothing under way any more, as of a height."""
        return replace(self, version=self.version + 1, change=None, height=height, revoked_at=revoked_at)


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that is done. `delta` is what it came to: a wallet with less than was to be taken lost
    less."""

    change_id: str
    user_id: str
    address: str
    delta: int
    height: int


class BookMoved(Exception):
    """Somebody else wrote the book first; read it again."""


class Books(Protocol):
    """All writes are conditional, all reads are consistent."""

    def of(self, address: str) -> Book | None: ...

    def write(self, after: Book) -> Book:
        """Store `after` over its predecessor (`version` - 1; none for 0). Raises BookMoved."""
        ...

    def close(self, after: Book, applied: Applied) -> None:
        """Store `after` and the change that is done: both or neither. Raises BookMoved."""
        ...

    def applied(self, change_id: str) -> Applied | None: ...

    def open_books(self) -> Iterator[Book]:
        """The open books; may lag a little."""
        ...
