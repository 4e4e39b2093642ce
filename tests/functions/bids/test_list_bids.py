"""GET /v1/bids/{dseq} and GET /v1/bids?dseq=."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway.domain.ids import UserId

from tests.fakes.world import CHEAP, DEAR, an_address

if TYPE_CHECKING:
    from tests.functions.calling import Api

ALICE = UserId("alice")


def test_both_paths_tell_the_same_bids(api: Api) -> None:
    web = api.world.create(ALICE)
    api.world.offer(ALICE, web.dseq, CHEAP, DEAR)

    query, segment = api.bids({"dseq": [str(web.dseq)]}), api.bids(dseq=web.dseq)

    [first, second] = segment.body["data"]
    assert query.body == segment.body
    assert {first["bid"]["id"]["provider"], second["bid"]["id"]["provider"]} == {CHEAP, DEAR}
    assert first["bid"]["state"] == "open"
    assert first["bid"]["price"] == {"denom": "uact", "amount": "10.000000000000000000"}
    assert first["bid"]["reclamation_window"] is None
    assert first["escrow_account"]["id"]["scope"] == "bid"


def test_before_bids_come_the_list_is_empty(api: Api) -> None:
    web = api.world.create(ALICE)

    assert api.bids(dseq=web.dseq).body == {"data": []}


def test_nobody_sees_bids_on_anothers_deployment(api: Api) -> None:
    web = api.world.create(ALICE)
    api.world.offer(ALICE, web.dseq, CHEAP)
    api.world.user("mallory")

    answer = api.bids(dseq=web.dseq, user="mallory")

    assert (answer.status, answer.body) == (200, {"data": []})


@pytest.mark.parametrize("dseq", ["404", "0x10", "18446744073709551615"])
def test_an_unknown_dseq_has_no_bids(api: Api, dseq: str) -> None:
    assert api.bids(dseq=dseq).body == {"data": []}
    assert api.bids({"dseq": [dseq]}).body == {"data": []}


@pytest.mark.parametrize("dseq", ["abc", "0", "-1", "1.5", "", "9" * 26])
def test_what_is_no_dseq_is_refused(api: Api, dseq: str) -> None:
    for answer in (api.bids({"dseq": [dseq]}), api.bids(dseq=dseq)):
        assert (answer.status, answer.body["data"][0]["path"]) == (400, ["dseq"])


def test_no_dseq_is_refused_as_the_reference_does(api: Api) -> None:
    answer = api.bids()

    assert answer.status == 400
    assert answer.body["data"] == [
        {
            "code": "invalid_type",
            "expected": "bigint",
            "received": "undefined",
            "path": ["dseq"],
            "message": "Required",
        }
    ]


def test_two_dseqs_are_refused(api: Api) -> None:
    assert api.bids({"dseq": ["5", "6"]}).body["data"][0]["received"] == "array"


def test_a_key_without_the_scope_sees_no_bids(api: Api) -> None:
    assert api.bids(dseq=5, scopes="leases:write").status == 403


def test_the_owner_is_the_caller_whatever_the_query_says(api: Api) -> None:
    web = api.world.create(ALICE)
    api.world.offer(ALICE, web.dseq, CHEAP)
    api.world.user("mallory")

    answer = api.bids({"dseq": [str(web.dseq)], "owner": [an_address("alice")]}, user="mallory")

    assert answer.body == {"data": []}
