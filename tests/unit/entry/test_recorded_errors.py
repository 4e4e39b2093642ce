"""Error bodies held against the reference's own: status, error, message, code, type and every issue.

A small endpoint with a model of the same form stands for each route: what is compared is what this folder
does, not the use cases.
"""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote

import pytest
from pydantic import Field
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.base import (
    AddressField,
    DseqField,
    IntegerField,
    Model,
    NumberField,
    QueryInteger,
)

from tests import recordings
from tests.fakes.proxy_events import lambda_context, proxy_event, told


class Sdl(Model):
    sdl: str
    deposit: NumberField = Field(default=None)  # type: ignore[assignment]


class SdlIn(Model):
    data: Sdl


class Deposit(Model):
    dseq: DseqField
    deposit: NumberField


class DepositIn(Model):
    data: Deposit


class Lease(Model):
    dseq: DseqField
    gseq: IntegerField
    oseq: IntegerField
    provider: AddressField


class LeasesIn(Model):
    manifest: str
    leases: list[Lease]


class DseqIn(Model):
    dseq: DseqField


class PageQuery(Model):
    skip: Annotated[QueryInteger, Field(ge=0)] = 0
    limit: Annotated[QueryInteger, Field(ge=1)] = 1


class Passed(Model):
    """The request is fit for the use case."""


@endpoint(body=SdlIn, scope="deployments:write")
def create(request: Request[SdlIn]) -> Passed:
    return Passed()


@endpoint(body=DepositIn, scope="deployments:fund")
def deposit(request: Request[DepositIn]) -> Passed:
    return Passed()


@endpoint(body=LeasesIn, scope="leases:write")
def lease(request: Request[LeasesIn]) -> Passed:
    return Passed()


@endpoint(body=SdlIn, path=DseqIn, scope="deployments:write")
def update(request: Request[SdlIn, None, DseqIn]) -> Passed:
    return Passed()


@endpoint(path=DseqIn, scope="deployments:read")
def read(request: Request[None, None, DseqIn]) -> Passed:
    return Passed()


@endpoint(query=DseqIn, scope="bids:read")
def bids(request: Request[None, DseqIn]) -> Passed:
    return Passed()


@endpoint(query=PageQuery, scope="deployments:read")
def page(request: Request[None, PageQuery]) -> Passed:
    return Passed()


STANDING = {
    ("POST", "/v1/deployments"): create,
    ("GET", "/v1/deployments"): page,
    ("GET", "/v1/deployments/{dseq}"): read,
    ("DELETE", "/v1/deployments/{dseq}"): read,
    ("PUT", "/v1/deployments/{dseq}"): update,
    ("POST", "/v1/deposit-deployment"): deposit,
    ("POST", "/v1/leases"): lease,
    ("GET", "/v1/bids"): bids,
}
WALKS = ("03-deployments-create", "04-bids", "05-leases", "06-list", "07-get", "08-update", "09-deposit")
TOLD = ("error", "message", "code", "type")


def of_the_edge(exchange: dict[str, Any]) -> bool:
    """Refused before any use case: as not valid, or for the form of its body."""
    request, body = exchange["request"], exchange["response"]["body"]
    if not isinstance(body, dict) or exchange["response"]["status"] != 400 or "(" in str(request["body"])[:1]:
        return False
    fields = {"validation_error": True, "bad_request": body.get("error") == "Error", None: True}
    return fields.get(body.get("code"), False) and bool(
        request.get("as") or "x-api-key" in request["headers"]
    )


def route_of(method: str, target: str) -> tuple[str, dict[str, str]]:
    path = target.partition("?")[0]
    head, _, last = path.rpartition("/")
    return (f"{head}/{{dseq}}", {"dseq": unquote(last)}) if head == "/v1/deployments" else (path, {})


def query_of(target: str) -> dict[str, list[str]]:
    return parse_qs(target.partition("?")[2], keep_blank_values=True)


def recorded(walk: str) -> list[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Our handler, its event, and the recorded exchange, for each exchange that stops at the edge."""
    found = []
    for exchange in recordings.load(f"console/{walk}.jsonl")[1]:
        request = exchange["request"]
        route, path = route_of(request["method"], request["path"])
        handler = STANDING.get((request["method"], route))
        if handler is None or not of_the_edge(exchange):
            continue
        event = proxy_event(request["method"], route, path=path, query=query_of(request["path"]))
        event["headers"] = {k: v for k, v in request["headers"].items() if k != "x-api-key"}
        body = request["body"]
        event["body"] = body if isinstance(body, str | None) else json.dumps(body)
        found.append((handler, event, exchange))
    return found


@pytest.mark.parametrize("walk", [*WALKS, "15-http"])
def test_refusals_at_the_edge_are_the_references(walk: str) -> None:
    exchanges = recorded(walk)
    assert exchanges, "the walk has refusals of this kind"

    for handler, event, exchange in exchanges:
        expected, name = exchange["response"], exchange["name"]
        answer = handler(event, lambda_context())
        body = told(answer)
        assert answer["statusCode"] == expected["status"], name
        for field in TOLD:
            if field in expected["body"]:
                assert body[field] == expected["body"][field], (name, field)
        assert body.get("data") == expected["body"].get("data"), name
