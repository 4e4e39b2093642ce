"""events/: one sample event a function, in the form in which the gateway or another function sends it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from slipway_signing import events, tx
from slipway_signing.address import is_address
from slipway_signing.tokens import SCOPES

from sandbox.gateway.api import Api, Route
from sandbox.gateway.requests import Request, authorizer_event, proxy_event
from sandbox.gateway.routing import Match
from tests.template.declared import AUTHORIZER, HTTP_FUNCTIONS, ROOT, SIGNERS, Declared, function, functions

if TYPE_CHECKING:
    from pathlib import Path

SIGNER_FIELDS = {
    "SignerChangeCredit": {"request_id", "changes"},
    "SignerOpenWallet": {"request_id", "user_id", "credit", "fees"},
    "SignerProviderToken": {"request_id", "user_id", "provider", "scope"},
    "SignerSign": {"intent_id", "request_id", "user_id", "key_id", "role", "messages", "limits"},
    "SignerSweep": set(),
    "SignerTreasury": {"intent_id", "request_id", "user_id", "role", "messages", "limits", "expects"},
    "SignerUpkeep": set(),
}
GATEWAY_ONLY = {"X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}
"""Headers that the client did not send."""


def event_file(item: Declared) -> Path:
    return ROOT / "events" / f"{item.path}.json"


def event_of(name: str) -> Any:
    return json.loads(event_file(function(name)).read_text())


def as_sent(event: dict[str, Any]) -> tuple[Request, Match]:
    """The client's request behind an event, and the route that it met."""
    context = event["requestContext"]
    query = "&".join(f"{key}={value}" for key, value in (event["queryStringParameters"] or {}).items())
    request = Request(
        method=event["httpMethod"],
        target=event["path"] + (f"?{query}" if query else ""),
        headers=tuple((key, value) for key, value in event["headers"].items() if key not in GATEWAY_ONLY),
        body=(event.get("body") or "").encode(),
        source_ip=context["identity"]["sourceIp"],
        protocol=context["protocol"],
        request_id=context["requestId"],
        extended_id=context["extendedRequestId"],
        at=datetime.fromtimestamp(context["requestTimeEpoch"] / 1000, UTC),
    )
    route = Route(event["httpMethod"], event["resource"], "function")
    return request, Match(route, event["pathParameters"] or {})


def test_every_function_has_its_event_and_no_event_is_left_over() -> None:
    assert set((ROOT / "events").rglob("*.json")) == {event_file(item) for item in functions()}


@pytest.mark.parametrize("name", sorted(HTTP_FUNCTIONS))
def test_an_event_is_what_the_gateway_makes_of_that_request(name: str) -> None:
    event = event_of(name)
    request, match = as_sent(event)

    made = proxy_event(Api(routes=()), request, match, event["requestContext"]["authorizer"])

    assert made.keys() == event.keys()
    assert made["requestContext"].keys() == event["requestContext"].keys()
    assert made["requestContext"]["identity"].keys() == event["requestContext"]["identity"].keys()
    same = ("resource", "httpMethod", "pathParameters", "queryStringParameters", "body", "isBase64Encoded")
    assert {key: made[key] for key in same} == {key: event[key] for key in same}
    assert made["requestContext"]["requestTime"] == event["requestContext"]["requestTime"]


@pytest.mark.parametrize("name", sorted(HTTP_FUNCTIONS))
def test_an_event_takes_a_route_of_its_function(name: str) -> None:
    event = event_of(name)

    assert (event["httpMethod"], event["resource"]) in function(name).routes
    assert event["path"] == event["resource"].format(**(event["pathParameters"] or {}))
    assert event["requestContext"]["authorizer"].keys() >= {"user_id", "key_id", "scopes", "environment"}
    if event["body"]:
        assert isinstance(json.loads(event["body"]), dict)


def test_the_authorizers_event_is_a_request_without_its_body() -> None:
    event = event_of(AUTHORIZER)
    request, match = as_sent(event)

    made = authorizer_event(Api(routes=()), request, match)

    assert made.keys() == event.keys()
    assert event["type"] == "REQUEST"
    assert event["methodArn"].endswith(f"/{event['httpMethod']}{event['path']}")


@pytest.mark.parametrize("name", sorted(SIGNERS))
def test_a_signers_event_has_the_fields_of_its_contract(name: str) -> None:
    assert event_of(name).keys() == SIGNER_FIELDS[name]


@pytest.mark.parametrize("item", functions(), ids=lambda item: item.name)
def test_no_event_holds_a_key_that_could_open_anything(item: Declared) -> None:
    headers = json.loads(event_file(item).read_text()).get("headers", {})

    assert headers.get("x-api-key", "sample-key-that-opens-nothing") == "sample-key-that-opens-nothing"
    assert "Authorization" not in headers


@pytest.mark.parametrize("name", ["SignerSign", "SignerTreasury"])
def test_the_signer_understands_the_messages_of_its_events(name: str) -> None:
    event = event_of(name)

    intent = events.wanted(event, claim="first", now_ns=1)
    built = [tx.message(item["type_url"], item["value"]) for item in event["messages"]]

    assert intent.role == event["role"]
    assert [item.type_url for item in built] == [item["type_url"] for item in event["messages"]]


def test_the_token_that_is_asked_for_is_one_that_providers_take() -> None:
    asked = event_of("SignerProviderToken")

    assert asked["scope"] in SCOPES
    assert is_address(asked["provider"])
