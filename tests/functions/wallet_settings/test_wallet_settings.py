"""Wallet settings: stored and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

ROUTE = "/v1/wallet-settings"
VALUES = {
    "autoReloadEnabled": False,
    "autoReloadMode": "threshold",
    "autoReloadThreshold": 10.5,
    "autoReloadAmount": 25.25,
}
DEFAULTS = {
    "autoReloadEnabled": False,
    "autoReloadMode": "prediction",
    "autoReloadThreshold": 20,
    "autoReloadAmount": 100,
}


def get(api: Api) -> Answer:
    return api.call("wallet_settings.get", "GET", ROUTE)


def save(api: Api, data: Any, method: str = "PUT", **parts: Any) -> Answer:
    return api.call("wallet_settings.save", method, ROUTE, body={"data": data}, **parts)


def delete(api: Api) -> Answer:
    return api.call("wallet_settings.delete", "DELETE", ROUTE)


def chosen(answer: Answer) -> dict[str, Any]:
    return {name: answer.body["data"][name] for name in DEFAULTS}


def test_there_is_none_before_one_is_made(api: Api) -> None:
    answer = get(api)

    assert (answer.status, answer.body["message"]) == (404, "WalletSetting Not Found")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_setting_begins_with_the_defaults(api: Api, method: str) -> None:
    made = save(api, {"autoReloadEnabled": False}, method)

    assert (made.status, chosen(made)) == (200, DEFAULTS)
    assert made.body["data"].keys() == {
        *DEFAULTS, "id", "walletId", "userId", "createdAt", "updatedAt",
    }  # fmt: skip
    assert get(api).body == made.body


def test_what_is_not_named_stays_as_it_was(api: Api) -> None:
    first = save(api, VALUES)

    second = save(api, {"autoReloadEnabled": False, "autoReloadAmount": 30})

    assert chosen(first) == VALUES
    assert chosen(second) == {**VALUES, "autoReloadAmount": 30}
    assert second.body["data"]["id"] == first.body["data"]["id"]


def test_a_deleted_setting_is_gone_and_cannot_be_deleted_again(api: Api) -> None:
    save(api, VALUES)

    assert delete(api).status == 204
    assert [delete(api).status, get(api).status] == [404, 404]
    assert chosen(save(api, {"autoReloadEnabled": False})) == DEFAULTS


def test_reloading_needs_a_payment_method(api: Api) -> None:
    refused = save(api, {"autoReloadEnabled": True})

    assert (refused.status, refused.body["message"]) == (404, "User payments not set up")
    assert get(api).status == 404


def test_a_setting_needs_a_wallet(api: Api) -> None:
    refused = save(api, {"autoReloadEnabled": False}, user="nobody")

    assert (refused.status, refused.body["message"]) == (404, "UserWallet Not Found")


@pytest.mark.parametrize(
    ("data", "issue"),
    [
        ({"autoReloadThreshold": 4}, ("too_small", "Number must be greater than or equal to 5")),
        ({"autoReloadThreshold": 10001}, ("too_big", "Number must be less than or equal to 10000")),
        ({"autoReloadThreshold": 5.001}, ("not_multiple_of", "Number must be a multiple of 0.01")),
        ({"autoReloadThreshold": "10"}, ("invalid_type", "Expected number, received string")),
        ({"autoReloadThreshold": None}, ("invalid_type", "Expected number, received null")),
        ({"autoReloadAmount": 19}, ("too_small", "Number must be greater than or equal to 20")),
        (
            {"autoReloadMode": "x"},
            (
                "invalid_enum_value",
                "Invalid enum value. Expected 'threshold' | 'prediction', received 'x'",
            ),
        ),
        ({"autoReloadEnabled": None}, ("invalid_type", "Expected boolean, received null")),
    ],
)
def test_bounds_are_the_references(api: Api, data: dict[str, Any], issue: tuple[str, str]) -> None:
    [found] = save(api, {"autoReloadEnabled": False, **data}).body["data"]

    assert (found["code"], found["message"]) == issue
    assert found["path"] == ["data", *data]
    assert get(api).status == 404


@pytest.mark.parametrize("data", [{"autoReloadThreshold": 5}, {"autoReloadAmount": 10_000}])
def test_bounds_themselves_are_within(api: Api, data: dict[str, Any]) -> None:
    assert save(api, {"autoReloadEnabled": False, **data}).status == 200
