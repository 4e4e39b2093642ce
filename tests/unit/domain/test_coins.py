from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.domain.coins import DecCoin
from slipway.domain.money import SCALE


@pytest.mark.parametrize("amount", ["0.000000000000000000", "12.500000000000000000", "-3.000000000000000001"])
def test_an_amount_of_the_chain_comes_back_as_it_was(amount: str) -> None:
    assert DecCoin.parse("uact", amount).amount == amount


@given(st.integers(min_value=-(10**45), max_value=10**45))
def test_no_digit_is_lost_however_large_the_amount(scaled: int) -> None:
    coin = DecCoin("uact", scaled)

    assert DecCoin.parse("uact", coin.amount) == coin


def test_the_whole_part_is_cut_toward_zero_as_the_chain_cuts_refunds() -> None:
    assert DecCoin("uact", 2 * SCALE - 1).whole == 1
    assert DecCoin("uact", -2 * SCALE + 1).whole == -1
