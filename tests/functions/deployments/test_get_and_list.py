"""GET /v1/deployments and GET /v1/deployments/{dseq}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.ids import Dseq, UserId

from tests.fakes.world import CHEAP, TREASURY, an_address

if TYPE_CHECKING:
    from tests.functions.calling import Api

ALICE = UserId("alice")


def put(api: Api, *dseqs: int) -> None:
    for dseq in dseqs:
        api.world.chain.open(an_address("alice"), Dseq(dseq), payer=TREASURY, funds=dseq)


def listed(body: Any) -> list[str]:
    return [row["deployment"]["id"]["dseq"] for row in body["data"]["deployments"]]


def test_a_running_deployment_is_told_with_its_leases_and_status(api: Api) -> None:
    web = api.world.running(ALICE)

    answer = api.get(web.dseq)

    data = answer.body["data"]
    [lease] = data["leases"]
    assert answer.status == 200
    assert data["deployment"]["id"] == {"owner": an_address("alice"), "dseq": str(web.dseq)}
    assert lease["status"]["services"]["web"]["uris"] == [f"{web.dseq}.provider.example"]
    assert (lease["reason"], lease["closed_on"], lease["reclamation"]) == ("lease_closed_invalid", "0", None)
    assert data["escrow_account"]["state"]["funds"] == [
        {"denom": "uact", "amount": "5000000.000000000000000000"}
    ]


def test_a_silent_provider_has_a_null_status(api: Api) -> None:
    web = api.world.running(ALICE)
    api.world.providers.silent.add(CHEAP)

    [lease] = api.get(web.dseq).body["data"]["leases"]

    assert lease["status"] is None


@pytest.mark.parametrize("dseq", ["0007", " 7 ", "0x7", "+7"])
def test_a_dseq_is_read_as_existing_clients_write_it(api: Api, dseq: str) -> None:
    put(api, 7)

    assert api.get(dseq).body["data"]["deployment"]["id"]["dseq"] == "7"


@pytest.mark.parametrize("dseq", ["404", "18446744073709551615"])
def test_an_unknown_dseq_is_not_found(api: Api, dseq: str) -> None:
    answer = api.get(dseq)

    assert (answer.status, answer.body["message"]) == (404, "Deployment not found")


@pytest.mark.parametrize("dseq", ["abc", "0", "-1", "1.5", "1e3", " ", "18446744073709551616", "9" * 26])
def test_what_is_no_dseq_is_refused(api: Api, dseq: str) -> None:
    answer = api.get(dseq)

    assert (answer.status, answer.body["data"][0]["path"]) == (400, ["dseq"])


def test_anothers_deployment_is_told_like_one_that_never_was(api: Api) -> None:
    put(api, 7)
    api.world.user("mallory")

    others, never = api.get(7, user="mallory", request_id="r"), api.get(8, user="mallory", request_id="r")

    assert others == never
    assert others.status == 404


def test_pages_of_seven_by_cursor_hold_two_hundred(api: Api) -> None:
    put(api, *range(1, 201))
    found, cursor = list[str](), ""
    while cursor is not None:
        body = api.page({"limit": ["7"], "cursor": [cursor]}).body
        found += listed(body)
        page = body["data"]["pagination"]
        cursor = page["nextCursor"]
        assert page["hasMore"] is (cursor is not None)
        assert (page["total"], page["limit"]) == (None, 7)

    assert found == [str(number) for number in range(1, 201)]


def test_pages_by_offset_tell_the_whole_total(api: Api) -> None:
    put(api, *range(1, 21))

    body = api.page({"skip": ["7"], "limit": ["7"]}).body

    assert listed(body) == [str(number) for number in range(8, 15)]
    assert body["data"]["pagination"] == {
        "total": 20,
        "skip": 7,
        "limit": 7,
        "hasMore": True,
        "nextCursor": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        {"limit": ["0"]},
        {"limit": ["-1"]},
        {"limit": ["abc"]},
        {"limit": [""]},
        {"limit": ["1.5"]},
        {"limit": ["2", "3"]},
        {"skip": ["-1"]},
        {"skip": ["abc"]},
        {"skip": ["1.5"]},
        {"cursor": ["nonsense"]},
        {"cursor": ["a", "b"]},
    ],
)
def test_a_bad_page_is_refused_with_its_field(api: Api, query: dict[str, list[str]]) -> None:
    answer = api.page(query)

    assert answer.status == 400
    assert answer.body["data"][0]["path"] == list(query)


@pytest.mark.parametrize(
    "query", [None, {"skip": [""]}, {"limit": ["1e1"]}, {"limit": ["9" * 20]}, {"status": ["closed"]}]
)
def test_what_existing_clients_write_is_taken(api: Api, query: dict[str, list[str]] | None) -> None:
    put(api, 1, 2)

    assert listed(api.page(query).body) == ["1", "2"]


def test_a_page_far_beyond_the_end_is_empty(api: Api) -> None:
    put(api, 1)

    body = api.page({"skip": ["9" * 20], "limit": ["2"]}).body

    assert body["data"]["deployments"] == []
    assert body["data"]["pagination"]["total"] == 1


def test_a_list_has_no_status_and_each_lease_is_by_its_own_deployment(api: Api) -> None:
    dseqs = [api.world.running(ALICE).dseq for _ in range(3)]

    rows = api.page().body["data"]["deployments"]

    assert [[lease["id"]["dseq"] for lease in row["leases"]] for row in rows] == [[str(d)] for d in dseqs]
    assert all("status" not in lease for row in rows for lease in row["leases"])
