"""A simulated market, small enough for every run of the tests; bench/sandbox_month.py runs the large one."""

from __future__ import annotations

import pytest

from sandbox.chain.books import Books, BooksWrongError
from sandbox.chain.modules import bank
from tests.simulation.month import BLOCKS_A_DAY, Month
from tests.unit.chain_node.network import TREASURY, Network, tenant_with


def test_every_uact_of_a_market_is_accounted_for() -> None:
    month = Month(deployments=20, days=6)

    month.run()
    spent = month.audit()

    assert spent > 0
    assert month.blocks >= month.days * BLOCKS_A_DAY
    assert (month.ran_dry, month.topped_up > 20) == (1, True)
    assert month.books.supply["uact"] == month.uact


def test_the_books_notice_money_from_nowhere() -> None:
    network = tenant_with()
    books = Books(network.chain.store)

    with pytest.raises(BooksWrongError, match="supply"):
        books.write(_forged(network))


def _forged(network: Network) -> dict[bytes, bytes | None]:
    """A block in which the treasury's uact has become one more."""
    ctx = network.chain.reading()
    before = bank.balance(ctx, TREASURY.address, "uact")
    key = next(key for key, value in network.chain.store.pairs() if value == str(before).encode())
    return {key: str(before + 1).encode()}
