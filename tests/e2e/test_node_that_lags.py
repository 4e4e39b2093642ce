"""The first of two nodes stands still in the past: it may carry transactions, but no number of it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.relay import BROADCAST
from tests.e2e.running import example
from tests.e2e.two_nodes import BY_HASH, CREDIT, STATUS, World, two_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.operator import Operator

pytestmark = pytest.mark.e2e

PARAMS = "/akash/deployment/v1beta4/params"
"""The API's own read, of what a deposit must be at least: the chain holds it against that once more."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with two_nodes(stands_still=True) as found:
        yield found


@pytest.fixture
def operator(world: World) -> Iterator[Operator]:
    with world.operator() as found:
        yield found


def deposit(operator: Operator, dseq: str, uact: int) -> dict[str, Any]:
    """By the signer itself: the API looks the deployment up first, and asks its nodes in their order."""
    owner = operator.row.address
    value = {
        "signer": owner,
        "id": {"scope": "deployment", "xid": f"{owner}/{dseq}"},
        "deposit": {"amount": {"denom": "uact", "amount": str(uact)}, "sources": ["grant"]},
    }
    event = {
        "intent_id": f"deposit-{dseq}-{uact}",
        "request_id": "by hand",
        "user_id": operator.user_id,
        "role": "wallet",
        "messages": [{"type_url": "/akash.escrow.v1.MsgAccountDeposit", "value": value}],
        "limits": {"deposit_max": str(uact)},
    }
    return operator.invoke("SignerSign", event)


def test_no_money_is_decided_on_by_a_node_in_the_past(world: World, operator: Operator) -> None:
    created = operator.api.create(example("web"), deposit=1)
    assert deposit(operator, created["dseq"], 500_000)["state"] == "committed"
    assert operator.credit == CREDIT - 1_500_000
    assert operator.change(2_000_000, f"purchase-{operator.user_id}")["state"] == "done"
    assert operator.credit == CREDIT + 500_000
    refused = deposit(operator, created["dseq"], CREDIT + 500_001)

    assert (refused["state"], refused["error"]["code"]) == ("rejected", "credit_too_low")
    assert not refused.get("tx_hash")
    assert operator.log_faults() == ()
    # of all that was asked since the stack met the node: also for the wallets and their grants
    asked = {BY_HASH.sub("a hash", path) for path in world.bad.asked}
    assert BROADCAST in asked
    assert asked <= {STATUS, BROADCAST, "a hash", PARAMS}
