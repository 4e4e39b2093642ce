"""Budgets: what a key's deposits may come to, counted by the signer before it signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from slipway_signing.budgets import Budget, day_of
from slipway_signing.chain_port import Refusal

from tests.unit.signing.signing_fakes import SECOND, deposit_json

if TYPE_CHECKING:
    from slipway_signing.intents import Intent

    from tests.unit.signing.signing_fakes import World


MIDNIGHT_NS = int(datetime(2027, 1, 16, tzinfo=UTC).timestamp()) * SECOND


@pytest.fixture(autouse=True)
def budget(world: World) -> Budget:
    """key-1 may move 5 USD in all."""
    found = Budget("key-1", total=5_000_000)
    world.budgets["key-1"] = found
    return found


def deposit(world: World, amount: int, intent_id: str = "one", *, key_id: str = "key-1") -> Intent:
    messages = deposit_json(world.key.address, str(amount))
    return world.wanted(intent_id, messages=messages, key_id=key_id)


def spent(world: World) -> int:
    return world.intents.sums.get(("key-1", ""), 0)


def test_a_deposit_that_landed_is_counted_in_all_and_in_its_day(world: World) -> None:
    intent = world.run(deposit(world, 3_000_000))

    assert intent.state == "committed"
    day = day_of(world.clock.ns)
    assert world.intents.sums == {("key-1", ""): 3_000_000, ("key-1", day): 3_000_000}


def test_beyond_the_budget_nothing_is_signed(world: World) -> None:
    world.run(deposit(world, 3_000_000))

    refused = world.run(deposit(world, 2_000_001, "two"))

    facts = {"period": "total", "limit": 5_000_000, "spent": 3_000_000, "needed": 2_000_001}
    assert refused.error == {"code": "budget_exceeded", "facts": facts}
    assert (world.key.signatures, spent(world)) == (1, 3_000_000)
    assert (refused.budget, refused.counted) == (world.budgets["key-1"], None)
    assert world.run(deposit(world, 2_000_000, "three")).state == "committed"


@pytest.mark.parametrize("ending", ["refused by simulation", "refused in the block", "never included"])
def test_what_does_not_land_gives_its_part_back(world: World, ending: str) -> None:
    closed = Refusal("escrow", 2, "failed to execute message: account closed with gas used: '1'")
    if ending == "refused by simulation":
        world.chain.simulated = replace(closed, codespace="", code=2)
    elif ending == "refused in the block":
        world.chain.outcomes = [closed]
    else:
        world.chain.swallows = True

    intent = world.run(deposit(world, 3_000_000))

    assert intent.state in {"rejected", "expired"}
    assert (intent.counted is not None, spent(world)) == (True, 0)


def test_while_it_may_still_land_it_counts(world: World) -> None:
    world.chain.swallows = True

    pending = world.run(deposit(world, 3_000_000), seconds=5)

    assert (pending.state, spent(world)) == ("signed", 3_000_000)


def test_out_of_gas_counts_once(world: World) -> None:
    world.chain.outcomes = [Refusal("sdk", 11, "out of gas")]

    assert world.run(deposit(world, 3_000_000)).attempt == 2
    assert spent(world) == 3_000_000


def test_what_moves_nothing_costs_no_budget_and_no_read(world: World) -> None:
    world.budgets["key-1"] = Budget("key-1", total=0)

    intent = world.run(world.wanted(key_id="key-1"))

    assert (intent.state, intent.budget, intent.counted) == ("committed", None, None)
    assert world.budget_reads == []


def test_the_budget_is_read_once_and_kept_with_the_intent(world: World, budget: Budget) -> None:
    world.chain.outcomes = [Refusal("sdk", 11, "out of gas")]

    intent = world.run(deposit(world, 3_000_000))
    world.budgets["key-1"] = None

    assert (intent.attempt, intent.budget, world.budget_reads) == (2, budget, ["key-1"])
    assert world.run(deposit(world, 3_000_000)) == intent


def test_a_signed_in_user_has_no_budget_and_costs_no_read(world: World) -> None:
    intent = world.run(deposit(world, 5_000_000, key_id=""))

    assert (intent.state, intent.counted, world.budget_reads) == ("committed", None, [])


def test_a_key_without_a_budget_is_not_counted(world: World) -> None:
    world.budgets["key-1"] = None

    intent = world.run(deposit(world, 5_000_000))

    assert (intent.state, intent.budget, world.intents.sums) == ("committed", None, {})


def test_a_key_that_is_gone_deposits_nothing_and_may_end_what_runs(world: World) -> None:
    world.budgets.clear()

    refused = world.run(deposit(world, 1))
    closed = world.run(world.wanted("two", key_id="key-1"))

    assert (refused.state, refused.error) == ("rejected", {"code": "api_key_gone", "facts": {}})
    assert (closed.state, world.key.signatures) == ("committed", 1)


def test_a_lower_budget_than_what_is_spent_leaves_no_room(world: World) -> None:
    world.run(deposit(world, 3_000_000))
    world.budgets["key-1"] = Budget("key-1", total=1_000_000)

    refused = world.run(deposit(world, 1, "two"))

    facts = {"period": "total", "limit": 1_000_000, "spent": 3_000_000, "needed": 1}
    assert refused.error == {"code": "budget_exceeded", "facts": facts}


def test_a_day_ends_at_midnight_utc(world: World) -> None:
    world.budgets["key-1"] = Budget("key-1", per_day=1_000_000)
    world.clock.ns = MIDNIGHT_NS - 600 * SECOND
    before = world.run(deposit(world, 600_000))
    too_much = world.run(deposit(world, 600_000, "two"))
    world.clock.ns = MIDNIGHT_NS

    after = world.run(deposit(world, 600_000, "three"))

    assert [one.state for one in (before, too_much, after)] == ["committed", "rejected", "committed"]
    assert too_much.error is not None
    assert too_much.error["facts"]["period"] == "day"
    days = {("key-1", day): 600_000 for day in ("20270115", "20270116")}
    assert world.intents.sums == {("key-1", ""): 1_200_000, **days}


def test_what_was_asked_for_before_midnight_counts_for_that_day(world: World) -> None:
    """It is given back to the day that it was taken from, whenever it turns out not to land."""
    world.budgets["key-1"] = Budget("key-1", per_day=1_000_000)
    world.clock.ns = MIDNIGHT_NS - 5 * SECOND
    world.chain.swallows = True

    expired = world.run(deposit(world, 600_000))

    assert (expired.state, world.clock.ns > MIDNIGHT_NS) == ("expired", True)
    assert world.intents.sums == {("key-1", ""): 0, ("key-1", "20270115"): 0}
