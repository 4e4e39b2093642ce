"""Messages that users wrote: decoded, and held against the policy like our own."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from slipway_signing import events, registry, tx

from tests.unit.signing.signing_fakes import CountingKey, World

CLOSE = "/akash.deployment.v1beta4.MsgCloseDeployment"
OTHER = CountingKey("mallory").address


def close(owner: str) -> bytes:
    return tx.parsed(CLOSE, {"id": {"owner": owner, "dseq": "501"}}).SerializeToString()


def sign(world: World, *messages: dict[str, Any]) -> dict[str, Any]:
    asked = {
        "intent_id": "one",
        "request_id": "request-1",
        "user_id": "alice",
        "role": "wallet",
        "messages": list(messages),
        "limits": {"deposit_max": "5000000"},
    }
    clock = world.clock
    return events.sign(
        asked, signer=world.signer(), claim="first", now_ns=clock.ns, time_left=clock.countdown(59)
    )


def raw(value: bytes, type_url: str = CLOSE) -> dict[str, str]:
    return {"type_url": type_url, "value_base64": base64.b64encode(value).decode()}


def test_a_raw_message_is_signed_as_the_same_one_in_json(world: World) -> None:
    own = world.key.address

    answer = sign(world, raw(close(own)))

    body = registry.TxRaw.FromString(world.intents.rows["one"].tx_bytes).body_bytes
    assert answer["state"] == "committed"
    assert registry.TxBody.FromString(body).messages[0].value == close(own)


@pytest.mark.parametrize(
    "value",
    [b"garbage", close(OTHER)[:-3], close(OTHER) + b"\xfa\x07\x01x", b"\x0a\x03\xf8\x01\x01"],
    ids=["no protobuf", "cut short", "a field that nobody knows", "one inside"],
)
def test_what_cannot_be_read_whole_is_refused_by_its_place(world: World, value: bytes) -> None:
    answer = sign(world, raw(close(world.key.address)), raw(value))

    assert answer["state"] == "rejected"
    assert answer["error"] == {"code": "message_undecodable", "facts": {"index": 1, "type_url": CLOSE}}
    assert world.key.signatures == 0


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (raw(close(OTHER)), "own_account_only"),
        (raw(b""), "own_account_only"),
        (raw(b"", "/cosmos.bank.v1beta1.MsgSend"), "message_type"),
        (raw(b"", "/akash.nothing.v1.MsgNothing"), "message_form"),
        ({**raw(b""), "value": {}}, "event_form"),
        ({"type_url": CLOSE}, "event_form"),
    ],
    ids=["another's", "nobody's", "not allowed", "unknown", "two values", "no value"],
)
def test_policy_holds_for_raw_messages(world: World, message: dict[str, Any], rule: str) -> None:
    answer = sign(world, message)

    assert (answer["state"], answer["error"]["facts"]["rule"]) == ("rejected", rule)
    assert world.key.signatures == 0


def test_a_raw_deposit_counts_against_the_limit(world: World) -> None:
    own = world.key.address
    deposit = {"amount": {"denom": "uact", "amount": "5000001"}, "sources": ["grant"]}
    account = {"scope": "deployment", "xid": f"{own}/501"}
    type_url = "/akash.escrow.v1.MsgAccountDeposit"
    value = tx.parsed(type_url, {"signer": own, "id": account, "deposit": deposit}).SerializeToString()

    assert sign(world, raw(value, type_url))["error"]["facts"]["rule"] == "deposit_max"
