"""The signer's schedules, as the template has them, by the chain's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from slipway_signing.intents import Intent
from slipway_signing.sweeping import GIVEN_UP_NS

from sandbox.up import SandboxConfig
from tests.e2e.operator import Operator, operating
from tests.e2e.running import BLOCK_SECONDS, Running, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
CREDIT = 5_000_000


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS, credit=CREDIT, providers=())) as found:
        yield found


@pytest.fixture
def operator(stack: Running) -> Iterator[Operator]:
    with operating(stack) as found:
        yield found


def a_minute_passes(stack: Running) -> None:
    chain = stack.sandbox.chain
    assert chain is not None
    stack.run(chain.jump(MINUTE, 6 * SECOND))


def test_the_sweeper_ends_what_a_dead_function_left(stack: Running, operator: Operator) -> None:
    long_ago = time.time_ns() - 2 * GIVEN_UP_NS
    left = Intent(
        intent_id=f"left-{operator.user_id}",
        request_id="of a function that died",
        user_id=operator.user_id,
        role="wallet",
        messages="[]",
        deposit_max=None,
        created_at=datetime.fromtimestamp(long_ago / SECOND, UTC).isoformat(),
        claim="dead",
        claimed_ns=long_ago,
    )
    operator.intents.open(left)

    a_minute_passes(stack)

    def ended() -> Intent | None:
        found = operator.intents.get(left.intent_id)
        return found if found and found.ended else None

    assert until("the sweeper", ended).state == "expired"


def test_upkeep_makes_a_refund_good_that_came_after_a_revocation(stack: Running, operator: Operator) -> None:
    created = operator.api.create(example("web"), deposit=1)
    operator.change(-CREDIT, f"chargeback-{operator.user_id}")
    operator.api.ask("DELETE", f"/v1/deployments/{created['dseq']}")

    a_minute_passes(stack)

    assert until("the upkeep", lambda: operator.credit) == 1_000_000
