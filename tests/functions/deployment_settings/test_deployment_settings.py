"""Deployment settings under the paths of v1 and v2."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.world import usd

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

ALICE, BOB = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
FIELDS = {
    "id", "userId", "dseq", "autoTopUpEnabled", "closed", "createdAt", "updatedAt", "estimatedTopUpAmount",
    "topUpFrequencyMs",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _alice(api: Api) -> None:
    api.user = api.world.user(ALICE, credit=usd("10"))


def get(api: Api, dseq: object, query: dict[str, list[str]] | None = None, **parts: Any) -> Answer:
    route, path = "/v2/deployment-settings/{dseq}", {"dseq": str(dseq)}
    return api.call("deployment_settings.get", "GET", route, path=path, query=query, **parts)


def get_v1(api: Api, user_id: str, dseq: object) -> Answer:
    route, path = "/v1/deployment-settings/{userId}/{dseq}", {"userId": user_id, "dseq": str(dseq)}
    return api.call("deployment_settings.get", "GET", route, path=path)


def create(api: Api, data: Any, *, version: str = "v2", **parts: Any) -> Answer:
    route = f"/{version}/deployment-settings"
    return api.call("deployment_settings.create", "POST", route, body={"data": data}, **parts)


def change(api: Api, dseq: object, enabled: object, query: dict[str, list[str]] | None = None) -> Answer:
    route, path = "/v2/deployment-settings/{dseq}", {"dseq": str(dseq)}
    body = {"data": {"autoTopUpEnabled": enabled}}
    return api.call("deployment_settings.update", "PATCH", route, path=path, body=body, query=query)


def test_reading_makes_the_setting_and_keeps_it(api: Api) -> None:
    first = get(api, 777).body["data"]

    assert first.keys() == FIELDS
    assert (first["userId"], first["dseq"], first["autoTopUpEnabled"]) == (ALICE, "777", True)
    assert (first["closed"], first["estimatedTopUpAmount"]) == (False, 0)
    assert first["topUpFrequencyMs"] == 86_400_000
    assert get(api, 777).body["data"] == first
    assert get_v1(api, ALICE, 777).body["data"] == first


def test_without_a_wallet_nothing_is_topped_up(api: Api) -> None:
    assert get(api, 777, user=BOB).body["data"]["autoTopUpEnabled"] is False


def test_a_setting_is_each_users_own(api: Api) -> None:
    change(api, 777, enabled=False)
    api.user = api.world.user(BOB)

    assert get(api, 777).body["data"]["autoTopUpEnabled"] is True


@pytest.mark.parametrize("dseq", [778, "778"])
def test_a_setting_is_made_off_unless_asked_otherwise(api: Api, dseq: object) -> None:
    made = create(api, {"dseq": dseq})

    assert made.status == 201
    assert (made.body["data"]["dseq"], made.body["data"]["autoTopUpEnabled"]) == ("778", False)
    assert create(api, {"dseq": 779, "autoTopUpEnabled": True}).body["data"]["autoTopUpEnabled"] is True


def test_a_setting_is_not_made_over_another(api: Api) -> None:
    create(api, {"dseq": 778, "autoTopUpEnabled": True})

    again = create(api, {"dseq": 778, "autoTopUpEnabled": False})

    assert (again.status, again.body["reason"]) == (409, "deployment_setting_exists")
    assert get(api, 778).body["data"]["autoTopUpEnabled"] is True


def test_a_repeat_with_the_same_key_gets_the_first_answer(api: Api) -> None:
    answers = [create(api, {"dseq": 778}, key="once") for _ in range(2)]

    assert answers[0].body == answers[1].body
    assert answers[1].status == 201


def test_a_change_is_kept_whether_there_was_a_setting_or_not(api: Api) -> None:
    made = change(api, 7788, enabled=True).body["data"]

    changed = change(api, 7788, enabled=False).body["data"]

    assert (made["autoTopUpEnabled"], changed["autoTopUpEnabled"]) == (True, False)
    assert (changed["id"], changed["createdAt"]) == (made["id"], made["createdAt"])


def test_the_estimate_is_what_a_day_costs(api: Api) -> None:
    """14,400 blocks at 10 µUSD."""
    dseq = api.world.running(api.world.user(ALICE)).dseq

    assert get(api, dseq).body["data"]["estimatedTopUpAmount"] == 144_000
    assert change(api, dseq, enabled=False).body["data"]["estimatedTopUpAmount"] == 0


def test_a_closed_deployment_is_closed_and_not_topped_up(api: Api) -> None:
    user = api.world.user(ALICE)
    dseq = api.world.running(user).dseq
    api.world.close(user, dseq)

    data = get(api, dseq).body["data"]

    assert (data["closed"], data["estimatedTopUpAmount"]) == (True, 0)


def test_another_users_setting_is_not_there_and_not_to_be_made(api: Api) -> None:
    answers = (get(api, 7, {"userId": [BOB]}), change(api, 7, True, {"userId": [BOB]}), get_v1(api, BOB, 7))

    for answer in answers:
        assert (answer.status, answer.body["message"]) == (404, "Deployment setting not found")
    refused = create(api, {"dseq": 7, "userId": BOB})
    assert (refused.status, refused.body["type"]) == (403, "authorization_error")
    assert api.world.settings.deployments == {}


def test_the_user_may_name_itself(api: Api) -> None:
    assert get(api, 7, {"userId": [ALICE]}).status == 200
    assert create(api, {"dseq": 8, "userId": ALICE}).status == 201


def test_v1_wants_to_be_told_the_user(api: Api) -> None:
    [issue] = create(api, {"dseq": 8}, version="v1").body["data"]

    assert issue["path"] == ["data", "userId"]
    assert issue["message"] == "Required"
    assert create(api, {"dseq": 8, "userId": ALICE}, version="v1").status == 201


@pytest.mark.parametrize(
    ("enabled", "message"),
    [("false", "Expected boolean, received string"), (None, "Expected boolean, received null")],
)
def test_on_and_off_are_no_texts(api: Api, enabled: object, message: str) -> None:
    [issue] = change(api, 7, enabled).body["data"]

    assert (issue["path"], issue["message"]) == (["data", "autoTopUpEnabled"], message)


@pytest.mark.parametrize("dseq", ["abc", "0", str(2**64)])
def test_a_dseq_must_be_one(api: Api, dseq: str) -> None:
    assert get(api, dseq).status == 400


def test_nothing_is_written_while_the_chain_cannot_be_asked(api: Api) -> None:
    api.world.chain.unreachable = True

    assert [get(api, 7).status, change(api, 7, True).status, create(api, {"dseq": 7}).status] == [503] * 3
    assert api.world.settings.deployments == {}
