"""The sweeper: every unfinished intent ends, and none is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slipway.domain import errors
from slipway_signing.budgets import Budget, Counted
from slipway_signing.sweeping import Swept

from tests.unit.signing.signing_fakes import SECOND, deposit_json

if TYPE_CHECKING:
    import pytest
    from slipway_signing.intents import Intent

    from tests.unit.signing.signing_fakes import World


def left_behind(world: World, intent_id: str = "one", *, included: bool = True) -> Intent:
    """Signed and sent by a function that died before it saw what became of it."""
    world.chain.swallows = not included
    wanted = replace(world.wanted(intent_id), created_at=now(world))
    return world.run(wanted, seconds=2.2)


def now(world: World) -> str:
    return datetime.fromtimestamp(world.clock.ns / SECOND, UTC).isoformat()


def sweep(world: World, *, after: float = 120, seconds: float = 60) -> Swept:
    world.clock.sleep(after)
    return world.sweeper().run(world.clock.countdown(seconds))


def test_a_transaction_that_landed_unseen_is_committed(world: World) -> None:
    intent = left_behind(world)
    assert intent.state == "signed" or intent.ended
    world.intents.rows["one"] = replace(intent, state="signed", height=0)

    assert sweep(world) == Swept(found=1, ended=1)

    assert world.intents.rows["one"].state == "committed"
    assert world.commits[-1][0] == "one"
    assert world.key.signatures == 1


def test_a_transaction_that_never_landed_is_proven_expired(world: World) -> None:
    left_behind(world, included=False)

    assert sweep(world) == Swept(found=1, ended=1)

    ended = world.intents.rows["one"]
    assert (ended.state, ended.error) == ("expired", errors.to_wire(errors.TransactionExpired()))


def test_stored_bytes_that_were_never_sent_are_sent(world: World) -> None:
    """The function died between storing and sending, and the sweeper comes while they still may land."""
    intent = left_behind(world)
    world.chain.mempool.clear()
    world.chain.included.clear()
    world.intents.rows["one"] = replace(intent, state="signed", height=0)

    assert sweep(world, after=1) == Swept(found=0, ended=0)  # too young to be looked at
    world.intents.rows["one"] = replace(
        world.intents.rows["one"], created_at="2020-01-01", timeout_ns=world.clock.ns + 20 * SECOND
    )
    world.chain.check_tx = [None]
    assert sweep(world, after=1) == Swept(found=1, ended=1)

    assert world.intents.rows["one"].state == "committed"
    assert world.intents.rows["one"].resumed


def test_what_was_never_signed_is_given_up_and_gives_its_budget_back(world: World) -> None:
    budget = Budget("key-1", total=5_000_000)
    messages = deposit_json(world.key.address, "5")
    wanted = replace(world.wanted(messages=messages), key_id="key-1", budget=budget, created_at=now(world))
    world.intents.open(wanted)
    world.intents.count(wanted.counting(Counted(5, "20270115")))

    assert sweep(world) == Swept(found=1, ended=1)

    assert world.intents.rows["one"].state == "expired"
    assert (world.key.signatures, world.intents.sums["key-1", ""]) == (0, 0)


def test_what_a_living_function_holds_is_left_alone(world: World) -> None:
    world.intents.open(replace(world.wanted(), created_at="2020-01-01T00:00:00+00:00"))

    assert sweep(world, after=30) == Swept(found=1, ended=0)

    assert world.intents.rows["one"].state == "written"


def test_an_intent_given_up_cannot_be_signed_any_more(world: World) -> None:
    """The function was slow, not dead: it wakes up and asks for its signature to be stored."""
    wanted = replace(world.wanted(), created_at=now(world))
    simulate = world.chain.simulate

    def slow(raw: bytes) -> object:
        world.chain.simulate = simulate  # type: ignore[method-assign]
        sweep(world)
        return simulate(raw)

    world.chain.simulate = slow  # type: ignore[method-assign,assignment]
    intent = world.run(wanted, seconds=600)

    assert intent.state == "expired"
    assert world.chain.received == []


def test_one_intents_trouble_keeps_no_other_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bad", "good"):
        left_behind(world, name, included=False)
    transaction = world.chain.transaction

    def failing(tx_hash: str) -> object:
        if tx_hash == world.intents.rows["bad"].tx_hash:
            raise errors.SignerUnavailable
        return transaction(tx_hash)

    monkeypatch.setattr(world.chain, "transaction", failing)

    assert sweep(world) == Swept(found=2, ended=1)
    assert world.intents.rows["good"].state == "expired"
