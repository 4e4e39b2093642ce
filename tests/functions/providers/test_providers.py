"""GET /v1/providers, /v1/providers/{address}, /v1/auditors: public, and honest about what is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.provider import AUDITORS, ProviderStatus, Resources, Sighting

from tests.fakes.world import CHEAP, DEAR, an_address

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
AUDITOR = AUDITORS[0].address
REGION = ("location-region", "eu-west")
STATUS = ProviderStatus(
    leases=3,
    deployments=2,
    active=Resources(cpu=1000, gpu=1, memory=2, ephemeral=3, persistent=4),
    pending=Resources(cpu=10),
    available=Resources(cpu=5000, memory=6),
)


def listed(api: Api, query: dict[str, list[str]] | None = None, **parts: Any) -> Answer:
    return api.call("providers.list", "GET", "/v1/providers", query=query, **{"user": None, **parts})


def one(api: Api, address: str, **parts: Any) -> Answer:
    route, path = "/v1/providers/{address}", {"address": address}
    return api.call("providers.get", "GET", route, path=path, **{"user": None, **parts})


def see(api: Api, status: ProviderStatus | None) -> None:
    api.world.sightings.seen[CHEAP] = Sighting(NOON, status, NOON)


def test_a_provider_is_told_with_its_attributes_and_who_signed_them(api: Api) -> None:
    api.world.registry.register(CHEAP, REGION, ("tier", "community"))
    api.world.registry.sign(AUDITOR, CHEAP, REGION)

    [provider] = listed(api).body

    assert (provider["owner"], provider["hostUri"]) == (CHEAP, "https://provider.example:8443")
    assert (provider["name"], provider["email"], provider["website"]) == (
        "provider.example", "ops@example.com", None,
    )  # fmt: skip
    assert provider["attributes"] == [
        {"key": "location-region", "value": "eu-west", "auditedBy": [AUDITOR]},
        {"key": "tier", "value": "community", "auditedBy": []},
    ]
    assert (provider["locationRegion"], provider["tier"], provider["country"]) == (
        "eu-west", "community", None,
    )  # fmt: skip
    assert provider["isAudited"] is True


def test_a_signature_counts_for_the_value_that_was_signed(api: Api) -> None:
    api.world.registry.register(CHEAP, REGION)
    api.world.registry.sign(AUDITOR, CHEAP, ("location-region", "us-west"))

    assert one(api, CHEAP).body["attributes"][0]["auditedBy"] == []


def test_strangers_signatures_make_no_audited_provider(api: Api) -> None:
    api.world.registry.register(CHEAP, REGION)
    api.world.registry.sign(an_address("somebody"), CHEAP, REGION)

    provider = one(api, CHEAP).body

    assert provider["isAudited"] is False
    assert provider["attributes"][0]["auditedBy"] == [an_address("somebody")]


def test_a_provider_that_answers_tells_its_load(api: Api) -> None:
    api.world.registry.register(CHEAP)
    see(api, STATUS)

    provider = one(api, CHEAP).body

    assert (provider["isOnline"], provider["leaseCount"], provider["deploymentCount"]) == (True, 3, 2)
    assert provider["stats"]["cpu"] == {"active": 1000, "available": 5000, "pending": 10}
    assert provider["stats"]["storage"]["persistent"] == {"active": 4, "available": 0, "pending": 0}
    assert provider["lastOnlineDate"] == provider["lastCheckDate"] == "2026-11-24T12:00:00.000Z"
    assert provider["uptime"] == []


def test_one_that_does_not_answer_is_away_and_one_that_nobody_asked_is_neither(api: Api) -> None:
    for address in (CHEAP, DEAR):
        api.world.registry.register(address)
    see(api, None)

    online = {each["owner"]: each["isOnline"] for each in listed(api).body}

    assert online == {CHEAP: False, DEAR: None}


def test_gpus_are_read_from_capabilities(api: Api) -> None:
    gpus = "capabilities/gpu/vendor/nvidia/model"
    api.world.registry.register(
        CHEAP,
        (f"{gpus}/a100/ram/80Gi/interface/sxm", "true"),
        (f"{gpus}/t4", "true"),
        (f"{gpus}/h100", "false"),
    )

    assert one(api, CHEAP).body["gpuModels"] == [
        {"vendor": "nvidia", "model": "a100", "ram": "80Gi", "interface": "sxm"},
        {"vendor": "nvidia", "model": "t4", "ram": "", "interface": ""},
    ]


@pytest.mark.parametrize("uri", ["https://[::", "", "x" * 300])
def test_an_address_that_is_none_breaks_nothing(api: Api, uri: str) -> None:
    api.world.registry.register(CHEAP, ("network-speed-up", "fast"), host_uri=uri)

    provider = one(api, CHEAP).body

    assert (provider["hostUri"], provider["networkSpeedUp"]) == (uri, 0)


def test_audited_providers_are_asked_first(api: Api) -> None:
    for address in (CHEAP, DEAR):
        api.world.registry.register(address)
    api.world.registry.sign(AUDITOR, DEAR)

    listed(api)

    assert api.world.sightings.asked == [DEAR, CHEAP]


def test_a_list_can_be_of_some_addresses_only(api: Api) -> None:
    for address in (CHEAP, DEAR):
        api.world.registry.register(address)

    found = listed(api, {"addresses": [f"{DEAR},{an_address('nobody')}"], "scope": ["trial"]}).body

    assert [each["owner"] for each in found] == [DEAR]
    assert api.world.sightings.asked == [DEAR]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"addresses": ["abc"]}, "Invalid address"),
        ({"addresses": [",".join([CHEAP] * 21)]}, "Array must contain at most 20 element(s)"),
        ({"scope": ["some"]}, "Invalid enum value. Expected 'all' | 'trial', received 'some'"),
    ],
)
def test_a_list_is_asked_for_in_these_ways(api: Api, query: dict[str, list[str]], message: str) -> None:
    [issue] = listed(api, query).body["data"]

    assert issue["message"] == message


def test_an_unknown_provider_is_not_there(api: Api) -> None:
    answer = one(api, CHEAP)

    assert (answer.status, answer.body["reason"]) == (404, "provider_not_found")
    assert one(api, "abc").status == 400


def test_a_list_that_cannot_be_read_is_not_an_empty_one(api: Api) -> None:
    api.world.registry.unreachable = True

    for answer in (listed(api), one(api, CHEAP)):
        assert answer.status == 503
        assert answer.headers["retry-after"]


def test_auditors_are_told_by_name(api: Api) -> None:
    answer = api.call("providers.auditors", "GET", "/v1/auditors", user=None)

    assert answer.body == [
        {
            "id": "akash-network",
            "name": "Akash Network",
            "address": AUDITOR,
            "website": "https://akash.network",
        }
    ]
