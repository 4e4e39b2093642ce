"""Provider tokens: what they claim, that they verify, and how long they are kept."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from slipway.domain.errors import PolicyRefused
from slipway_signing.tokens import MAX_KEPT, Asked, TokenMint

from tests.unit.signing.signing_fakes import CountingKey, verifies

PROVIDER = CountingKey("provider").address
OTHER = CountingKey("other provider").address
NOW = 1_800_000_000


class Time:
    def __init__(self) -> None:
        self.now = NOW
        self.ids = 0

    def new_id(self) -> str:
        self.ids += 1
        return f"token-{self.ids}"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def mint(time: Time) -> TokenMint:
    return TokenMint(now=lambda: time.now, new_id=time.new_id)


@pytest.fixture
def key() -> CountingKey:
    return CountingKey("alice")


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_the_claims_are_granular_short_and_backdated(mint: TokenMint, key: CountingKey) -> None:
    token = mint.token(Asked(key.address, PROVIDER, "send-manifest"), key)

    header, claims, _ = token.text.split(".")
    assert part(header) == {"alg": "ES256K", "typ": "JWT"}
    assert part(claims) == {
        "iss": key.address,
        "iat": NOW,
        "nbf": NOW - 10,
        "exp": NOW + 60,
        "jti": "token-1",
        "version": "v1",
        "leases": {
            "access": "granular",
            "permissions": [{"provider": PROVIDER, "access": "scoped", "scope": ["send-manifest"]}],
        },
    }
    assert token.expires_at == NOW + 60


def test_the_signature_verifies_over_the_signing_input_without_padding(
    mint: TokenMint, key: CountingKey
) -> None:
    text = mint.token(Asked(key.address, PROVIDER, "status"), key).text

    signing_input, _, signature = text.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    assert "=" not in text
    assert len(raw) == 64
    assert verifies(key.public_key, hashlib.sha256(signing_input.encode()).digest(), raw)


def test_a_token_is_kept_while_twenty_seconds_remain(mint: TokenMint, key: CountingKey, time: Time) -> None:
    first = mint.token(Asked(key.address, PROVIDER, "status"), key)
    time.now = NOW + 40
    kept = mint.token(Asked(key.address, PROVIDER, "status"), key)
    time.now = NOW + 41
    new = mint.token(Asked(key.address, PROVIDER, "status"), key)

    assert kept == first
    assert new.expires_at == NOW + 101
    assert key.signatures == 2


def test_wallets_providers_and_scopes_do_not_share_tokens(mint: TokenMint, key: CountingKey) -> None:
    bob = CountingKey("bob")

    texts = {
        mint.token(Asked(who.address, provider, scope), who).text
        for who in (key, bob)
        for provider in (PROVIDER, OTHER)
        for scope in ("status", "logs")
    }

    assert len(texts) == 8


def test_the_oldest_token_is_dropped_when_many_are_kept(mint: TokenMint, key: CountingKey) -> None:
    mint.token(Asked("akash1first", PROVIDER, "status"), key)
    for number in range(MAX_KEPT):
        mint.token(Asked(f"akash1{number}", PROVIDER, "status"), key)

    mint.token(Asked("akash1first", PROVIDER, "status"), key)

    assert key.signatures == MAX_KEPT + 2


@pytest.mark.parametrize(
    ("provider", "scope", "rule"),
    [
        (PROVIDER, "attestation", "token_scope"),
        (PROVIDER, "", "token_scope"),
        ("akash1xxxx", "status", "token_provider"),
    ],
)
def test_other_scopes_and_providers_are_refused(
    mint: TokenMint, key: CountingKey, provider: str, scope: str, rule: str
) -> None:
    with pytest.raises(PolicyRefused) as refused:
        mint.token(Asked(key.address, provider, scope), key)

    assert refused.value.rule == rule
    assert key.signatures == 0
