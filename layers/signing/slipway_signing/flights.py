"""Deposits and changes of credit of one wallet keep out of each other's way.

A grant overwrites: a deposit that lands between a grant's signature and its block would be undone by it, and
the wallet could spend the same credit again before that is put right. So while a wallet's credit is being
changed no deposit of its is signed, and a change begins when no deposit is in the air. Both write first and
read then: a deposit its flight, and then whether a change is under way; a change itself, and then the
flights. Whatever the order, one of them sees the other. Refunds need none of this: what they lose for a
moment nobody else can spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from slipway_signing.books import Books
    from slipway_signing.intents import IntentStore


@dataclass(frozen=True, slots=True)
class Flight:
    """One try of an intent to deposit out of a wallet. `number` is another for each try: an end that is heard
    of late must not end a later one."""

    address: str
    intent_id: str
    number: str


class Flights(Protocol):
    """What may be in the air, by the wallet's address. Reads are consistent."""

    def enter(self, flight: Flight) -> None: ...

    def leave(self, flight: Flight) -> None:
        """It never lands."""
        ...

    def land(self, flight: Flight, height: int) -> None:
        """It is in a block: from now on `landed` knows that height, and then the flight is gone."""
        ...

    def landed(self, address: str) -> int:
        """The highest block that a deposit of the wallet landed in; 0 for none."""
        ...

    def of(self, address: str) -> list[Flight]: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """What a deposit passes before it is signed."""

    flights: Flights
    books: Books

    def passes(self, flight: Flight) -> bool:
        """Whether the deposit is in the air now; not while the wallet's credit is being changed.

        For who holds the claim on the intent, and no one else: earlier tries of it, which can store no
        signature any more, are over.
        """
        if not self._is_shut(flight.address):
            self.flights.enter(flight)
            if not self._is_shut(flight.address):
                return True
        for former in self.flights.of(flight.address):
            if former.intent_id == flight.intent_id:
                self.flights.leave(former)
        return False

    def _is_shut(self, address: str) -> bool:
        book = self.books.of(address)
        return book is not None and book.change is not None


@dataclass(frozen=True, slots=True)
class Airspace:
    """What a change of credit waits for."""

    flights: Flights
    intents: IntentStore

    def clear_since(self, address: str) -> int | None:
        """None while a deposit of the wallet may still land; then the height that has all of them in it: a
        node that is not there yet says an older credit.

        A flight whose intent has ended is over, whoever died before saying so.
        """
        for flight in self.flights.of(address):
            intent = self.intents.get(flight.intent_id)
            if intent is not None and not intent.ended:
                return None
            if intent is not None and intent.state == "committed":
                self.flights.land(flight, intent.height)
            else:
                self.flights.leave(flight)
        return self.flights.landed(address)
