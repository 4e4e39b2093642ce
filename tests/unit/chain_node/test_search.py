"""Searching transactions by what they did."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain.rest.status import RestError
from sandbox.chain.search import Condition, parse
from tests.unit.chain_node.network import TENANT, TREASURY, Network, fee_grant, payment

PATH = "/cosmos/tx/v1beta1/txs"


def heights(network: Network, query: str, **params: str) -> list[str]:
    found: Any = network.get(PATH, query=query, **params)
    return [response["height"] for response in found["tx_responses"]]


def three_transactions() -> Network:
    """Blocks 2 to 4: a payment, a fee grant, a payment."""
    network = Network()
    for message in (payment(5), fee_grant(7), payment(6)):
        network.send(message)
    return network


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"message.sender='{TREASURY.address}'", ["2", "3", "4"]),
        (f"message.sender='{TENANT.address}'", []),
        ("message.action='/cosmos.bank.v1beta1.MsgSend'", ["2", "4"]),
        (f"transfer.recipient='{TENANT.address}' AND transfer.amount='6uakt'", ["4"]),
        ("message.action CONTAINS 'feegrant'", ["3"]),
        ("set_feegrant.grantee EXISTS", ["3"]),
        ("tx.height>2 AND tx.height<=4", ["3", "4"]),
        ("tx.height=3", ["3"]),
    ],
)
def test_every_condition_must_hold(query: str, expected: list[str]) -> None:
    assert heights(three_transactions(), query) == expected


def test_newest_first_and_a_page_at_a_time() -> None:
    network = three_transactions()
    query = f"message.sender='{TREASURY.address}'"

    pages = [heights(network, query, order_by="ORDER_BY_DESC", limit="2", page=page) for page in ("1", "2")]

    assert pages == [["4", "3"], ["2"]]
    assert network.get(PATH, query=query, limit="2")["total"] == "3"


def test_a_page_that_there_is_not_is_refused() -> None:
    network = three_transactions()

    beyond = network.get(PATH, query="tx.height>1", limit="2", page="3")
    empty = network.get(PATH, query="tx.height>99", page="1")

    assert (beyond["code"], beyond["message"]) == (13, "page should be within [1, 2] range, given 3")
    assert empty["txs"] == []


def test_an_and_within_quotes_joins_nothing() -> None:
    assert parse("a.b='x AND y' AND c.d='z'") == [
        Condition("a.b", "=", "x AND y"),
        Condition("c.d", "=", "z"),
    ]


@pytest.mark.parametrize("text", ["nonsense", "a.b=", "a.b='x' c.d='y'", "a.b EXISTS 'x'"])
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(RestError):
        parse(text)


def test_an_empty_query_is_refused() -> None:
    assert Network().get(PATH) == {"code": 13, "message": "query cannot be empty", "details": []}
