from typing import Any

import pytest

from sandbox.gateway.answers import MalformedAnswerError, http_answer
from sandbox.gateway.refusals import Answer


def taken(value: Any, accept: str | None = None, binary_types: tuple[str, ...] = ()) -> Answer:
    return http_answer(value, accept=accept, binary_types=binary_types)


def test_a_proxy_response_becomes_an_answer_with_its_headers_as_written() -> None:
    answer = taken({"statusCode": 201, "headers": {"X-Thing": 7, "content-type": "text/plain"}, "body": "ü"})

    assert answer == Answer(201, (("X-Thing", "7"), ("content-type", "text/plain")), "ü".encode())


def test_json_is_the_type_of_an_answer_that_names_none() -> None:
    assert taken({"statusCode": "204"}) == Answer(204, (("Content-Type", "application/json"),), b"")


def test_many_values_are_many_headers_and_win_over_single_ones() -> None:
    answer = taken(
        {
            "statusCode": 200,
            "headers": {"set-cookie": "c", "A": "1"},
            "multiValueHeaders": {"Set-Cookie": ["a", "b"]},
        }
    )

    assert answer.headers[:3] == (("Set-Cookie", "a"), ("Set-Cookie", "b"), ("A", "1"))


def test_headers_that_api_gateway_keeps_for_itself_are_renamed() -> None:
    answer = taken({"statusCode": 401, "headers": {"WWW-Authenticate": "Bearer"}})

    assert answer.headers[0] == ("x-amzn-Remapped-WWW-Authenticate", "Bearer")


@pytest.mark.parametrize(
    ("accept", "binary_types", "body"),
    [("image/png", ("image/png",), b"\x00\x01"), ("text/html", ("image/png",), b"AAE="), (None, (), b"AAE=")],
)
def test_base64_is_decoded_for_clients_that_accept_a_binary_type(
    accept: str | None, binary_types: tuple[str, ...], body: bytes
) -> None:
    value = {"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}

    assert taken(value, accept, binary_types).body == body


@pytest.mark.parametrize(
    "value",
    [
        None,
        "ok",
        {},
        {"statusCode": "fine"},
        {"statusCode": 42},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "data": []},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
    ],
)
def test_anything_else_is_malformed(value: Any) -> None:
    with pytest.raises(MalformedAnswerError):
        taken(value)
