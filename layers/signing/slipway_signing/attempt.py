"""The numbers of one attempt to land a transaction: until when, how much gas, at what fee."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Final

from slipway_signing.nodes import NANOSECONDS

if TYPE_CHECKING:
    from slipway_signing.chain_port import Tip

LIFETIME_NS: Final = 30 * NANOSECONDS
"""How long a transaction may land. Longer keeps a doubtful outcome open, shorter loses to slow blocks."""

MAX_LEAD_NS: Final = 15 * NANOSECONDS
"""How far ahead of the last block our clock is believed: two slow blocks. See `timeout_ns`."""

UNORDERED_GAS: Final = 3_860
"""What an unordered transaction's nonce costs; simulation leaves it out (akash-chain.md §00.2)."""

_MARGIN: Final = 5_000
_SETTLING: Final = Decimal("1.3")
_CLOSING: Final = Decimal("1.5")
"""Settlement grows with the blocks between simulation and inclusion, and closes settle most (§00.2)."""
_AFTER_OUT_OF_GAS: Final = Decimal("1.6")


def timeout_ns(tip: Tip, *, now_ns: int, spread_ns: int) -> int:
    """The block time after which the transaction can no longer land.

    The chain measures by block time, which lies behind the true time by the age of the last block: counted
    from there alone, a slow block would eat the transaction's life. Our clock says how old the block is, but
    a clock that runs ahead must not keep the outcome open for long, so it counts for `MAX_LEAD_NS` at most.
    `spread_ns` keeps two transactions of one signer from having the same timeout, which the chain refuses.
    """
    start = max(tip.time_ns, min(now_ns, tip.time_ns + MAX_LEAD_NS))
    return start + LIFETIME_NS + spread_ns


def gas_limit(simulated: int, *, closing: bool, floor: int) -> int:
    """What to allow. `floor` is what a former attempt used before it ran out of gas, 0 at the first."""
    measured = _ceiling(simulated * (_CLOSING if closing else _SETTLING)) + _MARGIN + UNORDERED_GAS
    return max(measured, _ceiling(floor * _AFTER_OUT_OF_GAS))


def fee_uakt(gas: int, price: Decimal) -> int:
    """The fee for `gas` at `price` uakt, rounded up: the chain refuses less."""
    return _ceiling(gas * price)


def _ceiling(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_CEILING))
