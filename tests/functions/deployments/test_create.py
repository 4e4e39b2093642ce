"""POST /v1/deployments."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.errors import TransactionPending
from slipway.domain.ids import Dseq

from tests.fakes.world import WEB, an_address, usd

if TYPE_CHECKING:
    from tests.functions.calling import Api

GOOD = {"data": {"sdl": WEB, "deposit": 5}}


def sent(api: Api) -> int:
    return len(api.world.signer.transactions)


def test_an_sdl_becomes_a_deployment(api: Api) -> None:
    answer = api.create(GOOD)

    created = answer.body["data"]
    on_chain = api.world.chain.deployment(an_address("alice"), Dseq(int(created["dseq"])))
    version = base64.b64encode(hashlib.sha256(created["manifest"].encode()).digest()).decode()
    assert answer.status == 201
    assert on_chain.hash == version
    assert on_chain.escrow.funds[0].whole == usd("5")
    assert created["signTx"]["code"] == 0
    assert created["signTx"]["hash"] == created["signTx"]["transactionHash"]
    assert created["warnings"] == []


def test_dseqs_are_numbers_that_javascript_reads_exactly_and_no_two_are_the_same(api: Api) -> None:
    dseqs = [int(api.create(GOOD).body["data"]["dseq"]) for _ in range(3)]

    assert len(set(dseqs)) == 3
    assert all(dseq < 2**53 for dseq in dseqs)


def test_without_a_deposit_the_least_one_is_taken(api: Api) -> None:
    created = api.create({"data": {"sdl": WEB}}).body["data"]

    assert api.world.funds(api.world.user("alice"), Dseq(int(created["dseq"]))) == usd("0.5")


def test_a_repeat_with_the_same_key_has_the_same_answer_and_costs_nothing(api: Api) -> None:
    first = api.create(GOOD, key="once")

    again = api.create(GOOD, key="once")

    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert sent(api) == 1


def test_a_repeat_after_a_lost_answer_tells_the_first_deployment(api: Api) -> None:
    api.world.signer.loses_answers = True
    lost = api.create(GOOD, key="once")

    api.world.signer.loses_answers = False
    found = api.create(GOOD, key="once")

    assert (lost.status, lost.body["reason"]) == (503, "transaction_pending")
    assert found.status == 201
    assert sent(api) == 1


def test_without_a_key_each_request_is_one_of_its_own(api: Api) -> None:
    api.create(GOOD)
    api.create(GOOD)

    assert sent(api) == 2


@pytest.mark.parametrize(
    ("deposit", "status", "reason"),
    [
        ("0", 400, "deposit_too_low"),
        ("-1", 400, "deposit_too_low"),
        ("0.1", 400, "deposit_too_low"),
        ("0.499999", 400, "deposit_too_low"),
        ("1e-7", 400, "deposit_too_low"),
        ("-1e300", 400, "deposit_too_low"),
        ("600", 402, "credit_too_low"),
        ("1000000000000", 402, "credit_too_low"),
        ("1e20", 402, "credit_too_low"),
        ("1e300", 402, "credit_too_low"),
        ("1e999", 400, "validation_failed"),
        ('"5"', 400, "validation_failed"),
        ("null", 400, "validation_failed"),
        ("true", 400, "validation_failed"),
        ("[5]", 400, "validation_failed"),
        ("NaN", 400, "body_malformed"),
    ],
)
def test_a_deposit_out_of_bounds_costs_nothing(api: Api, deposit: str, status: int, reason: str) -> None:
    answer = api.create(
        f'{{"data": {{"sdl": {json.dumps(WEB)}, "deposit": {deposit}}}}}',
        headers={"Content-Type": "application/json"},
    )

    assert (answer.status, answer.body["reason"]) == (status, reason)
    assert answer.body["request_id"] == "request-1"
    assert sent(api) == 0


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, ["data"]),
        ({"sdl": WEB}, ["data"]),
        ({"data": None}, ["data"]),
        ({"data": {"deposit": 5}}, ["data", "sdl"]),
        ({"data": {"sdl": None}}, ["data", "sdl"]),
        ({"data": {"sdl": 5}}, ["data", "sdl"]),
        ([], []),
    ],
)
def test_a_body_of_another_form_says_where(api: Api, body: Any, path: list[str]) -> None:
    answer = api.create(body)

    assert answer.status == 400
    assert answer.body["data"][0]["path"] == path


def test_a_bad_sdl_says_where_and_costs_nothing(api: Api) -> None:
    answer = api.create({"data": {"sdl": WEB.replace("amount: 1000", "amount: 0"), "deposit": 5}})

    [error] = answer.body["errors"]
    assert (answer.status, answer.body["reason"]) == (400, "sdl_invalid")
    assert answer.body["message"].startswith("Invalid SDL: ")
    assert (error["line"] > 20, error["path"].startswith("profiles.placement")) == (True, True)
    assert sent(api) == 0


def test_what_the_chain_says_of_a_deposit_is_told_as_clients_know_it(api: Api) -> None:
    answer = api.create({"data": {"sdl": WEB, "deposit": 0.1}})

    assert answer.body["message"] == "Failed to create deployment: Deposit too low"


def test_a_user_without_a_wallet_is_told_so(api: Api) -> None:
    answer = api.create(GOOD, user="nobody")

    assert (answer.status, answer.body["message"]) == (404, "UserWallet Not Found")


def test_a_wallet_that_is_being_opened_is_a_matter_of_seconds(api: Api) -> None:
    api.world.user("bob", ready=False)

    answer = api.create(GOOD, user="bob")

    assert (answer.status, answer.body["code"]) == (409, "wallet_provisioning")
    assert int(answer.headers["retry-after"]) > 0


def test_a_key_that_only_reads_creates_nothing(api: Api) -> None:
    answer = api.create(GOOD, scopes="deployments:read")

    assert answer.status == 403
    assert sent(api) == 0


def test_a_node_that_is_away_is_no_fault_of_the_client(api: Api) -> None:
    api.world.chain.unreachable = True

    answer = api.create(GOOD)

    assert (answer.status, answer.body["reason"]) == (503, "chain_unavailable")


def test_a_transaction_under_way_is_told_with_how_to_go_on(api: Api) -> None:
    api.world.signer.refuses = TransactionPending(intent_id="x")

    answer = api.create(GOOD)

    assert answer.status == 503
    assert "Idempotency-Key" in answer.body["message"]
