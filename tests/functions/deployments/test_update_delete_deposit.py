"""PUT and DELETE /v1/deployments/{dseq}, and both deposit paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.ids import UserId

from tests.fakes.world import CHEAP, WEB, an_address, usd

if TYPE_CHECKING:
    from tests.functions.calling import Api

ALICE = UserId("alice")
NEWER = WEB.replace("nginx:1.27-alpine", "nginx:1.28-alpine")


def sent(api: Api) -> int:
    return len(api.world.signer.transactions)


def test_a_new_manifest_reaches_chain_and_provider(api: Api) -> None:
    web = api.world.running(ALICE)
    before = api.get(web.dseq).body["data"]["deployment"]["hash"]

    answer = api.update(web.dseq, {"data": {"sdl": NEWER}})

    assert answer.status == 200
    assert answer.body["data"]["deployment"]["hash"] != before
    assert "1.28" in api.world.providers.manifests[CHEAP, web.dseq]


def test_an_update_carries_the_warnings_of_its_sdl(api: Api) -> None:
    web = api.world.running(ALICE)
    odd = NEWER.replace("  web:\n    image", "  web:\n    unheard_of: 1\n    image")

    answer = api.update(web.dseq, {"data": {"sdl": odd}})

    [warning] = answer.body["data"]["warnings"]
    assert answer.status == 200
    assert warning["path"] == "services.web.unheard_of"


def test_changed_resources_are_refused_in_the_providers_words(api: Api) -> None:
    web = api.world.running(ALICE)
    before = sent(api)

    answer = api.update(web.dseq, {"data": {"sdl": WEB.replace("units: 0.25", "units: 1")}})

    assert (answer.status, answer.body["error"]) == (422, "UnprocessableEntityError")
    assert answer.body["message"] == (
        'manifest cross-validation error: group "anywhere": service "web": CPU resources mismatch for ID 1'
    )
    assert sent(api) == before


def test_an_update_that_did_not_reach_a_provider_says_which(api: Api) -> None:
    web = api.world.running(ALICE)
    api.world.providers.silent.add(CHEAP)

    answer = api.update(web.dseq, {"data": {"sdl": NEWER}})

    [outcome] = answer.body["leases"]
    assert (answer.status, answer.body["reason"]) == (503, "manifest_not_delivered")
    assert (outcome["provider"], outcome["manifest_delivered"]) == (CHEAP, False)


def test_a_closed_deployment_is_not_updated(api: Api) -> None:
    web = api.world.create(ALICE)
    api.world.close(ALICE, web.dseq)

    answer = api.update(web.dseq, {"data": {"sdl": NEWER}})

    assert (answer.status, answer.body["message"]) == (400, "Deployment closed")


def test_deleting_gives_the_money_back(api: Api) -> None:
    web = api.world.running(ALICE)

    answer = api.delete(web.dseq)

    assert (answer.status, answer.body) == (200, {"data": {"success": True}})
    assert api.world.credit(ALICE) == usd("100")
    assert api.get(web.dseq).body["data"]["deployment"]["state"] == "closed"


def test_deleting_again_is_success(api: Api) -> None:
    web = api.world.create(ALICE)

    answers = [api.delete(web.dseq), api.delete(web.dseq), api.delete(web.dseq, body={"a": 1})]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert sent(api) == 2


@pytest.mark.parametrize("dseq", ["number", "text"])
def test_a_deposit_names_its_deployment_in_the_body_or_in_the_path(api: Api, dseq: str) -> None:
    web = api.world.running(ALICE)
    named = int(web.dseq) if dseq == "number" else str(web.dseq)

    older = api.deposit({"data": {"dseq": named, "deposit": 1}})
    aep63 = api.deposit({"data": {"deposit": 2.5}}, dseq=web.dseq)
    both = api.deposit({"data": {"dseq": named, "deposit": 0.000001}}, dseq=web.dseq)

    assert [answer.status for answer in (older, aep63, both)] == [200, 200, 200]
    assert both.body["data"]["escrow_account"]["state"]["funds"] == [
        {"denom": "uact", "amount": "8500001.000000000000000000"}
    ]
    assert both.body["data"]["leases"][0]["status"] is not None


def test_a_path_and_a_body_that_name_two_deployments_move_nothing(api: Api) -> None:
    web = api.world.create(ALICE)

    answer = api.deposit({"data": {"dseq": 5, "deposit": 1}}, dseq=web.dseq)

    assert (answer.status, answer.body["data"][0]["path"]) == (400, ["data", "dseq"])
    assert sent(api) == 1


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"deposit": 1}, ["data", "dseq"]),
        ({"dseq": None, "deposit": 1}, ["data", "dseq"]),
        ({"dseq": "abc", "deposit": 1}, ["data", "dseq"]),
        ({"dseq": 0, "deposit": 1}, ["data", "dseq"]),
        ({"dseq": "7"}, ["data", "deposit"]),
        ({"dseq": "7", "deposit": "5"}, ["data", "deposit"]),
        ({"dseq": "7", "deposit": None}, ["data", "deposit"]),
        ({"dseq": "7", "deposit": True}, ["data", "deposit"]),
    ],
)
def test_a_deposit_of_another_form_says_where(api: Api, data: dict[str, Any], path: list[str]) -> None:
    answer = api.deposit({"data": data})

    assert (answer.status, answer.body["data"][0]["path"]) == (400, path)


@pytest.mark.parametrize(
    ("deposit", "status", "reason"),
    [
        (0, 400, "deposit_not_positive"),
        (-1, 400, "deposit_not_positive"),
        (1e-7, 400, "deposit_not_positive"),
        (1e6, 402, "credit_too_low"),
        (1e20, 402, "credit_too_low"),
        (1e300, 402, "credit_too_low"),
    ],
)
def test_a_deposit_out_of_bounds_moves_nothing(api: Api, deposit: float, status: int, reason: str) -> None:
    web = api.world.create(ALICE)

    answer = api.deposit({"data": {"dseq": str(web.dseq), "deposit": deposit}})

    assert (answer.status, answer.body["reason"]) == (status, reason)
    assert api.world.funds(ALICE, web.dseq) == usd("5")


def test_a_closed_deployment_takes_no_deposit(api: Api) -> None:
    web = api.world.create(ALICE)
    api.world.close(ALICE, web.dseq)

    answer = api.deposit({"data": {"dseq": str(web.dseq), "deposit": 1}})

    assert (answer.status, answer.body["message"]) == (400, "Deployment closed")


def test_a_deposit_with_one_key_is_made_once(api: Api) -> None:
    web = api.world.create(ALICE)

    for _ in range(3):
        api.deposit({"data": {"dseq": str(web.dseq), "deposit": 1}}, key="once")

    assert api.world.funds(ALICE, web.dseq) == usd("6")


def test_another_user_finds_nothing_to_change(api: Api) -> None:
    web = api.world.create(ALICE)
    api.world.user("mallory")

    answers = [
        api.update(web.dseq, {"data": {"sdl": NEWER}}, user="mallory"),
        api.delete(web.dseq, user="mallory"),
        api.deposit({"data": {"dseq": str(web.dseq), "deposit": 1}}, user="mallory"),
        api.deposit({"data": {"deposit": 1}}, dseq=web.dseq, user="mallory"),
    ]

    assert [(answer.status, answer.body["message"]) for answer in answers] == [
        (404, "Deployment not found")
    ] * 4
    assert len(api.world.chain.leases(an_address("mallory"))) == 0


@pytest.mark.parametrize("scopes", ["deployments:read", "deployments:write"])
def test_only_a_key_that_may_fund_deposits(api: Api, scopes: str) -> None:
    web = api.world.create(ALICE)

    answer = api.deposit({"data": {"dseq": str(web.dseq), "deposit": 1}}, scopes=scopes)

    assert answer.status == 403
