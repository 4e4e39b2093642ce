"""GET /v1/wallets, /v1/balances, /v1/weekly-cost."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.ids import Dseq

from tests.fakes.world import CHEAP, an_address, usd

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

ALICE, BOB = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


@pytest.fixture(autouse=True)
def _alice(api: Api) -> None:
    api.user = api.world.user(ALICE, credit=usd("10"))


def wallets(api: Api, user_id: str | None = ALICE, **parts: Any) -> Answer:
    query = {} if user_id is None else {"userId": [user_id]}
    return api.call("wallets.list", "GET", "/v1/wallets", query=query, **parts)


def balances(api: Api, address: str | None = None, **parts: Any) -> Answer:
    query = {} if address is None else {"address": [address]}
    return api.call("wallets.balances", "GET", "/v1/balances", query=query, **parts)


def weekly_cost(api: Api, **parts: Any) -> Answer:
    return api.call("wallets.weekly_cost", "GET", "/v1/weekly-cost", **parts)


def top_up(api: Api, dseq: int, *, on: bool = True) -> None:
    path, body = {"dseq": str(dseq)}, {"data": {"autoTopUpEnabled": on}}
    route = "/v2/deployment-settings/{dseq}"
    assert api.call("deployment_settings.update", "PATCH", route, path=path, body=body).status == 200


def test_the_wallet_of_the_caller(api: Api) -> None:
    [wallet] = wallets(api).body["data"]

    assert isinstance(wallet.pop("id"), int)
    assert wallet == {
        "userId": ALICE,
        "address": an_address(ALICE),
        "creditAmount": 10_000_000,
        "isTrialing": False,
        "createdAt": None,
        "denom": "uact",
        "topUpMinAmountUsd": 20,
    }


def test_a_wallets_number_is_its_own_and_stays(api: Api) -> None:
    numbers = [wallets(api).body["data"][0]["id"] for _ in range(2)]
    api.user = api.world.user(BOB)

    [other] = wallets(api, BOB).body["data"]

    assert len({*numbers, other["id"]}) == 2
    assert 0 < other["id"] < 2**53


def test_another_users_wallet_is_not_there(api: Api) -> None:
    api.world.user(BOB)

    assert wallets(api, BOB).body == {"data": []}


def test_a_wallet_on_its_way_is_not_there_yet(api: Api) -> None:
    api.world.user(ALICE, ready=False)

    assert wallets(api).body == {"data": []}


def test_wallets_are_asked_for_by_a_uuid(api: Api) -> None:
    [missing], [malformed] = wallets(api, None).body["data"], wallets(api, "abc").body["data"]

    assert (missing["message"], missing["path"]) == ("Required", ["userId"])
    assert malformed == {
        "validation": "uuid",
        "code": "invalid_string",
        "message": "Invalid uuid",
        "path": ["userId"],
    }


def test_money_is_credit_and_what_escrows_hold(api: Api) -> None:
    api.world.create(api.world.user(ALICE, credit=usd("10")), deposit=usd("3"))

    data = balances(api).body["data"]

    assert data == {"balance": 7_000_000, "deployments": 3_000_000, "total": 10_000_000}


def test_money_is_counted_over_all_pages_of_running_deployments(api: Api) -> None:
    for dseq in range(1, 251):
        api.world.chain.open(an_address(ALICE), Dseq(dseq), payer=CHEAP, funds=2)
    api.world.chain.close(an_address(ALICE), Dseq(1))

    assert balances(api).body["data"]["deployments"] == 249 * 2


def test_anybody_may_ask_for_an_address(api: Api) -> None:
    data = balances(api, an_address(ALICE), user=None).body["data"]

    assert data == {"balance": 10_000_000, "deployments": 0, "total": 10_000_000}
    assert balances(api, an_address("nobody"), user=None).body["data"]["total"] == 0


@pytest.mark.parametrize("address", ["", "abc", "cosmos1q4ku2gushrqha6dkpj5wct5xpa2pakaa7k7k7k"])
def test_an_address_must_be_one(api: Api, address: str) -> None:
    [issue] = balances(api, address).body["data"]

    assert issue == {"code": "custom", "message": "Invalid address", "path": ["address"]}


def test_without_an_address_there_must_be_a_user_with_a_wallet(api: Api) -> None:
    assert balances(api, user=None).status == 401
    assert balances(api, scopes="user:read").status == 403
    assert balances(api, user=BOB).body["message"] == "UserWallet Not Found"
    api.world.user(BOB, ready=False)
    assert balances(api, user=BOB).body["data"]["total"] == 0


def test_a_week_costs_nothing_while_nothing_is_topped_up(api: Api) -> None:
    api.world.running(api.world.user(ALICE))

    assert weekly_cost(api).body == {"data": {"weeklyCost": 0}}
    assert weekly_cost(api, user=BOB).body == {"data": {"weeklyCost": 0}}


def test_a_week_costs_what_topped_up_leases_ask_per_block(api: Api) -> None:
    """7 days of 14,400 blocks at 10 µUSD each."""
    topped_up, other = (api.world.running(api.world.user(ALICE)) for _ in range(2))
    top_up(api, topped_up.dseq)
    top_up(api, other.dseq, on=False)

    assert weekly_cost(api).body == {"data": {"weeklyCost": 1.008}}

    api.world.close(api.world.user(ALICE), topped_up.dseq)
    assert weekly_cost(api).body == {"data": {"weeklyCost": 0}}


def test_money_that_cannot_be_seen_is_not_told_as_none(api: Api) -> None:
    api.world.chain.unreachable = True

    for answer in (balances(api), wallets(api)):
        assert answer.status == 503
        assert answer.headers["retry-after"]
