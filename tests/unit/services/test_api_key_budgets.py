"""Budgets of API keys: what is told of them, and what that costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from slipway.domain.api_key import ApiKey, ApiKeyHasBudget, KeyChange
from slipway.domain.budget import NOTHING_SPENT, Budget, Spent, day_of
from slipway.domain.errors import ApiKeyNotFound
from slipway.domain.ids import IntentId, KeyId, UserId
from slipway.domain.money import MicroUsd
from slipway.services import api_keys

from tests.fakes.api_keys import FakeApiKeys, FakeSpending

ALICE = UserId("alice")
SIGNED_IN = KeyId("")
BEFORE_MIDNIGHT = datetime(2027, 1, 15, 23, 59, 59, 999_999, tzinfo=UTC)
MIDNIGHT = datetime(2027, 1, 16, tzinfo=UTC)
FIVE = Budget(per_day=MicroUsd(5))


@pytest.fixture
def keys() -> FakeApiKeys:
    return FakeApiKeys()


@pytest.fixture
def spending() -> FakeSpending:
    return FakeSpending()


def a_key(keys: FakeApiKeys, name: str, budget: Budget | None, *, caller: KeyId = SIGNED_IN) -> ApiKey:
    made = api_keys.create(
        user=ALICE,
        caller=caller,
        name=name,
        expires_at=None,
        scopes=None,
        budget=budget,
        granted=frozenset({"*"}),
        intent=IntentId(name),
        environment="test",
        entropy=name.encode().rjust(32),
        now=BEFORE_MIDNIGHT,
        keys=keys,
    )
    return made.key


def test_what_was_spent_today_is_nothing_after_midnight_utc(
    keys: FakeApiKeys, spending: FakeSpending
) -> None:
    key = a_key(keys, "ci", FIVE)
    spending.sums = {(key.id, ""): 4, (key.id, day_of(BEFORE_MIDNIGHT)): 3}

    told = [
        api_keys.get(user=ALICE, key=key.id, now=now, keys=keys, spending=spending).spent
        for now in (BEFORE_MIDNIGHT, MIDNIGHT)
    ]

    assert told == [Spent(MicroUsd(4), MicroUsd(3)), Spent(MicroUsd(4), MicroUsd(0))]


def test_a_day_is_the_same_wherever_the_clock_stands() -> None:
    eastward = MIDNIGHT.astimezone(tz=datetime.now(UTC).astimezone().tzinfo)

    assert day_of(eastward) == day_of(MIDNIGHT) == "20270116"
    assert day_of(MIDNIGHT - timedelta(microseconds=1)) == "20270115"


def test_a_list_asks_once_for_all_keys_with_a_budget(keys: FakeApiKeys, spending: FakeSpending) -> None:
    first, second = a_key(keys, "first", FIVE), a_key(keys, "second", Budget(total=MicroUsd(0)))
    free = a_key(keys, "third", None)

    found = api_keys.of_user(user=ALICE, now=MIDNIGHT, keys=keys, spending=spending)

    assert [(each.key, each.spent) for each in found] == [
        (first, NOTHING_SPENT),
        (second, NOTHING_SPENT),
        (free, None),
    ]
    assert spending.reads == [(first.id, second.id)]


def test_keys_without_a_budget_cost_no_look_at_what_was_spent(
    keys: FakeApiKeys, spending: FakeSpending
) -> None:
    key = a_key(keys, "ci", None)

    api_keys.of_user(user=ALICE, now=MIDNIGHT, keys=keys, spending=spending)
    api_keys.get(user=ALICE, key=key.id, now=MIDNIGHT, keys=keys, spending=spending)

    assert spending.reads == []


def test_what_was_spent_outlives_a_change_and_a_removal(keys: FakeApiKeys, spending: FakeSpending) -> None:
    key = a_key(keys, "ci", FIVE)
    spending.sums = {(key.id, ""): 4}

    def change(budget: Budget | None) -> api_keys.KeyAndSpent:
        wanted = KeyChange(sets_budget=True, budget=budget)
        return api_keys.change(
            user=ALICE,
            caller=SIGNED_IN,
            key=key.id,
            change=wanted,
            now=MIDNIGHT,
            keys=keys,
            spending=spending,
        )

    removed, lower = change(None), change(Budget(total=MicroUsd(1)))

    assert (removed.key.budget, removed.spent) == (None, None)
    assert (lower.key.budget, lower.spent) == (Budget(total=MicroUsd(1)), Spent(MicroUsd(4), MicroUsd(0)))


def test_a_key_with_a_budget_makes_no_key_and_changes_no_budget(
    keys: FakeApiKeys, spending: FakeSpending
) -> None:
    bound = a_key(keys, "ci", FIVE)

    with pytest.raises(ApiKeyHasBudget):
        a_key(keys, "more", FIVE, caller=bound.id)
    with pytest.raises(ApiKeyHasBudget):
        api_keys.change(
            user=ALICE,
            caller=bound.id,
            key=bound.id,
            change=KeyChange(sets_budget=True),
            now=MIDNIGHT,
            keys=keys,
            spending=spending,
        )

    assert keys.of_user(ALICE) == (bound,)


def test_a_budget_of_a_key_that_is_not_there_is_not_changed(
    keys: FakeApiKeys, spending: FakeSpending
) -> None:
    with pytest.raises(ApiKeyNotFound):
        api_keys.change(
            user=ALICE,
            caller=SIGNED_IN,
            key=KeyId("none"),
            change=KeyChange(sets_budget=True, budget=FIVE),
            now=MIDNIGHT,
            keys=keys,
            spending=spending,
        )
