"""Arguments of RPC calls, from JSON and from a query string."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain.rpc.arguments import ArgumentError, Kind, of_body, of_query

SIGNATURE = {
    "query": Kind.TEXT,
    "height": Kind.NUMBER,
    "prove": Kind.FLAG,
    "tx": Kind.BYTES,
    "data": Kind.HEX,
}
READ = {"query": "tx.height=5", "height": 7, "prove": True, "tx": b"\x01\x02", "data": b"\xab"}


@pytest.mark.parametrize(
    "params",
    [
        {"query": "tx.height=5", "height": "7", "prove": True, "tx": "AQI=", "data": "AB"},
        {"query": "tx.height=5", "height": 7, "prove": True, "tx": "AQI=", "data": "0xab", "more": 1},
        ["tx.height=5", "7", True, "AQI=", "AB"],
    ],
)
def test_json_arguments_come_by_name_or_in_order(params: Any) -> None:
    assert of_body(SIGNATURE, params) == READ


@pytest.mark.parametrize("params", [None, {}, [], {"height": None}])
def test_arguments_that_are_not_given_are_left_out(params: Any) -> None:
    assert of_body(SIGNATURE, params) == {}


def test_a_query_string_quotes_text_and_writes_bytes_in_hex() -> None:
    params = {"query": '"tx.height=5"', "height": "7", "prove": "true", "tx": "0x0102", "data": "0xab"}

    assert of_query(SIGNATURE, params) == READ
    assert of_query(SIGNATURE, {"height": '"7"', "tx": '"ab"'}) == {"height": 7, "tx": b"ab"}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (["one"], r"expected 5 parameters"),
        ("text", "expected map or array as args"),
        ({"query": 5}, "query is no text"),
        ({"height": "seven"}, "height is no number"),
        ({"height": True}, "height is no number"),
        ({"height": "9223372036854775808"}, "height is no number"),
        ({"height": "٣"}, "height is no number"),
        ({"prove": "yes"}, "prove is no boolean"),
        ({"tx": "!!"}, "tx is no base64"),
        ({"data": "xyz"}, "data is no hex"),
    ],
)
def test_json_arguments_of_another_kind_are_refused(params: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        of_body(SIGNATURE, params)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"query": "bare"}, "query must be text in quotes"),
        ({"height": "high"}, "height is no number"),
        ({"prove": "1"}, "prove is no boolean"),
        ({"tx": "0xzz"}, "tx is no hex"),
        ({"tx": "bare"}, "tx must be text in quotes"),
    ],
)
def test_a_query_string_that_is_wrong_is_refused(params: dict[str, str], words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        of_query(SIGNATURE, params)
