from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.domain.money import MicroUsd, from_usd, rounded, to_usd


@pytest.mark.parametrize(
    ("usd", "micro"),
    [("0.5", 500_000), ("1.1234567", 1_123_456), ("0.0000001", 0), ("-1", -1_000_000), ("1e12", 10**18)],
)
def test_a_deposit_in_usd_is_whole_micro_usd_and_never_more_than_was_said(usd: str, micro: int) -> None:
    assert from_usd(Decimal(usd)) == micro


def test_what_we_pay_out_is_rounded_down_and_what_we_charge_up() -> None:
    assert rounded(Decimal("1.5"), "pay_out") == 1
    assert rounded(Decimal("1.5"), "charge") == 2


@given(st.integers(min_value=0, max_value=10**15))
def test_whole_micro_usd_survive_the_way_to_usd_and_back(micro: int) -> None:
    assert from_usd(to_usd(MicroUsd(micro))) == micro
