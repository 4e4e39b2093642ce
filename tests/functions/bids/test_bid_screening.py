"""POST /v1/bid-screening: who could bid on a group, by what the chain and the providers say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.provider import AUDITORS, ProviderStatus, Resources, Sighting

from tests.fakes.world import CHEAP, DEAR

if TYPE_CHECKING:
    from slipway.domain.ids import Address

    from tests.functions.calling import Answer, Api

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
AUDITOR = AUDITORS[0].address
REGION = ("location-region", "eu-west")
ROOMY = Resources(cpu=10_000, gpu=4, memory=2**34, ephemeral=2**40, persistent=2**40)


def seen(available: Resources) -> Sighting:
    status = ProviderStatus(0, 0, active=Resources(), pending=Resources(), available=available)
    return Sighting(NOON, status, NOON)


def group(**changes: Any) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "id": 1,
        "cpu": {"units": {"val": "500"}},
        "memory": {"quantity": {"val": "1024"}},
        "gpu": {"units": {"val": "0"}},
        "storage": [{"name": "default", "quantity": {"val": "1024"}}],
    }
    unit = {"resource": resource, "count": 2, "price": {"denom": "uact", "amount": "1"}}
    return {"resources": [unit], "timezone": "Europe/Berlin", **changes}


def screened(api: Api, body: dict[str, Any]) -> Answer:
    return api.call("bids.screen", "POST", "/v1/bid-screening", body=body, user=None)


def owners(answer: Answer) -> list[Address]:
    assert answer.status == 200, answer.body
    return [each["owner"] for each in answer.body["providers"]]


@pytest.fixture(autouse=True)
def two_providers(api: Api) -> None:
    """One in Europe with room, one elsewhere that is full."""
    api.world.registry.register(CHEAP, REGION, ("organization", "Acme"))
    api.world.registry.register(DEAR, ("location-region", "us-west"))
    api.world.sightings.seen |= {CHEAP: seen(ROOMY), DEAR: seen(Resources(cpu=999))}


def test_who_could_bid_is_listed(api: Api) -> None:
    assert screened(api, group()).body == {
        "providers": [
            {
                "owner": CHEAP,
                "hostUri": "https://provider.example:8443",
                "isAudited": False,
                "createdAt": None,
                "location": "eu-west",
                "organization": "Acme",
                "incidents": [],
            }
        ]
    }


def test_the_placements_attributes_narrow_it(api: Api) -> None:
    def wanting(key: str, value: str) -> dict[str, Any]:
        return group(requirements={"attributes": [{"key": key, "value": value}]})

    assert owners(screened(api, wanting(*REGION))) == [CHEAP]
    assert owners(screened(api, wanting("location-region", "us-west"))) == []


@pytest.mark.parametrize("names", [("signedBy", "anyOf"), ("signed_by", "any_of")])
def test_an_auditors_signature_is_asked_for_by_either_name(api: Api, names: tuple[str, str]) -> None:
    signed_by, any_of = names
    wanted = group(requirements={signed_by: {any_of: [AUDITOR]}, "attributes": []})
    assert owners(screened(api, wanted)) == []

    api.world.registry.sign(AUDITOR, CHEAP, REGION)

    assert owners(screened(api, wanted)) == [CHEAP]


def test_who_does_not_answer_cannot_bid(api: Api) -> None:
    api.world.sightings.seen[CHEAP] = Sighting(NOON, None, NOON)

    assert owners(screened(api, group())) == []


def test_a_chain_that_is_away_is_a_503(api: Api) -> None:
    api.world.registry.unreachable = True

    assert screened(api, group()).status == 503


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (group(resources=[]), "resources"),
        ({"resources": group()["resources"]}, "timezone"),
        (group(requirements={"attributes": [{"key": "region"}]}), "requirements.attributes[0].value"),
        (group(resources=[{**group()["resources"][0], "count": 0}]), "resources[0].count"),
    ],
)
def test_a_group_that_is_none_says_where(api: Api, body: dict[str, Any], path: str) -> None:
    answer = screened(api, body)

    assert answer.status == 400
    assert path in [each["path"] for each in answer.body["errors"]]


def test_a_quantity_is_a_whole_number_as_text(api: Api) -> None:
    body = group()
    body["resources"][0]["resource"]["cpu"]["units"]["val"] = "1.5"

    [error] = screened(api, body).body["errors"]

    assert error["path"] == "resources[0].resource.cpu.units.val"
