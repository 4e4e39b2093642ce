"""The first of two nodes is dead, or forgets what it has taken: everything goes on, by the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.running import example
from tests.e2e.two_nodes import CREDIT, World, two_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.operator import Operator

pytestmark = pytest.mark.e2e

TRANSACTIONS = 4
"""Of `must_work`."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with two_nodes() as found:
        yield found


@pytest.fixture
def operator(world: World) -> Iterator[Operator]:
    with world.operator() as found:
        yield found
        world.bad.is_dead = world.bad.forgets = False


def must_work(operator: Operator) -> None:
    """Create, deposit, a change of credit, close; and every coin is where it should be."""
    created = operator.api.create(example("web"), deposit=1)
    funded = {"data": {"dseq": created["dseq"], "deposit": 0.5}}
    operator.api.ask("POST", "/v1/deposit-deployment", funded)
    assert operator.credit == CREDIT - 1_500_000
    assert operator.change(2_000_000, f"purchase-{operator.user_id}")["state"] == "done"
    operator.api.ask("DELETE", f"/v1/deployments/{created['dseq']}")
    assert operator.credit == CREDIT + 2_000_000
    assert operator.log_faults() == ()


def test_a_node_that_forgets_what_it_has_taken(world: World, operator: Operator) -> None:
    """Before the other test: a node that failed comes last for a while, and this one shall be the first."""
    world.bad.forgets = True

    must_work(operator)

    assert len(world.bad.forgotten) >= TRANSACTIONS


def test_a_node_that_is_dead(world: World, operator: Operator) -> None:
    world.bad.is_dead = True

    must_work(operator)

    assert world.bad.asked
