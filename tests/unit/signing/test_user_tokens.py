"""Tokens that users ask for: what they claim, that they verify, and what policy lets nobody have."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from slipway.domain import errors
from slipway.domain.token_rights import MAX_TTL_SECONDS
from slipway_signing import events
from slipway_signing.signing_log import SigningLog
from slipway_signing.wallets import WalletRow

from tests.unit.signing.signing_fakes import CountingKey, verifies
from tests.unit.signing.store_fakes import MemoryLog, MemoryWallets

NOW = 1_800_000_000
FULL = {"access": "full"}
ALICE = CountingKey("alice")


def ask(**changes: Any) -> dict[str, Any]:
    store = MemoryWallets()
    store.rows["alice"] = WalletRow("alice", ALICE.address, ALICE.public_key, "arn", "akash1treasury", "")
    asked = {"request_id": "request-1", "user_id": "alice", "leases": FULL, "ttl": 90, **changes}
    return events.user_token(
        asked,
        wallets=store,
        key_of=lambda _: ALICE,
        now=NOW,
        token_id="id",
        log=SigningLog(MemoryLog(), lambda: NOW * 1_000_000_000),
    )


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_the_claims_are_the_references_with_the_wallet_as_issuer() -> None:
    answer = ask(leases={"access": "scoped", "scope": ["logs"]})

    header, claims, _ = answer["token"].split(".")
    assert part(header) == {"alg": "ES256K", "typ": "JWT"}
    assert part(claims) == {
        "iss": ALICE.address,
        "iat": NOW,
        "nbf": NOW - 10,
        "exp": NOW + 90,
        "jti": "id",
        "version": "v1",
        "leases": {"access": "scoped", "scope": ["logs"]},
    }
    assert answer["expires_at"] == NOW + 90


def test_the_signature_verifies() -> None:
    signing_input, _, signature = ask()["token"].rpartition(".")

    raw = base64.urlsafe_b64decode(signature + "==")
    assert verifies(ALICE.public_key, hashlib.sha256(signing_input.encode()).digest(), raw)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ttl": 0}, "token_ttl"),
        ({"ttl": MAX_TTL_SECONDS + 1}, "token_ttl"),
        ({"ttl": "60"}, "token_ttl"),
        ({"ttl": True}, "token_ttl"),
        ({"ttl": None}, "token_ttl"),
        ({"leases": {"access": "some"}}, "token_rights"),
        ({"leases": None}, "token_rights"),
        ({"leases": {"access": "full", "more": 1}}, "token_rights"),
        ({"user_id": 5}, "event_form"),
    ],
)
def test_policy_holds_whoever_asks(changes: dict[str, Any], rule: str) -> None:
    signed = ALICE.signatures

    answer = ask(**changes)

    assert answer["error"]["facts"]["rule"] == rule
    assert ALICE.signatures == signed


def test_a_user_without_a_wallet_gets_none() -> None:
    assert ask(user_id="bob") == {"error": errors.to_wire(errors.WalletNotFound())}
