"""Cursors are bound to their owner and refuse everything else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.adapters.chain_cursors import cursor_of, key_of
from slipway.domain.errors import FieldInvalid
from slipway.domain.ids import Address

ALICE, BOB = Address("akash1alice"), Address("akash1bob")


@given(st.binary(min_size=1, max_size=120))
def test_a_cursor_gives_back_its_key(raw: bytes) -> None:
    key = base64.b64encode(raw).decode()
    cursor = cursor_of(ALICE, key)

    assert cursor is not None
    assert key_of(ALICE, cursor) == key
    with pytest.raises(FieldInvalid):
        key_of(BOB, cursor)


@given(st.text(max_size=60))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(FieldInvalid):
        key_of(ALICE, text)


def test_a_changed_cursor_is_refused() -> None:
    cursor = cursor_of(ALICE, base64.b64encode(b"key").decode()) or ""

    for changed in (cursor[:-1], cursor + "A", "A" + cursor[1:], cursor * 200):
        with pytest.raises(FieldInvalid):
            key_of(ALICE, changed)


def test_the_end_has_no_cursor() -> None:
    assert cursor_of(ALICE, None) is None
    assert cursor_of(ALICE, "") is None
