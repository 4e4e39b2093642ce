"""/status, /v1/healthz/*, /v1/blockchain-status and what is left of certificates: for everybody."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.version import VERSION

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

HEALTH = "/v1/healthz"
GOOD = {"data": {"postgres": True, "jobQueue": True}}


def get(api: Api, function: str, route: str, **parts: Any) -> Answer:
    return api.call(function, "GET", route, **{"user": None, **parts})


def test_the_status_tells_the_version_and_the_memory(api: Api) -> None:
    body = get(api, "service.status", "/status").body

    assert body["version"] == VERSION
    assert body["memory"].keys() == {"rss", "heapTotal", "heapUsed", "external"}
    assert all(re.fullmatch(r"\d+\.\d MB", text) for text in body["memory"].values())
    assert float(body["memory"]["rss"].split()[0]) > 10


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())

    assert project["project"]["version"] == VERSION


def test_who_answers_is_alive_whatever_else_is_down(api: Api) -> None:
    api.world.tables.up = False

    answer = get(api, "service.liveness", f"{HEALTH}/liveness")

    assert (answer.status, answer.body) == (200, GOOD)


def test_ready_is_who_can_read_the_tables(api: Api) -> None:
    ready = get(api, "service.readiness", f"{HEALTH}/readiness")
    api.world.tables.up = False
    away = get(api, "service.readiness", f"{HEALTH}/readiness")

    assert (ready.status, ready.body) == (200, GOOD)
    assert (away.status, away.body["data"]) == (503, {"postgres": False, "jobQueue": False})
    assert away.headers["retry-after"]


@pytest.mark.parametrize("reachable", [True, False])
def test_whether_the_network_can_be_reached_is_an_answer_and_no_error(api: Api, reachable: bool) -> None:
    api.world.chain.unreachable = not reachable

    answer = get(api, "network.blockchain_status", "/v1/blockchain-status")

    assert (answer.status, answer.body) == (200, {"isBlockchainReachable": reachable})


@pytest.mark.parametrize("body", [None, {}, "{"])
@pytest.mark.parametrize("user", [None, "alice"])
def test_certificates_are_gone_whatever_is_sent(api: Api, body: Any, user: str | None) -> None:
    answer = api.call("certificates.create", "POST", "/v1/certificates", body=body, user=user)

    assert answer.status == 400
    assert answer.body["error"].startswith("This endpoint has been removed.")
    assert answer.body["message"] == answer.body["error"]


def test_two_credentials_are_refused_even_where_none_is_needed(api: Api) -> None:
    answer = get(api, "service.status", "/status", authorizer={"refusal": "ambiguous_credentials"})

    assert (answer.status, answer.body["reason"]) == (400, "ambiguous_credentials")
