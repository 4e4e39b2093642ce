"""Budgets: what a key's deposits may come to, counted by the signer before it signs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slipway_signing.budgets import Budget, day_of
from slipway_signing.chain_port import Refusal

from tests.unit.signing.signing_fakes import deposit_json

if TYPE_CHECKING:
    from slipway_signing.intents import Intent

    from tests.unit.signing.signing_fakes import World


def deposit(world: World, amount: int, intent_id: str = "one", *, total: int = 5_000_000) -> Intent:
    budget = Budget(key_id="key-1", total=total, per_day=None)
    messages = deposit_json(world.key.address, str(amount))
    return replace(world.wanted(intent_id, messages=messages), budget=budget)


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


def test_what_moves_nothing_costs_no_budget(world: World) -> None:
    intent = world.run(replace(world.wanted(), budget=Budget("key-1", total=0)))

    assert (intent.state, intent.counted) == ("committed", None)
