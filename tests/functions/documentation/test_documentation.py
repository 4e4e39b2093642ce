"""GET /v1/openapi.json and /v1/doc, /v1/swagger and what the page loads."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from slipway.entry import swagger

from sandbox.aws.invocation import PAYLOAD_LIMIT
from tests.documented import PLACE

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

LOADED = re.compile(r'(?:src|href|data-document)="(?!data:)([^"]+)"')
ROUTES = ("/v1/openapi.json", "/v1/doc")
SCOPE_REFUSED = '"scope" query is invalid. Valid options: "full", "console"'


def document(api: Api, route: str = ROUTES[0], **parts: Any) -> Answer:
    return api.call("documentation.openapi", "GET", route, **{"user": None, **parts})


def page(api: Api, **parts: Any) -> Answer:
    return api.call("documentation.swagger", "GET", "/v1/swagger", **{"user": None, **parts})


def asset(api: Api, name: str, **parts: Any) -> Answer:
    path = {"asset": name}
    return api.call("documentation.asset", "GET", "/v1/swagger/{asset}", path=path, user=None, **parts)


def assets(api: Api) -> list[str]:
    """The names that the page asks for."""
    return [name.removeprefix("swagger/") for name in LOADED.findall(page(api).body) if "/" in name]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("scope", [None, "", "full", "console"])
def test_everybody_gets_the_document(api: Api, route: str, scope: str | None) -> None:
    answer = document(api, route, query=None if scope is None else {"scope": [scope]})

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=UTF-8")
    assert answer.body == json.loads(PLACE.read_text(encoding="utf-8"))
    assert answer.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize("route", ROUTES)
def test_another_scope_is_refused_as_the_reference_words_it(api: Api, route: str) -> None:
    answer = document(api, route, query={"scope": ["x"]})

    told = {name: answer.body[name] for name in ("error", "message", "code", "type")}
    assert answer.status == 403
    assert told == {
        "error": "ForbiddenError",
        "message": SCOPE_REFUSED,
        "code": "forbidden",
        "type": "client_error",
    }


@pytest.mark.parametrize("held", ["{}", "W/{}", '"older", {}', "*"])
def test_who_holds_the_document_is_not_sent_it_again(api: Api, held: str) -> None:
    etag = document(api).headers["etag"]

    answer = document(api, headers={"If-None-Match": held.format(etag)})

    assert (answer.status, answer.body) == (304, None)
    assert answer.headers["etag"] == etag
    assert "content-type" not in answer.headers


def test_who_holds_another_document_is_sent_this_one(api: Api) -> None:
    assert document(api, headers={"If-None-Match": '"older"'}).status == 200


def test_the_page_loads_nothing_from_other_hosts_and_lets_no_script_stand_in_it(api: Api) -> None:
    answer = page(api)

    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"
    assert "//" not in answer.body
    assert not re.search(r"<script[^>]*>[^<]|<style|\son\w+=", answer.body)
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_the_page_asks_for_is_there_and_may_be_kept_for_ever(api: Api) -> None:
    types = {name.rpartition(".")[2]: asset(api, name).headers["content-type"] for name in assets(api)}

    assert len(assets(api)) == 3
    assert types == {"css": "text/css; charset=UTF-8", "js": "text/javascript; charset=UTF-8"}
    for name in assets(api):
        answer = asset(api, name)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_name_changes_with_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = swagger.Asset.of("start", "js", swagger.SCRIPT, swagger.START)
    after = swagger.Asset.of("start", "js", swagger.SCRIPT, swagger.START + "\n")

    assert before.name != after.name


@pytest.mark.parametrize("name", ["swagger-ui.css", "..", "start.js", "openapi.json"])
def test_no_other_file_is_there(api: Api, name: str) -> None:
    answer = asset(api, name)

    assert (answer.status, answer.body["reason"]) == (404, "asset_not_found")


def test_the_page_finds_its_parts_with_a_slash_at_its_end_too() -> None:
    plain, slashed = swagger.page("/v1/swagger").text, swagger.page("/v1/swagger/").text

    assert all(name.startswith(("swagger/", "openapi.json")) for name in LOADED.findall(plain))
    assert {f"swagger/{name}" for name in LOADED.findall(slashed) if "/" not in name} | {"openapi.json"} == {
        *LOADED.findall(plain)
    }
    assert "../openapi.json" in LOADED.findall(slashed)


def test_every_file_fits_into_an_answer_of_lambda(api: Api) -> None:
    longest = max(len(json.dumps(swagger.asset(name).text)) for name in assets(api))

    assert longest < PAYLOAD_LIMIT // 2
