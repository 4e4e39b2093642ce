"""The text of an API key: its form, its checksum, and what of it may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.domain.api_key import (
    LAST_USED_EVERY,
    SCOPES,
    SECRET_BYTES,
    ApiKey,
    digest_of,
    expanded,
    is_well_formed,
    masked,
    mint,
)
from slipway.domain.ids import KeyId, UserId

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENTROPY = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


def a_key() -> ApiKey:
    return ApiKey(
        id=KeyId("key"),
        user=UserId("alice"),
        name="ci",
        digest="d",
        key_format="f",
        environment="test",
        scopes=frozenset({"*"}),
        created_at=NOON,
        updated_at=NOON,
        expires_at=None,
        last_used_at=None,
    )


@given(ENTROPY)
def test_a_minted_key_is_well_formed_in_its_own_environment_alone(entropy: bytes) -> None:
    text = mint("test", entropy)

    assert is_well_formed(text, "test")
    assert not is_well_formed(text, "live")
    assert len(text) == len("sw.test.") + 43 + 6


@given(ENTROPY, ENTROPY)
def test_two_secrets_are_two_keys(one: bytes, other: bytes) -> None:
    assert (mint("test", one) == mint("test", other)) == (one == other)
    assert (digest_of(mint("test", one)) == digest_of(mint("test", other))) == (one == other)


@given(ENTROPY, st.integers(min_value=0, max_value=48))
def test_one_changed_letter_is_noticed(entropy: bytes, place: int) -> None:
    text = mint("test", entropy)
    at = len("sw.test.") + place
    changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]

    assert not is_well_formed(changed, "test")


@pytest.mark.parametrize("text", ["", "sw", "sw.test.", "ac.sk.test.123", "sw.test." + "é" * 49])
def test_other_texts_are_no_keys(text: str) -> None:
    assert not is_well_formed(text, "test")


def test_a_key_needs_all_its_entropy() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        mint("test", b"short")


@given(ENTROPY)
def test_the_mask_shows_both_ends_and_nothing_between(entropy: bytes) -> None:
    text = mint("test", entropy)
    head, _, tail = masked(text).partition("***")

    assert text.startswith(head)
    assert text.endswith(tail)
    assert len(head) + len(tail) == len("sw.test.") + 12


def test_a_key_ends_with_the_moment_of_its_expiry() -> None:
    ending = replace(a_key(), expires_at=NOON)

    assert ending.has_expired(NOON)
    assert not ending.has_expired(NOON - timedelta(microseconds=1))
    assert not a_key().has_expired(NOON + timedelta(days=10_000))


def test_the_last_use_is_noted_once_in_a_while() -> None:
    used = replace(a_key(), last_used_at=NOON)

    assert a_key().last_use_is_due(NOON)
    assert not used.last_use_is_due(NOON + LAST_USED_EVERY / 2)
    assert used.last_use_is_due(NOON + LAST_USED_EVERY)


def test_a_star_is_every_scope() -> None:
    assert expanded(frozenset({"*"})) == SCOPES
    assert expanded(frozenset({"bids:read"})) == {"bids:read"}
    assert expanded(frozenset()) == frozenset()
