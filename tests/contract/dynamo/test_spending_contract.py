"""One contract for what keys spent: the table that the signer counts in, and the fake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.adapters.dynamo_spending import DynamoSpending
from slipway.domain.budget import NOTHING_SPENT, Spent
from slipway.domain.errors import InternalFault
from slipway.domain.ids import KeyId
from slipway.domain.money import MicroUsd
from slipway_signing.budgets import Budget, Counted
from slipway_signing.intents_dynamo import DynamoIntents

from tests.contract.signing.tables import make
from tests.fakes.api_keys import FakeSpending
from tests.unit.signing.signing_fakes import World
from tests.unit.signing.store_fakes import MemoryIntents

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.services.api_keys import Spending

    Counts = Callable[[str, int, str], None]

FIRST, SECOND, THIRD = (KeyId(f"key-{number}") for number in range(3))


@pytest.fixture(params=["fake", "dynamo"])
def both(request: pytest.FixtureRequest) -> tuple[Spending, Counts]:
    """What is read, and how the signer counts an amount for a key on a day."""
    if request.param == "fake":
        spending, memory = FakeSpending(), MemoryIntents()
        spending.sums = memory.sums
        return spending, _counts(memory)
    client = request.getfixturevalue("dynamodb")
    intents, budgets = make(client, "IntentsTable"), make(client, "BudgetsTable")
    return DynamoSpending(client, budgets), _counts(DynamoIntents(client, intents, budgets))


def _counts(intents: Any) -> Counts:
    world = World()

    def count(key: str, amount: int, day: str) -> None:
        intent = intents.open(world.wanted(f"{key} {amount} {day}", key_id=key))
        intents.count(intent._next(budget=Budget(key), counted=Counted(amount, day)))

    return count


def test_what_the_signer_counts_is_what_is_spent(both: tuple[Spending, Counts]) -> None:
    spending, count = both
    count(FIRST, 5, "20270114")
    count(FIRST, 7, "20270115")
    count(SECOND, 1, "20270114")

    found = spending.of([FIRST, SECOND, THIRD], "20270115")

    today = Spent(MicroUsd(12), MicroUsd(7)), Spent(MicroUsd(1), MicroUsd(0))
    assert found == {FIRST: today[0], SECOND: today[1], THIRD: NOTHING_SPENT}


def test_many_keys_are_read_a_hundred_at_a_time(both: tuple[Spending, Counts]) -> None:
    spending, count = both
    keys = [KeyId(f"many-{number}") for number in range(150)]
    count(keys[0], 3, "20270115")
    count(keys[149], 4, "20270115")

    found = spending.of(keys, "20270115")

    assert len(found) == 150
    assert (found[keys[0]].total, found[keys[149]].total) == (3, 4)


class _Busy:
    """A client that leaves every key for the next call, but for the last one of `answers`."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        if not self.answers:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return {"Responses": {"budgets": [self.answers.pop(0)]}, "UnprocessedKeys": RequestItems}


def test_keys_that_are_left_again_and_again_are_a_fault() -> None:
    client: Any = _Busy({"key_id": {"S": FIRST}, "spent": {"N": "1"}})

    with pytest.raises(InternalFault):
        DynamoSpending(client, "budgets").of([FIRST], "20270115")
