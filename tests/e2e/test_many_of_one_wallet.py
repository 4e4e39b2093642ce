"""Fifty deployments of one wallet at once: nothing waits for a sequence, and nothing is done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.crowd import (
    AT_ONCE,
    CONFIG,
    CREDIT,
    DEPOSIT,
    created_at_once,
    dseqs_on_chain,
    intents_of_wallets,
)
from tests.e2e.operator import operating
from tests.e2e.running import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(CONFIG) as found:
        yield found


def test_fifty_deployments_of_one_wallet(stack: Running) -> None:
    with operating(stack) as operator:
        key = operator.api.http.headers["x-api-key"]

        created = created_at_once(stack, [key] * AT_ONCE)

        dseqs = sorted(one["dseq"] for one in created)
        assert (len(set(dseqs)), dseqs_on_chain(stack, operator.row.address)) == (AT_ONCE, dseqs)
        assert len({one["signTx"]["transactionHash"] for one in created}) == AT_ONCE
        assert stack.transactions() == 1 + AT_ONCE
        assert intents_of_wallets(operator) == {"committed at 1": 1 + AT_ONCE}
        assert operator.credit == CREDIT - AT_ONCE * DEPOSIT
        assert operator.log_faults() == ()
