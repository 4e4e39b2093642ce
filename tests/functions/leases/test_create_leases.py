"""POST /v1/leases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.ids import UserId

from tests.fakes.world import CHEAP, DEAR, TWO_REGIONS, WEB

if TYPE_CHECKING:
    from tests.functions.calling import Api

ALICE = UserId("alice")


def ready(api: Api, sdl: str = WEB) -> dict[str, Any]:
    """A deployment with a bid of each provider on each group, and the body that takes one of each group."""
    created = api.world.create(ALICE, sdl)
    groups = range(1, len(created.compiled.groups) + 1)
    for gseq in groups:
        api.world.offer(ALICE, created.dseq, CHEAP, DEAR, gseq=gseq)
    leases = [
        {"dseq": str(created.dseq), "gseq": gseq, "oseq": 1, "provider": DEAR if gseq == 2 else CHEAP}
        for gseq in groups
    ]
    return {"manifest": created.compiled.manifest.text, "leases": leases}


def test_leases_are_made_and_manifests_delivered(api: Api) -> None:
    body = ready(api, TWO_REGIONS)

    answer = api.lease(body)

    leases = answer.body["data"]["leases"]
    assert answer.status == 200
    assert [lease["id"]["provider"] for lease in leases] == [CHEAP, DEAR]
    assert all(lease["status"]["services"] for lease in leases)


def test_the_same_call_again_is_harmless(api: Api) -> None:
    body = ready(api)

    answers = [api.lease(body), api.lease(body), api.lease(body, key="a"), api.lease(body, key="a")]

    assert [answer.status for answer in answers] == [200] * 4
    assert len(api.world.signer.transactions) == 2


def test_each_leases_outcome_is_told_when_a_provider_is_away(api: Api) -> None:
    body = ready(api, TWO_REGIONS)
    api.world.providers.silent.add(DEAR)

    answer = api.lease(body, key="once")

    outcomes = answer.body["leases"]
    assert (answer.status, answer.body["reason"]) == (503, "manifest_not_delivered")
    assert answer.body["message"] == f"Provider https://{DEAR}.example:8443 is temporarily unavailable"
    assert [(each["gseq"], each["provider"], each["manifest_delivered"]) for each in outcomes] == [
        (1, CHEAP, True),
        (2, DEAR, False),
    ]
    api.world.providers.silent.clear()
    assert api.lease(body, key="once").status == 200


def test_a_refusal_is_told_in_the_providers_words(api: Api) -> None:
    body = ready(api)
    api.world.providers.refusing[CHEAP] = "hostname not allowed"

    answer = api.lease(body)

    assert (answer.status, answer.body["message"]) == (422, "hostname not allowed")


def test_a_wrong_manifest_is_refused_before_it_costs(api: Api) -> None:
    body = ready(api)

    answer = api.lease({**body, "manifest": body["manifest"].replace("nginx", "apache")})

    assert (answer.status, answer.body["message"]) == (422, "manifest version validation failed")
    assert len(api.world.signer.transactions) == 1


def test_an_old_clients_certificate_is_ignored(api: Api) -> None:
    body = ready(api)

    answer = api.lease({**body, "certificate": {"certPem": "a", "keyPem": "b"}})

    assert answer.status == 200


def test_an_empty_list_is_refused(api: Api) -> None:
    answer = api.lease({**ready(api), "leases": []})

    assert (answer.status, answer.body["reason"]) == (400, "leases_empty")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"gseq": 0}, "gseq"),
        ({"gseq": -1}, "gseq"),
        ({"gseq": 1.5}, "gseq"),
        ({"gseq": "1"}, "gseq"),
        ({"gseq": None}, "gseq"),
        ({"oseq": 2**32}, "oseq"),
        ({"oseq": True}, "oseq"),
        ({"dseq": "abc"}, "dseq"),
        ({"dseq": "0"}, "dseq"),
        ({"dseq": None}, "dseq"),
        ({"provider": "nobody"}, "provider"),
        ({"provider": ""}, "provider"),
        ({"provider": 5}, "provider"),
        ({"provider": CHEAP.upper()}, "provider"),
    ],
)
def test_a_lease_of_another_form_says_where(api: Api, changes: dict[str, Any], path: str) -> None:
    body = ready(api)
    body["leases"][0] |= changes

    answer = api.lease(body)

    assert (answer.status, answer.body["data"][0]["path"]) == (400, ["leases", 0, path])


def test_a_sequence_that_is_written_with_a_point_is_whole(api: Api) -> None:
    body = ready(api)
    body["leases"][0] |= {"gseq": 1.0, "dseq": int(body["leases"][0]["dseq"])}

    assert api.lease(body).status == 200


def test_more_leases_than_a_transaction_holds_are_refused(api: Api) -> None:
    body = ready(api)

    answer = api.lease({**body, "leases": body["leases"] * 51})

    assert (answer.status, answer.body["data"][0]["code"]) == (400, "too_big")


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"gseq": 2}, 404, "bid_not_found"),
        ({"oseq": 2}, 404, "bid_not_found"),
        ({"provider": "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"}, 404, "bid_not_found"),
        ({"dseq": "123456"}, 404, "deployment_not_found"),
    ],
)
def test_what_is_not_there_is_not_found(api: Api, changes: dict[str, Any], status: int, reason: str) -> None:
    body = ready(api)
    body["leases"][0] |= changes

    answer = api.lease(body)

    assert (answer.status, answer.body["reason"]) == (status, reason)
    assert len(api.world.signer.transactions) == 1


def test_a_taken_bid_is_told_as_clients_know_it(api: Api) -> None:
    body = ready(api)
    api.lease(body)
    body["leases"][0]["provider"] = DEAR

    answer = api.lease(body)

    assert (answer.status, answer.body["message"]) == (
        400,
        "Failed to create lease: Cannot create lease: The selected bid is no longer open. "
        "Please refresh and select an available bid.",
    )


def test_another_user_leases_nothing_of_it(api: Api) -> None:
    body = ready(api)
    api.world.user("mallory")

    answer = api.lease(body, user="mallory")

    assert (answer.status, answer.body["message"]) == (404, "Deployment not found")


def test_a_provider_that_does_not_exist_is_told_apart_from_a_bid_that_does_not(api: Api) -> None:
    body = ready(api)
    api.world.chain.strangers.add(DEAR)

    answer = api.lease({**body, "leases": [{**body["leases"][0], "provider": DEAR, "oseq": 2}]})

    assert (answer.status, answer.body["message"]) == (404, f"Provider {DEAR} not found")
