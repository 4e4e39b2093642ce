"""The events and answers of the signer's functions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from slipway.domain import errors
from slipway_signing import events
from slipway_signing.signing_log import SigningLog
from slipway_signing.tokens import TokenMint
from slipway_signing.wallets import WalletRow

from tests.unit.signing.signing_fakes import CountingKey, World
from tests.unit.signing.store_fakes import MemoryLog, MemoryWallets

PROVIDER = CountingKey("provider").address


def event(world: World, **changes: Any) -> dict[str, Any]:
    close = {
        "type_url": "/akash.deployment.v1beta4.MsgCloseDeployment",
        "value": {"id": {"owner": world.key.address, "dseq": "501"}},
    }
    asked = {
        "intent_id": "one",
        "request_id": "request-1",
        "user_id": "alice",
        "role": "wallet",
        "messages": [close],
        "limits": {"deposit_max": "5000000"},
    }
    return {**asked, **changes}


def sign(world: World, asked: dict[str, Any], *, claim: str = "first", seconds: float = 59) -> dict[str, Any]:
    return events.sign(
        asked,
        signer=world.signer(),
        claim=claim,
        now_ns=world.clock.ns,
        time_left=world.clock.countdown(seconds),
    )


def test_a_committed_answer(world: World) -> None:
    asked = event(world)

    answer = sign(world, asked)

    intent = world.intents.rows["one"]
    assert answer == {
        "intent_id": "one",
        "state": "committed",
        "messages": asked["messages"],
        "tx": {"hash": intent.tx_hash, "height": intent.height, "gas_used": 98_765},
        "error": None,
    }
    assert intent.deposit_max == 5_000_000


def test_a_repeat_answers_with_the_first_messages(world: World) -> None:
    first = sign(world, event(world))

    assert sign(world, event(world, messages=[]), claim="second") == first


def test_a_pending_answer_has_no_transaction_and_no_error(world: World) -> None:
    world.chain.swallows = True

    answer = sign(world, event(world), seconds=5)

    assert (answer["state"], answer["tx"], answer["error"]) == ("pending", None, None)


def test_a_call_that_failed_before_signing_says_why(world: World) -> None:
    world.chain.numbers.clear()

    answer = sign(world, event(world))

    assert (answer["state"], answer["error"]) == ("pending", {"code": "wallet_opening", "facts": {}})


def test_a_rejected_answer_rebuilds_the_error(world: World) -> None:
    answer = sign(world, event(world, messages=[{"type_url": "/cosmos.bank.v1beta1.MsgSend", "value": {}}]))

    error = errors.from_wire(answer["error"])
    assert answer["state"] == "rejected"
    assert isinstance(error, errors.PolicyRefused)
    assert error.rule == "message_type"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"role": "admin"}, "role"),
        ({"role": None}, "role"),
        ({"intent_id": ""}, "intent_id"),
        ({"intent_id": "x" * 257}, "intent_id"),
        ({"request_id": None}, "request_id"),
        ({"user_id": 7}, "user_id"),
        ({"key_id": 7}, "key_id"),
        ({"key_id": "x" * 257}, "key_id"),
        ({"key_id": "key-1", "user_id": None}, "key_id"),
        ({"messages": None}, "messages"),
        ({"messages": ["close"]}, "messages"),
        ({"messages": [{"type_url": "/x", "value": "y"}]}, "messages"),
        ({"messages": [{"type_url": "x" * 200_000, "value": {}}]}, "messages"),
        ({"limits": {"deposit_max": 5}}, "deposit_max"),
        ({"limits": {"deposit_max": "-5"}}, "deposit_max"),
    ],
)
def test_an_event_that_is_none_is_refused_and_leaves_no_intent(
    world: World, changes: dict[str, Any], what: str
) -> None:
    answer = sign(world, event(world, **changes))

    assert answer["state"] == "rejected"
    assert answer["error"]["facts"] == {"rule": "event_form", "what": what}
    assert world.intents.rows == {}


@pytest.mark.parametrize(("asked", "kept"), [({}, ""), ({"key_id": ""}, ""), ({"key_id": "key-1"}, "key-1")])
def test_an_intent_knows_the_api_key_that_asked_for_it(
    world: World, asked: dict[str, Any], kept: str
) -> None:
    intent = events.wanted(event(world, **asked), claim="first", now_ns=1)

    assert intent.key_id == kept


def test_a_budget_is_no_callers_to_say(world: World) -> None:
    limits = {"deposit_max": "5000000", "key_id": "key-1", "budget_total": "9"}

    intent = events.wanted(event(world, limits=limits), claim="first", now_ns=1)

    assert (intent.key_id, intent.budget) == ("", None)


@pytest.fixture
def wallets() -> MemoryWallets:
    alice = CountingKey("alice")
    store = MemoryWallets()
    store.rows["alice"] = WalletRow(
        user_id="alice",
        address=alice.address,
        public_key=alice.public_key,
        key_id="arn:alice",
        granter="akash1treasury",
        created_at="",
        state="ready",
        first_tx_height=12,
    )
    return store


def token(wallets: MemoryWallets, log: MemoryLog | None = None, **changes: Any) -> dict[str, Any]:
    asked = {"request_id": "r", "user_id": "alice", "provider": PROVIDER, "scope": "status", **changes}
    mint = TokenMint(now=lambda: 1_800_000_000, new_id=lambda: "id")
    return events.provider_token(
        asked,
        wallets=wallets,
        key_of=lambda row: CountingKey(row.user_id),
        mint=mint,
        log=SigningLog(log or MemoryLog(), lambda: 1_800_000_000_000_000_000),
    )


def test_a_wallet_on_chain_gets_a_token(wallets: MemoryWallets) -> None:
    answer = token(wallets)

    assert answer["token"].count(".") == 2
    assert answer["expires_at"] == 1_800_000_060


def test_a_tokens_signature_and_its_refusal_are_in_the_log(wallets: MemoryWallets) -> None:
    log = MemoryLog()

    token(wallets, log)
    token(wallets, log, scope="full")

    signs, refuses = log.entries
    assert (signs.verdict, signs.request_id) == ("signs", "r")
    assert {"provider": PROVIDER, "scope": "status"}.items() <= json.loads(signs.about).items()
    assert refuses.verdict == "refuses"
    assert "token_scope" in refuses.about


def test_before_its_first_transaction_a_wallet_gets_no_token(wallets: MemoryWallets) -> None:
    wallets.rows["alice"] = replace(wallets.rows["alice"], first_tx_height=None)

    assert token(wallets) == {"error": {"code": "wallet_not_on_chain", "facts": {}}}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"user_id": "bob"}, "wallet_not_found"),
        ({"user_id": None}, "policy_refused"),
        ({"provider": None}, "policy_refused"),
        ({"scope": "full"}, "policy_refused"),
    ],
)
def test_other_requests_get_no_token(wallets: MemoryWallets, changes: dict[str, Any], code: str) -> None:
    assert token(wallets, **changes)["error"]["code"] == code
