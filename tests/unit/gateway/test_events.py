"""Proxy and authorizer events, held against the form in API Gateway's developer guide."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.gateway.api import Api, Route
from sandbox.gateway.requests import Request, authorizer_event, matches_media_type, proxy_event
from sandbox.gateway.routing import Match

API = Api(routes=(), stage="prod", binary_types=("application/octet-stream", "image/*"))
MATCH = Match(Route(method="GET", path="/v1/deployments/{dseq}", function="f"), {"dseq": "42"})


def request(**changed: Any) -> Request:
    settings: dict[str, Any] = {
        "method": "GET",
        "target": "/v1/deployments/42?tag=a&tag=b%20c&empty=",
        "headers": (("Host", "api.test:80"), ("X-Api-Key", "k"), ("user-agent", "tests"), ("x-api-key", "l")),
        "body": b"",
        "source_ip": "127.0.0.1",
        "protocol": "HTTP/1.1",
        "request_id": "11111111-2222-3333-4444-555555555555",
        "extended_id": "abc=",
        "at": datetime(2026, 11, 24, 12, 0, 0, 5000, tzinfo=UTC),
    }
    return Request(**{**settings, **changed})


def test_a_proxy_event_says_what_was_asked() -> None:
    event = proxy_event(API, request(), MATCH, {"user_id": "alice", "principalId": "alice"})

    assert event["resource"] == "/v1/deployments/{dseq}"
    assert (event["httpMethod"], event["path"]) == ("GET", "/v1/deployments/42")
    assert event["pathParameters"] == {"dseq": "42"}
    assert event["queryStringParameters"] == {"tag": "b c", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"tag": ["a", "b c"], "empty": [""]}
    assert event["headers"]["X-Api-Key"] == "k"
    assert event["multiValueHeaders"]["x-api-key"] == ["l"]
    assert event["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert (event["body"], event["isBase64Encoded"], event["stageVariables"]) == (None, False, None)


def test_the_request_context_says_who_when_and_where() -> None:
    context = proxy_event(API, request(), MATCH, {"user_id": "alice"})["requestContext"]

    assert context["authorizer"] == {"user_id": "alice"}
    assert context["requestId"] == "11111111-2222-3333-4444-555555555555"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userAgent"] == "tests"
    assert context["domainName"] == "api.test:80"
    assert (context["stage"], context["apiId"], context["accountId"]) == ("prod", "sandbox", "123456789012")
    assert context["resourcePath"] == "/v1/deployments/{dseq}"
    assert context["requestTime"] == "24/Nov/2026:12:00:00 +0000"
    assert context["requestTimeEpoch"] == 1795521600005


def test_without_query_parameters_or_authorizer_the_fields_are_null_or_absent() -> None:
    match = Match(Route(method="GET", path="/v1/bids", function="f"), {})

    event = proxy_event(API, request(target="/v1/bids", headers=()), match, None)

    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["pathParameters"] is None
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize(
    ("content_type", "body", "is_base64"),
    [
        ("application/json", '{"name":"ü"}', False),
        (None, '{"name":"ü"}', False),
        ("application/octet-stream", "eyJuYW1lIjoiw7wifQ==", True),
        ("image/png; q=1", "eyJuYW1lIjoiw7wifQ==", True),
    ],
)
def test_a_body_is_text_unless_its_type_is_a_binary_one(
    content_type: str | None, body: str, is_base64: bool
) -> None:
    headers = (("Content-Type", content_type),) if content_type else ()
    sent = request(method="POST", headers=headers, body='{"name":"ü"}'.encode())

    event = proxy_event(API, sent, MATCH, None)

    assert (event["body"], event["isBase64Encoded"]) == (body, is_base64)


def test_an_authorizer_event_names_the_method_called_and_has_no_body() -> None:
    event = authorizer_event(API, request(method="PUT", body=b"{}"), MATCH)

    assert event["type"] == "REQUEST"
    arn = "arn:aws:execute-api:us-east-1:123456789012:sandbox/prod/PUT/v1/deployments/42"
    assert event["methodArn"] == arn
    assert event["pathParameters"] == {"dseq": "42"}
    assert "body" not in event
    assert "authorizer" not in event["requestContext"]


def test_every_type_is_binary_where_the_api_says_so() -> None:
    assert matches_media_type(None, ["*/*"])
    assert not matches_media_type("image/png", [])
