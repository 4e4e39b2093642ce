"""The decorator: what a request must pass, and how answers and errors look."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from slipway.domain.errors import (
    BidNotOpen,
    ChainUnavailable,
    CreditTooLow,
    DepositTooLow,
    StoreUnavailable,
    WalletOpening,
)
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.base import DseqField, Model, NumberField

from tests.fakes.proxy_events import lambda_context, proxy_event, told

ROUTE = "/v1/things/{dseq}"


class ThingIn(Model):
    deposit: NumberField


class ThingQuery(Model):
    word: str = "none"


class ThingPath(Model):
    dseq: DseqField


class ThingOut(Model):
    seen: str


def refusing(error: Exception, **options: Any) -> dict[str, Any]:
    """The answer of an endpoint whose use case raises `error`."""

    @endpoint(scope="bids:read", **options)
    def handler(request: Request) -> None:
        raise error

    return handler(proxy_event("GET", "/v1/bids"), lambda_context())


@endpoint(body=ThingIn, query=ThingQuery, path=ThingPath, scope="deployments:fund", status=201)
def thing(request: Request[ThingIn, ThingQuery, ThingPath]) -> ThingOut:
    facts = (request.user, request.key_id, request.path.dseq, request.query.word, request.body.deposit)
    return ThingOut(seen=repr(facts))


def ask(**changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"body": {"deposit": 5}, "path": {"dseq": "7"}} | changes
    return thing(proxy_event("POST", ROUTE, **asked), lambda_context())


def test_the_use_case_sees_the_parsed_request() -> None:
    answer = ask(body='{"deposit": 0.1}', query={"word": ["hello"]})

    assert answer["statusCode"] == 201
    assert told(answer) == {"seen": repr(("alice", "key-1", 7, "hello", Decimal("0.1")))}


def test_every_answer_carries_the_request_id_and_stays_out_of_caches() -> None:
    for answer in (ask(request_id="r-9"), ask(request_id="r-9", body="{")):
        assert answer["headers"]["x-request-id"] == "r-9"
        assert answer["headers"]["cache-control"] == "private, no-store"


def test_answers_and_problems_say_what_they_are() -> None:
    assert ask()["headers"]["content-type"] == "application/json; charset=UTF-8"
    assert ask(body="{")["headers"]["content-type"] == "application/problem+json"


def test_no_answer_is_204_without_a_body() -> None:
    @endpoint(scope="api-keys:write")
    def handler(request: Request) -> None:
        return None

    answer = handler(proxy_event("DELETE", "/v1/api-keys/{id}"), lambda_context())

    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert "content-type" not in answer["headers"]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/json;x"])
def test_parameters_of_the_content_type_do_not_matter(content_type: str) -> None:
    assert ask(headers={"Content-Type": content_type})["statusCode"] == 201


def test_the_content_type_is_looked_at_before_the_credentials() -> None:
    answer = ask(body="{", headers={"Content-Type": "text/plain"}, user=None)

    assert told(answer)["reason"] == "content_type_unsupported"


def test_routes_without_a_body_ask_for_no_content_type() -> None:
    @endpoint(scope="bids:read")
    def handler(request: Request) -> ThingOut:
        return ThingOut(seen="yes")

    event = proxy_event("GET", "/v1/bids", body="abc", headers={"Content-Type": "text/plain"})

    assert handler(event, lambda_context())["statusCode"] == 200


def test_a_base64_body_is_read() -> None:
    event = proxy_event("POST", ROUTE, body={"deposit": 5}, path={"dseq": "7"})
    event |= {"body": base64.b64encode(b'{"deposit": 5}').decode(), "isBase64Encoded": True}

    assert thing(event, lambda_context())["statusCode"] == 201


@pytest.mark.parametrize(("size", "status"), [(512 * 1024, 201), (512 * 1024 + 1, 413)])
def test_bodies_end_at_512_kib(size: int, status: int) -> None:
    start, end = '{"deposit": 5, "more": "', '"}'

    answer = ask(body=start + "x" * (size - len(start) - len(end)) + end)

    assert answer["statusCode"] == status


def test_a_large_body_counts_in_bytes_not_in_letters() -> None:
    assert (
        ask(body=json.dumps({"deposit": 5, "more": "é" * 300_000}, ensure_ascii=False))["statusCode"] == 413
    )


def test_query_then_path_then_body_are_validated() -> None:
    assert told(ask(path={"dseq": "x"}, body="{"))["data"][0]["path"] == ["dseq"]
    assert told(ask(path={"dseq": "x"}, query={"word": ["a", "b"]}))["data"][0]["path"] == ["word"]


def test_a_bad_request_is_told_before_a_missing_scope() -> None:
    assert ask(scopes="bids:read", body={})["statusCode"] == 400
    assert ask(scopes="bids:read")["statusCode"] == 403


def test_a_missing_scope_is_forbidden_as_the_reference_words_it() -> None:
    body = told(ask(scopes="bids:read deployments:read"))

    assert body["error"] == "ForbiddenError"
    assert (body["message"], body["code"], body["type"]) == ("Forbidden", "forbidden", "authorization_error")


def test_two_credentials_are_refused_here_for_the_authorizer_cannot() -> None:
    answer = ask(authorizer={"refusal": "ambiguous_credentials"})

    assert answer["statusCode"] == 400
    assert told(answer)["message"] == "Authorization and X-Api-Key headers are mutually exclusive"


def test_nobody_gets_in_without_an_authorizer() -> None:
    assert ask(user=None)["statusCode"] == 401


@endpoint(scope=None)
def public(request: Request) -> ThingOut:
    return ThingOut(seen=request.user or "nobody")


@endpoint(scope=None, own_scope="bids:read")
def half_public(request: Request) -> ThingOut:
    return ThingOut(seen=request.own())


@pytest.mark.parametrize(("user", "seen"), [(None, "nobody"), ("alice", "alice")])
def test_a_public_endpoint_answers_everybody(user: str | None, seen: str) -> None:
    answer = public(proxy_event("GET", "/v1/auditors", user=user), lambda_context())

    assert told(answer) == {"seen": seen}


def test_the_part_of_a_public_endpoint_that_is_somebodys_asks_for_the_user_and_the_scope() -> None:
    answers = [
        half_public(proxy_event("GET", "/v1/balances", **caller), lambda_context())
        for caller in ({"user": None}, {"scopes": "user:read"}, {"scopes": "bids:read"})
    ]

    assert [answer["statusCode"] for answer in answers] == [401, 403, 200]


def test_a_public_endpoint_keeps_no_answers() -> None:
    """There is no user whose they would be."""
    event = proxy_event("POST", "/v1/certificates", user=None, headers={"Idempotency-Key": "once"})

    assert public(event, lambda_context())["statusCode"] == 200


def test_a_bad_request_is_told_before_a_missing_credential() -> None:
    assert ask(user=None, body={})["statusCode"] == 400
    assert ask(user=None)["statusCode"] == 401


def test_an_unknown_fault_tells_only_the_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    answer = refusing(RuntimeError("the table Secret is on fire"))

    assert answer["statusCode"] == 500
    assert told(answer)["request_id"] == "request-1"
    assert "fire" not in answer["body"]
    line = json.loads(capsys.readouterr().out)
    assert line["event"] == "REQUEST_FAILED"
    assert "on fire" in line["exception"]


def test_refusals_of_the_chain_say_what_was_not_done() -> None:
    failure = "Failed to create lease"

    assert told(refusing(BidNotOpen(), failure=failure))["message"].startswith(
        "Failed to create lease: Cannot create lease: The selected bid is no longer open."
    )
    assert told(refusing(DepositTooLow(), failure="Failed to create deployment"))["message"] == (
        "Failed to create deployment: Deposit too low"
    )
    assert not told(refusing(CreditTooLow(), failure=failure))["message"].startswith("Failed")


@pytest.mark.parametrize("error", [WalletOpening(), ChainUnavailable()])
def test_what_may_pass_says_when_to_ask_again(error: Exception) -> None:
    assert int(refusing(error)["headers"]["retry-after"]) > 0


def test_one_line_is_logged_and_it_holds_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    ask(headers={"x-api-key": "sw.secret"}, body={"deposit": 5, "sdl": "PASSWORD"})

    [text] = capsys.readouterr().out.splitlines()
    line = json.loads(text)
    assert line["event"] == "REQUEST_SERVED"
    assert (line["method"], line["route"], line["status"]) == ("POST", ROUTE, 201)
    assert (line["user_id"], line["key_id"], line["request_id"]) == ("alice", "key-1", "request-1")
    assert isinstance(line["milliseconds"], int)
    assert "secret" not in text
    assert "PASSWORD" not in text


def test_a_refusals_line_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    ask(scopes="bids:read")

    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["status"], line["reason"]) == ("REQUEST_REFUSED", 403, "scope_missing")


def test_a_table_that_is_away_leaves_its_cause_in_the_log_alone(capsys: pytest.CaptureFixture[str]) -> None:
    error = StoreUnavailable()
    error.__cause__ = ClientError({"Error": {"Code": "ThrottlingException", "Message": "of sk_1"}}, "GetItem")

    answer = refusing(error)

    [line, *_] = capsys.readouterr().out.splitlines()
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "2")
    assert json.loads(line)["cause"] == "ClientError ThrottlingException"
    assert "Throttling" not in answer["body"]
    assert "sk_1" not in line


def test_intents_differ_by_request_and_by_user() -> None:
    seen = []

    @endpoint(scope="bids:read")
    def handler(request: Request) -> None:
        seen.append(request.intent)

    for user, request_id in (("alice", "r1"), ("alice", "r2"), ("bob", "r1")):
        handler(proxy_event("GET", "/v1/bids", user=user, request_id=request_id), lambda_context())

    assert len(set(seen)) == 3
