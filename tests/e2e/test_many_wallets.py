"""Fifty wallets at once: opened by one treasury, then a deployment of each."""

from __future__ import annotations

import asyncio
from contextlib import closing
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
from tests.e2e.operator import Operator
from tests.e2e.running import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(CONFIG) as found:
        yield found


def test_a_deployment_of_each_of_fifty_wallets(stack: Running) -> None:
    async def open_all() -> list[tuple[str, str]]:
        return await asyncio.gather(*(stack.sandbox.new_user() for _ in range(AT_ONCE)))

    users = stack.run(open_all())

    created = created_at_once(stack, [key for _, key in users])

    with closing(Operator(stack, stack.demo, stack.sandbox.demo_user)) as operator:
        for (user_id, _), deployment in zip(users, created, strict=True):
            operator.user_id = user_id
            assert dseqs_on_chain(stack, operator.row.address) == [deployment["dseq"]]
            assert operator.credit == CREDIT - DEPOSIT
        assert stack.transactions() == 1 + AT_ONCE
        assert intents_of_wallets(operator) == {"committed at 1": 1 + AT_ONCE}
        assert operator.log_faults() == ()
