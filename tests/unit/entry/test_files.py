"""Endpoints that answer with a file, and what they declare."""

from __future__ import annotations

from typing import Any

import pytest
from slipway.domain.errors import ChainUnavailable
from slipway.entry.endpoint import Request, declaration_of, endpoint
from slipway.entry.files import FOR_EVER, File

from tests.fakes.proxy_events import lambda_context, proxy_event, told

FILE = File("body {}", "text/css; charset=UTF-8", FOR_EVER, {"x-frame-options": "DENY"})


@endpoint(scope=None, media_types=("text/css",), refuses=(ChainUnavailable,))
def styled(request: Request) -> File:
    return FILE


@endpoint(scope="user:read")
def private(request: Request) -> File:
    return FILE


def ask(**parts: Any) -> dict[str, Any]:
    return styled(proxy_event("GET", "/v1/style", user=None, **parts), lambda_context())


def test_a_file_says_what_it_is_and_how_long_it_may_be_kept() -> None:
    answer = ask(request_id="r-9")

    assert (answer["statusCode"], answer["body"]) == (200, "body {}")
    assert answer["headers"] == {
        "x-request-id": "r-9",
        "content-type": "text/css; charset=UTF-8",
        "cache-control": FOR_EVER,
        "etag": FILE.etag,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def test_who_holds_it_gets_no_body() -> None:
    answer = ask(headers={"If-None-Match": FILE.etag})

    assert (answer["statusCode"], answer["body"]) == (304, "")
    assert answer["headers"]["cache-control"] == FOR_EVER


def test_another_text_is_another_tag() -> None:
    assert File("body{}", FILE.media_type, FOR_EVER).etag != FILE.etag


def test_a_refusal_of_a_file_is_a_problem_that_nobody_keeps() -> None:
    answer = ask(authorizer={"refusal": "ambiguous_credentials"})

    assert told(answer)["reason"] == "ambiguous_credentials"
    assert answer["headers"]["cache-control"] == "private, no-store"


def test_what_is_somebodys_is_no_file() -> None:
    answer = private(proxy_event("GET", "/v1/mine"), lambda_context())

    assert answer["statusCode"] == 500


@pytest.mark.parametrize(("target", "seen"), [("/v1/style/", "/v1/style/"), (None, "/v1/style")])
def test_an_endpoint_sees_the_path_as_the_client_wrote_it(target: str | None, seen: str) -> None:
    found: list[str] = []

    @endpoint(scope=None)
    def handler(request: Request) -> None:
        found.append(request.target)

    event = proxy_event("GET", "/v1/style", user=None)
    handler({**event, "path": target} if target else event, lambda_context())

    assert found == [seen]


def test_an_endpoint_tells_what_it_declared() -> None:
    declared = declaration_of(styled)

    assert declared is not None
    assert (declared.scope, declared.refuses) == (None, (ChainUnavailable,))
    assert declared.media_types == ("text/css",)
    assert declaration_of(print) is None
