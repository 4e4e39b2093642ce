"""The five verbs of API keys, on the table as it is in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.api_keys.calls import NEVER, create, on, read

if TYPE_CHECKING:
    from tests.functions.calling import Api


def test_a_key_is_shown_once_and_masked_afterwards(keys: Api) -> None:
    made = create(keys, {"name": "ci", "expiresAt": "2099-01-01T00:00:00Z"})

    text = made.body["data"].pop("apiKey")
    listed = read(keys)
    assert made.status == 201
    assert text.startswith("sw.test.")
    assert listed.body == {"data": [made.body["data"]]}
    assert text not in str(listed.body)
    assert made.body["data"]["expiresAt"] == "2099-01-01T00:00:00.000Z"
    assert made.body["data"]["keyFormat"].startswith(text[:14])


def test_a_repeat_does_not_show_the_key_again_and_makes_no_second(keys: Api) -> None:
    create(keys, {"name": "ci"}, key="once")

    again = create(keys, {"name": "ci"}, key="once")

    assert (again.status, again.body["reason"]) == (409, "api_key_shown_once")
    assert len(read(keys).body["data"]) == 1


def test_a_key_is_renamed_and_nothing_else(keys: Api) -> None:
    made = create(keys, {"name": "ci"}).body["data"]

    answer = on(keys, "update", "PATCH", made["id"], body={"data": {"name": "release", "scopes": ["*"]}})

    assert answer.body["data"]["name"] == "release"
    assert answer.body["data"]["scopes"] == made["scopes"]
    assert on(keys, "get", "GET", made["id"]).body == answer.body


def test_a_deleted_key_is_gone_and_may_be_deleted_again(keys: Api) -> None:
    made = create(keys, {"name": "ci"}).body["data"]

    answers = [on(keys, "delete", "DELETE", made["id"]) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(204, None)] * 2
    assert on(keys, "get", "GET", made["id"]).status == 404


def test_another_users_key_is_not_there(keys: Api) -> None:
    made = create(keys, {"name": "ci"}).body["data"]
    rename = {"data": {"name": "mine"}}

    answers = [
        on(keys, "get", "GET", made["id"], user="mallory"),
        on(keys, "update", "PATCH", made["id"], user="mallory", body=rename),
    ]
    on(keys, "delete", "DELETE", made["id"], user="mallory")

    assert [answer.status for answer in answers] == [404, 404]
    assert read(keys, user="mallory").body == {"data": []}
    assert on(keys, "get", "GET", made["id"]).body["data"]["name"] == "ci"


def test_a_key_cannot_make_a_stronger_one(keys: Api) -> None:
    weak = "api-keys:write bids:read"

    stronger = create(keys, {"name": "x", "scopes": ["deployments:fund"]}, scopes=weak)
    same = create(keys, {"name": "x"}, scopes=weak)

    assert (stronger.status, same.status) == (403, 201)
    assert same.body["data"]["scopes"] == weak.split()


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({}, ["data", "name"]),
        ({"name": ""}, ["data", "name"]),
        ({"name": "x" * 257}, ["data", "name"]),
        ({"name": "a\0b"}, ["data", "name"]),
        ({"name": None}, ["data", "name"]),
        ({"name": "x", "expiresAt": "2001-01-01T00:00:00Z"}, ["data", "expiresAt"]),
        ({"name": "x", "expiresAt": "tomorrow"}, ["data", "expiresAt"]),
        ({"name": "x", "expiresAt": "2099-02-30T00:00:00Z"}, ["data", "expiresAt"]),
        ({"name": "x", "scopes": ["all"]}, ["data", "scopes", 0]),
        ({"name": "x", "scopes": "*"}, ["data", "scopes"]),
    ],
)
def test_a_body_of_another_form_says_where(keys: Api, data: dict[str, Any], path: list[str]) -> None:
    answer = create(keys, data)

    assert (answer.status, answer.body["data"][0]["path"]) == (400, path)
    assert read(keys).body == {"data": []}


def test_an_id_is_a_uuid(keys: Api) -> None:
    assert on(keys, "get", "GET", "abc").status == 400
    assert on(keys, "get", "GET", NEVER).status == 404


@pytest.mark.parametrize("scopes", ["bids:read", "api-keys:read"])
def test_writing_needs_its_scope(keys: Api, scopes: str) -> None:
    assert create(keys, {"name": "x"}, scopes=scopes).status == 403
