"""The document as the sandbox serves it, and a main path with its refusals, each held against it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from sandbox.up import SandboxConfig
from tests.documented import PLACE
from tests.e2e.journeys import deployed
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

LOADED = re.compile(r'(?:src|href|data-document)="(?!data:)([^"]+)"')


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS)) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


def test_the_served_document_is_the_committed_one_and_names_this_server(stack: Running) -> None:
    for path in ("/v1/openapi.json", "/v1/doc?scope=console"):
        answer = stack.demo.call("GET", path)
        server = urljoin(str(answer.url), answer.json()["servers"][0]["url"])
        assert answer.text == PLACE.read_text(encoding="utf-8")
        assert server.rstrip("/") == stack.sandbox.base_url


@pytest.mark.parametrize("path", ["/v1/swagger", "/v1/swagger/"])
def test_the_page_and_what_it_loads_come_from_here(stack: Running, path: str) -> None:
    page = stack.demo.call("GET", path)

    loaded = [urljoin(str(page.url), name) for name in LOADED.findall(page.text)]
    assert len(loaded) == 4
    for url in loaded:
        assert url.startswith(f"{stack.sandbox.base_url}/v1/")
        assert stack.demo.http.get(url).status_code == 200


def test_each_step_of_the_main_path_is_answered_as_the_document_says(alice: Api) -> None:
    """`Api.call` is the judge."""
    sdl = example("web")
    alice.ask("POST", "/v1/sdl/validate", {"data": {"sdl": sdl}})
    dseq = deployed(alice)
    alice.ask("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": sdl.replace("1.27", "1.28")}})
    alice.ask("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": 0.25}})
    alice.ask("GET", "/v1/deployments")
    alice.ask("GET", f"/v2/deployment-settings/{dseq}")
    alice.ask("DELETE", f"/v1/deployments/{dseq}")

    assert alice.detail(dseq)["deployment"]["state"] == "closed"


def test_each_kind_of_refusal_is_in_the_document(stack: Running, alice: Api) -> None:
    """`Api.call` is the judge; here it is only seen that each kind was met."""
    scoped = {"data": {"name": "reader", "scopes": ["read"]}}
    reader = alice.ask("POST", "/v1/api-keys", scoped, expect=201)["data"]["apiKey"]
    dseq, again = deployed(alice), {"idempotency-key": "once"}
    setting = {"data": {"dseq": dseq}}
    alice.ask("POST", "/v2/deployment-settings", setting, expect=201)
    alice.call("POST", "/v1/sdl/validate", {"data": {"sdl": "a"}}, headers=again)
    with stack.caller(reader) as limited, stack.caller("sw.sandbox.nothing") as stranger:
        met = [
            alice.call("POST", "/v1/deployments", {"data": {}}),
            alice.call("POST", "/v1/deployments", {"data": {"sdl": "services: 5"}}),
            stranger.call("GET", "/v1/deployments"),
            alice.call("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": 1e9}}),
            limited.call("DELETE", f"/v1/deployments/{dseq}"),
            alice.call("GET", "/v1/deployments/1"),
            alice.call("POST", "/v2/deployment-settings", setting),
            alice.call("POST", "/v1/sdl/validate", {"data": {"sdl": "b"}}, headers=again),
            alice.call("POST", "/v1/deployments", {"data": {"sdl": "a" * 600_000}}),
        ]

    assert [answer.status_code for answer in met] == [400, 400, 401, 402, 403, 404, 409, 422, 413]
