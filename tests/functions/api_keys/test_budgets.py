"""Budgets of API keys: given, told, changed and taken away; and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.fakes.tables import REGION
from tests.functions.api_keys.calls import create, on, read

if TYPE_CHECKING:
    from tests.functions.calling import Api

NONE = {"spent": 0, "spentToday": 0}


def made(keys: Api, budget: Any = None, **parts: Any) -> Any:
    answer = create(keys, {"name": "ci", **({} if budget is None else {"budget": budget})}, **parts)
    assert answer.status == 201, answer.body
    return answer.body["data"]


def change(keys: Api, key: Any, data: dict[str, Any], **parts: Any) -> Any:
    return on(keys, "update", "PATCH", key["id"], body={"data": data}, **parts)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"total": 25, "perDay": 5}, {"total": 25, "perDay": 5, **NONE}),
        ({"total": 0.000001}, {"total": 0.000001, "perDay": None, **NONE}),
        ({"perDay": 1.5, "total": None}, {"total": None, "perDay": 1.5, **NONE}),
        ({"total": 0}, {"total": 0, "perDay": None, **NONE}),
        ({"total": 1_000_000_000}, {"total": 1_000_000_000, "perDay": None, **NONE}),
        ({"total": 0.0000019}, {"total": 0.000001, "perDay": None, **NONE}),
        ({}, None),
        ({"total": None}, None),
        (None, None),
    ],
)
def test_a_budget_is_told_by_every_verb(keys: Api, asked: Any, told: Any) -> None:
    key = made(keys, asked)

    again = on(keys, "get", "GET", key["id"]).body["data"]
    renamed = change(keys, key, {"name": "release"}).body["data"]

    assert [each["budget"] for each in (key, again, renamed, *read(keys).body["data"])] == [told] * 4


def test_what_the_signer_counted_is_told(keys: Api) -> None:
    first, second = made(keys, {"total": 25}), made(keys, {"perDay": 5})
    made(keys)
    sums = {"key_id": {"S": first["id"]}, "spent": {"N": "2500000"}, "d20270115": {"N": "2500000"}}
    boto3.client("dynamodb", region_name=REGION).put_item(TableName="budgets", Item=sums)

    listed = {key["id"]: key["budget"] for key in read(keys).body["data"]}

    assert listed[first["id"]] == {"total": 25, "perDay": None, "spent": 2.5, "spentToday": 0}
    assert listed[second["id"]] == {"total": None, "perDay": 5, **NONE}
    assert on(keys, "get", "GET", first["id"]).body["data"]["budget"] == listed[first["id"]]


def test_a_budget_is_changed_alone_or_with_the_name_and_removed(keys: Api) -> None:
    key = made(keys, {"total": 25, "perDay": 5})

    lower = change(keys, key, {"budget": {"total": 1}}).body["data"]
    both = change(keys, key, {"name": "release", "budget": {"perDay": 2}}).body["data"]
    removed = change(keys, key, {"budget": None}).body["data"]

    assert (lower["name"], lower["budget"]) == ("ci", {"total": 1, "perDay": None, **NONE})
    assert (both["name"], both["budget"]) == ("release", {"total": None, "perDay": 2, **NONE})
    assert (removed["name"], removed["budget"]) == ("release", None)


def test_a_key_with_a_budget_gives_none_away(keys: Api) -> None:
    """Else its budget would be no bound."""
    bound, other = made(keys, {"total": 1}), made(keys)
    asker = {"key_id": bound["id"]}

    refused = [
        create(keys, {"name": "more"}, **asker),
        create(keys, {"name": "more", "budget": {"total": 1}}, **asker),
        change(keys, bound, {"budget": None}, **asker),
        change(keys, bound, {"name": "mine", "budget": {"total": 2}}, **asker),
        change(keys, other, {"budget": {"total": 0}}, **asker),
    ]

    assert {(each.status, each.body["reason"]) for each in refused} == {(403, "api_key_has_budget")}
    assert "Sign in or use an API key without a budget" in refused[0].body["message"]
    assert [key["name"] for key in read(keys).body["data"]] == ["ci", "ci"]


def test_a_key_with_a_budget_may_rename_and_delete(keys: Api) -> None:
    bound, other = made(keys, {"total": 1}), made(keys)
    asker = {"key_id": bound["id"]}

    assert change(keys, bound, {"name": "mine"}, **asker).status == 200
    assert on(keys, "delete", "DELETE", other["id"], **asker).status == 204
    assert [key["name"] for key in read(keys).body["data"]] == ["mine"]


def test_a_key_without_a_budget_gives_them(keys: Api) -> None:
    free = made(keys)

    bound = made(keys, {"total": 1}, key_id=free["id"])

    assert change(keys, bound, {"budget": {"total": 2}}, key_id=free["id"]).status == 200


def test_a_key_that_was_deleted_after_it_was_let_in_makes_nothing(keys: Api) -> None:
    free, other = made(keys), made(keys)
    on(keys, "delete", "DELETE", free["id"])

    refused = [
        create(keys, {"name": "more"}, key_id=free["id"]),
        change(keys, other, {"budget": {"total": 1}}, key_id=free["id"]),
    ]

    assert [each.status for each in refused] == [401, 401]


@pytest.mark.parametrize(
    ("budget", "path", "message"),
    [
        (5, ["data", "budget"], "Expected object, received number"),
        ({"total": -1}, ["data", "budget", "total"], "Number must be greater than or equal to 0"),
        ({"perDay": "5"}, ["data", "budget", "perDay"], "Expected number, received string"),
        ({"perDay": True}, ["data", "budget", "perDay"], "Expected number, received boolean"),
        (
            {"total": 1_000_000_001},
            ["data", "budget", "total"],
            "Number must be less than or equal to 1000000000",
        ),
    ],
)
def test_a_budget_of_another_form_says_where(keys: Api, budget: Any, path: list[str], message: str) -> None:
    key = made(keys)

    answers = [create(keys, {"name": "x", "budget": budget}), change(keys, key, {"budget": budget})]

    for answer in answers:
        [issue] = answer.body["data"]
        assert (answer.status, issue["path"], issue["message"]) == (400, path, message)


@pytest.mark.parametrize("data", [{}, {"expiresAt": "2099-01-01T00:00:00Z"}])
def test_a_change_of_nothing_misses_the_name(keys: Api, data: dict[str, Any]) -> None:
    [issue] = change(keys, made(keys), data).body["data"]

    assert issue == {
        "code": "invalid_type",
        "expected": "string",
        "received": "undefined",
        "path": ["data", "name"],
        "message": "Required",
    }


def test_a_name_of_null_is_refused_beside_a_budget(keys: Api) -> None:
    [issue] = change(keys, made(keys), {"name": None, "budget": None}).body["data"]

    assert (issue["path"], issue["message"]) == (["data", "name"], "Expected string, received null")
