"""One suite for the flights: the fake in memory and DynamoDB (moto)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway_signing.flights import Flight

if TYPE_CHECKING:
    from slipway_signing.flights import Flights

ONE = Flight("akash1alice", "intent#1", "1.0")


def test_a_flight_is_found_by_its_wallet_until_it_is_over(flights: Flights) -> None:
    other = Flight("akash1bob", "intent#1", "1.0")
    for flight in (ONE, ONE, other):
        flights.enter(flight)

    assert flights.of("akash1alice") == [ONE]
    flights.leave(ONE)
    flights.leave(ONE)
    assert (flights.of("akash1alice"), flights.of("akash1bob")) == ([], [other])


def test_the_end_of_one_try_does_not_end_another(flights: Flights) -> None:
    again = Flight("akash1alice", "intent#1", "2.3")
    flights.enter(ONE)
    flights.enter(again)

    flights.leave(ONE)

    assert flights.of("akash1alice") == [again]


def test_what_landed_leaves_its_height_and_an_earlier_one_changes_nothing(flights: Flights) -> None:
    again = Flight("akash1alice", "intent#2", "2.3")
    assert flights.landed("akash1alice") == 0
    flights.enter(ONE)
    flights.enter(again)

    flights.land(ONE, 12)
    assert flights.of("akash1alice") == [again]
    flights.land(again, 11)

    assert flights.of("akash1alice") == []
    assert (flights.landed("akash1alice"), flights.landed("akash1bob")) == (12, 0)
