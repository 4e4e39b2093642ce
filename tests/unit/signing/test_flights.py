"""Deposits and changes of credit keep out of each other's way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slipway.domain import errors
from slipway_signing.books import Book, Change
from slipway_signing.chain_port import Refusal
from slipway_signing.flights import Airspace, Flight, Gate

from tests.unit.signing.credit_fakes import ALICE, Office
from tests.unit.signing.signing_fakes import World, deposit_json
from tests.unit.signing.store_fakes import MemoryBooks, MemoryFlights

if TYPE_CHECKING:
    from slipway_signing.treasury_port import Standing


def shut(world: World) -> Book:
    """A change of the wallet's credit is under way."""
    blank = Book(address=world.key.address, user_id="alice", granter=world.treasury.address)
    return world.books.write(blank.entered(Change("change-1", 5, "request-1")))


def deposit(world: World, seconds: float = 59) -> str:
    messages = deposit_json(world.key.address, "5")
    return world.run(world.wanted(messages=messages), seconds=seconds).state


def test_a_deposit_is_in_the_air_from_before_its_signature_until_it_has_landed(world: World) -> None:
    seen = []
    sign = world.key.sign_digest
    world.key.sign_digest = lambda digest: seen.append(len(world.flights.there)) or sign(digest)  # type: ignore[method-assign,func-returns-value]

    assert deposit(world) == "committed"

    assert (seen, world.flights.there) == ([1], set())


def test_while_the_credit_is_changed_no_deposit_is_signed(world: World) -> None:
    shut(world)

    with pytest.raises(errors.CreditChanging):
        deposit(world)

    assert (world.key.signatures, world.flights.there) == (0, set())
    assert world.intents.rows["one"].state == "written"


def test_a_deposit_goes_on_when_the_change_is_done(world: World) -> None:
    book = shut(world)
    sleep = world.clock.sleep

    def closing(seconds: float) -> None:
        sleep(seconds)
        if world.books.books[world.key.address].change is not None:
            world.books.write(book.entered(None))

    world.clock.sleep = closing  # type: ignore[method-assign]

    assert deposit(world) == "committed"


def test_what_deposits_nothing_is_not_held(world: World) -> None:
    shut(world)

    assert world.run(world.wanted()).state == "committed"


@pytest.mark.parametrize("ending", ["refused before", "refused in the block", "out of gas", "never included"])
def test_however_it_ends_its_flight_is_over(world: World, ending: str) -> None:
    if ending == "refused before":
        world.chain.credits[world.key.address] = 1
    elif ending == "refused in the block":
        world.chain.outcomes = [Refusal("escrow", 2, "account closed")]
    elif ending == "out of gas":
        world.chain.outcomes = [Refusal("sdk", 11, "out of gas")] * 3
    else:
        world.chain.swallows = True

    assert deposit(world) in {"rejected", "expired"}
    assert world.flights.there == set()


def test_a_change_that_comes_in_between_is_seen(world: World) -> None:
    """It is entered after the deposit looked, and before the deposit is in the air."""
    enter = world.flights.enter

    def late(flight: Flight) -> None:
        if world.key.address not in world.books.books:
            shut(world)
        enter(flight)

    world.flights.enter = late  # type: ignore[method-assign]

    with pytest.raises(errors.CreditChanging):
        deposit(world)
    assert world.flights.there == set()


def test_an_earlier_try_that_died_does_not_stay_in_the_way(world: World) -> None:
    gate = Gate(world.flights, world.books)
    assert gate.passes(Flight(world.key.address, "one", "1.0"))
    shut(world)

    assert not gate.passes(Flight(world.key.address, "one", "2.0"))
    assert world.flights.there == set()


def test_another_intents_flight_is_not_ended(world: World) -> None:
    gate = Gate(world.flights, world.books)
    other = Flight(world.key.address, "two", "1.0")
    assert gate.passes(other)
    shut(world)

    assert not gate.passes(Flight(world.key.address, "one", "1.0"))
    assert world.flights.there == {other}


def test_a_change_waits_until_the_deposits_have_ended(world: World) -> None:
    office = Office()
    office.intents.open(world.wanted())
    office.flights.enter(Flight(ALICE, "one", "1.0"))

    def landing(seconds: float) -> None:
        office.slept.append(seconds)
        if len(office.slept) == 3:
            office.chain.deposit(ALICE, 300)
            office.intents.rows["one"] = office.intents.rows["one"].expired({"code": "x", "facts": {}})

    office.credit._sleep = landing

    assert office.change(500) == 500
    assert (office.chain.granted[ALICE], office.transactions, len(office.slept)) == (1_200, 1, 3)
    assert office.flights.there == set()


def test_a_batch_leaves_the_wallet_with_a_deposit_in_the_air_to_itself(world: World) -> None:
    office = Office()
    office.chain.granted["akash1bob"] = 30
    office.intents.open(world.wanted())
    office.flights.enter(Flight("akash1bob", "one", "1.0"))

    def landing(seconds: float) -> None:
        office.intents.rows["one"] = office.intents.rows["one"].expired({"code": "x", "facts": {}})

    office.credit._sleep = landing
    wanted = [office.wanted(500, "one"), office.wanted(70, "two", "akash1bob")]

    office.credit.change_many(wanted, "batch-1", lambda: 60.0)

    assert office.chain.granted == {ALICE: 1_500, "akash1bob": 100}
    assert office.transactions == 2


def test_a_flight_of_an_intent_that_never_was_is_over() -> None:
    office, flights = Office(), MemoryFlights()
    flights.enter(Flight(ALICE, "nothing", "1.0"))

    assert Airspace(flights, office.intents).clear_since(ALICE) is not None
    assert Gate(flights, MemoryBooks()).passes(Flight(ALICE, "one", "1.0"))
    assert flights.there == {Flight(ALICE, "one", "1.0")}


@pytest.mark.parametrize("is_told", [True, False])
def test_credit_is_reckoned_from_no_block_before_the_last_deposit(world: World, is_told: bool) -> None:
    """Whether its signer still said so, or died before."""
    office, asked = Office(), list[int]()
    flight, standing = Flight(ALICE, "one", "1.0"), office.chain.standing
    office.intents.rows["one"] = replace(world.wanted(), state="committed", height=office.chain.height)
    office.flights.enter(flight)
    if is_told:
        office.flights.land(flight, office.chain.height)

    def read(granter: str, grantee: str, *, at_least: int) -> Standing:
        asked.append(at_least)
        return standing(granter, grantee, at_least=at_least)

    office.chain.standing = read  # type: ignore[method-assign]
    office.change(500)

    assert asked[0] == office.flights.landed(ALICE) > 0
    assert office.flights.there == set()
