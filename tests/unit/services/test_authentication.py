"""Who is asking: one good credential, and nothing that only looks like one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.api_key import ApiKey, ApiKeyRefused, digest_of, masked, mint
from slipway.domain.errors import AmbiguousCredentials, CredentialsRefused
from slipway.domain.ids import KeyId, UserId
from slipway.domain.user import Profile
from slipway.services.authentication import CLOCK_LEEWAY_SECONDS, TokenRules, authenticate

from tests.fakes.api_keys import FakeApiKeys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.services.authentication import Identity

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = mint("test", bytes(range(32)))
RULES = TokenRules(issuer="https://pool.example", audience="app")
CLAIMS = {
    "iss": "https://pool.example",
    "client_id": "app",
    "token_use": "access",
    "sub": "alice",
    "exp": NOON.timestamp() + 60,
}


@dataclass
class FakeTokens:
    """Every token has these claims; None: a bad signature."""

    found: Mapping[str, Any] | None = field(default_factory=lambda: dict(CLAIMS))

    def claims(self, token: str) -> Mapping[str, Any]:
        if self.found is None or token != "good":
            raise CredentialsRefused
        return self.found


@pytest.fixture
def keys() -> FakeApiKeys:
    found = FakeApiKeys()
    found.add(
        ApiKey(
            id=KeyId("key-1"),
            user=UserId("alice"),
            name="ci",
            digest=digest_of(TEXT),
            key_format=masked(TEXT),
            environment="test",
            scopes=frozenset({"bids:read"}),
            created_at=NOON,
            updated_at=NOON,
            expires_at=NOON + timedelta(hours=1),
            last_used_at=None,
        )
    )
    return found


def ask(
    keys: FakeApiKeys,
    *,
    api_key: str | None = None,
    authorization: str | None = None,
    now: datetime = NOON,
    claims: Mapping[str, Any] | None = CLAIMS,
) -> Identity:
    return authenticate(
        api_key=api_key,
        authorization=authorization,
        environment="test",
        now=now,
        keys=keys,
        tokens=FakeTokens(claims),
        rules=RULES,
    )


def test_a_key_says_whose_it_is_and_what_it_may(keys: FakeApiKeys) -> None:
    identity = ask(keys, api_key=f"  {TEXT} ")

    assert (identity.user, identity.key_id) == ("alice", "key-1")
    assert identity.scopes == {"bids:read"}


def test_the_use_of_a_key_is_noted_now_and_then(keys: FakeApiKeys) -> None:
    for seconds in (0, 10, 61):
        ask(keys, api_key=TEXT, now=NOON + timedelta(seconds=seconds))

    assert keys.uses == [NOON, NOON + timedelta(seconds=61)]


def test_an_id_token_tells_who_its_user_is(keys: FakeApiKeys) -> None:
    claims = {**CLAIMS, "token_use": "id", "aud": "app", "email": "alice@example.com", "email_verified": True}

    told = [
        ask(keys, authorization="Bearer good", claims=each).profile
        for each in (claims, {**claims, "preferred_username": "al"}, CLAIMS, {**claims, "email": 5})
    ]

    assert told == [
        Profile("alice@example.com", email_verified=True),
        Profile("alice@example.com", email_verified=True, username="al"),
        None,
        None,
    ]


def test_a_key_that_was_deleted_opens_nothing(keys: FakeApiKeys) -> None:
    keys.remove(UserId("alice"), KeyId("key-1"))

    with pytest.raises(ApiKeyRefused) as refused:
        ask(keys, api_key=TEXT)

    assert refused.value.why == "unknown"


def test_a_key_that_has_expired_opens_nothing(keys: FakeApiKeys) -> None:
    with pytest.raises(ApiKeyRefused) as refused:
        ask(keys, api_key=TEXT, now=NOON + timedelta(hours=1))

    assert refused.value.why == "expired"
    assert keys.uses == []


def test_a_key_with_a_wrong_checksum_costs_no_read(keys: FakeApiKeys) -> None:
    with pytest.raises(ApiKeyRefused):
        ask(keys, api_key=TEXT[:-1] + ("0" if TEXT[-1] != "0" else "1"))

    assert keys.reads == 0


def test_two_credentials_are_ambiguous_even_when_both_are_bad(keys: FakeApiKeys) -> None:
    with pytest.raises(AmbiguousCredentials):
        ask(keys, api_key="x", authorization="Bearer y")


@pytest.mark.parametrize(
    "asked", [{}, {"api_key": ""}, {"api_key": "  "}, {"authorization": " "}, {"authorization": "Basic x"}]
)
def test_no_credential_is_none(keys: FakeApiKeys, asked: dict[str, str]) -> None:
    with pytest.raises(CredentialsRefused):
        ask(keys, **asked)  # type: ignore[arg-type]


def test_a_blank_key_does_not_stand_in_the_way_of_a_token(keys: FakeApiKeys) -> None:
    identity = ask(keys, api_key=" ", authorization="bearer good")

    assert (identity.user, identity.key_id) == ("alice", "")
    assert identity.scopes == {"*"}


def test_an_id_token_names_its_client_elsewhere(keys: FakeApiKeys) -> None:
    claims = {**CLAIMS, "token_use": "id", "aud": "app"}
    del claims["client_id"]

    assert ask(keys, authorization="Bearer good", claims=claims).user == "alice"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"client_id": "another"},
        {"token_use": "id"},
        {"token_use": "refresh"},
        {"exp": NOON.timestamp() - CLOCK_LEEWAY_SECONDS},
        {"exp": "tomorrow"},
        {"exp": None},
        {"sub": ""},
        {"sub": None},
    ],
)
def test_a_token_of_another_kind_is_refused(keys: FakeApiKeys, changes: dict[str, Any]) -> None:
    with pytest.raises(CredentialsRefused):
        ask(keys, authorization="Bearer good", claims={**CLAIMS, **changes})


def test_a_bad_signature_is_refused(keys: FakeApiKeys) -> None:
    with pytest.raises(CredentialsRefused):
        ask(keys, authorization="Bearer forged")


def test_without_a_sign_in_tokens_open_nothing(keys: FakeApiKeys) -> None:
    with pytest.raises(CredentialsRefused):
        authenticate(
            api_key=None,
            authorization="Bearer good",
            environment="test",
            now=NOON,
            keys=keys,
            tokens=None,
            rules=None,
        )


def test_a_key_without_limits_stays_so(keys: FakeApiKeys) -> None:
    [key] = keys.of_user(UserId("alice"))
    keys.remove(key.user, key.id)
    keys.add(replace(key, scopes=frozenset({"*"}), expires_at=None))

    assert ask(keys, api_key=TEXT, now=NOON + timedelta(days=9999)).scopes == {"*"}
