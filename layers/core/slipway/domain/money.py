"""Money in whole micro-USD. 1 uact is 1 µUSD: credit, deposits and prices share the unit. No floats."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final, Literal, NewType

MicroUsd = NewType("MicroUsd", int)
"""Whole µUSD = whole uact."""

CREDIT_DENOM: Final = "uact"
FEE_DENOM: Final = "uakt"

_MICRO: Final = 1_000_000
SCALE: Final = 10**18
"""The chain's decimals have 18 places; scaled integers keep them exact."""


def rounded(amount: Decimal, side: Literal["pay_out", "charge"]) -> MicroUsd:
    """`amount` µUSD as a whole number: down for what we pay out, up for what we charge."""
    return MicroUsd(int(amount.to_integral_value(ROUND_DOWN if side == "pay_out" else ROUND_UP)))


def from_usd(usd: Decimal) -> MicroUsd:
    """A user's deposit in USD as µUSD. What lies below one µUSD is not moved."""
    return rounded(usd * _MICRO, "pay_out")


def to_usd(amount: MicroUsd) -> Decimal:
    return Decimal(amount) / _MICRO


def usd_text(amount: MicroUsd) -> str:
    """For a sentence: `0.6`, never `6E-1`."""
    return f"{to_usd(amount):f}"
