"""The one table from the chain's refusals to our errors.

A transaction's refusal has a codespace and a code. A simulation's has text only, and `undefined/1` (an error
raised without a registered code) means nothing without its text; those are matched by words, without regard
to case. Sources: akash-chain.md §00.7 and §7; every row has a test with a recorded message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from slipway.domain import errors

if TYPE_CHECKING:
    from slipway_signing.chain_port import Refusal

OUT_OF_GAS: Final = ("sdk", 11)
_BY_WORDS: Final = frozenset({("deployment", 20), ("sdk", 5), ("sdk", 18), ("sdk", 38)})
"""Registered codes that cover several cases; `undefined` and simulations are always read by their words."""

Make = Callable[[], errors.SlipwayError]


def _group(why: str) -> Make:
    return lambda: errors.InvalidGroups(why=why)


BY_CODE: Final[dict[tuple[str, int], Make]] = {
    ("deployment", 3): errors.DeploymentExists,
    ("deployment", 4): errors.DeploymentNotFound,
    ("deployment", 5): errors.DeploymentClosed,
    ("deployment", 7): _group("the deployment groups are invalid"),
    ("deployment", 9): errors.InvalidVersion,
    ("deployment", 10): errors.InvalidVersion,
    ("deployment", 24): _group("prices must be in uact"),
    ("deployment", 25): _group("two groups have the same name"),
    ("deployment", 26): _group("the reclamation window is outside the chain's bounds"),
    ("market", 10): errors.LeaseNotActive,
    ("market", 11): errors.LeaseNotActive,
    ("market", 12): errors.BidNotOpen,
    ("market", 13): errors.OrderNotOpen,
    ("market", 15): errors.OrderNotOpen,
    ("market", 17): errors.GroupNotOpen,
    ("market", 18): errors.BidNotFound,
    ("market", 20): errors.LeaseNotFound,
    ("market", 24): errors.LeaseNotActive,
    ("escrow", 2): errors.EscrowClosed,
    ("escrow", 3): errors.DeploymentNotFound,
    ("escrow", 4): errors.EscrowOverdrawn,
    ("escrow", 16): errors.DepositNotPositive,
    ("feegrant", 2): errors.FeesUnavailable,
    ("feegrant", 3): errors.FeesUnavailable,
    ("feegrant", 5): errors.FeesUnavailable,
    ("feegrant", 7): errors.FeesUnavailable,
    ("sdk", 13): errors.FeesUnavailable,
    ("sdk", 42): errors.TransactionExpired,
}
"""What needs no text. Codes that cover several cases stand in BY_TEXT."""

BY_TEXT: Final[tuple[tuple[str, Make], ...]] = (
    ("does not allow to pay fees", errors.FeesUnavailable),
    ("insufficient balance", errors.CreditTooLow),
    ("deposit too low", errors.DepositTooLow),
    ("invalid deposit denomination", _group("deposits and prices must be in uact")),
    ("mismatched denominations", _group("deposits and prices must be in uact")),
    ("uakt is smaller than", errors.FeesUnavailable),
    ("uact is smaller than", errors.TreasuryShort),
    ("negative decimal coin amount", errors.EscrowNotSettled),
    ("has already used timeout", errors.TransactionExpired),
    ("tx timeout", errors.TransactionExpired),
    ("deployment exists", errors.DeploymentExists),
    ("deployment not found", errors.DeploymentNotFound),
    ("deployment closed", errors.DeploymentClosed),
    ("invalid: deployment hash", errors.InvalidVersion),
    ("invalid: empty hash", errors.InvalidVersion),
    ("invalid unit price", _group("a unit price is outside the chain's limits")),
    ("invalid unit cpu", _group("cpu is outside the chain's limits")),
    ("invalid unit memory", _group("memory is outside the chain's limits")),
    ("invalid unit storage", _group("storage is outside the chain's limits")),
    ("invalid unit gpu", _group("gpu is outside the chain's limits")),
    ("invalid total", _group("the resources of a group are outside the chain's limits")),
    ("duplicate resources id", _group("two resources of a group have the same id")),
    ("empty group spec name", _group("a group has no name")),
    ("duplicate group name", _group("two groups have the same name")),
    ("invalid groups", _group("the deployment groups are invalid")),
    ("invalid reclamation configuration", _group("the reclamation window is outside the chain's bounds")),
    ("bid not found", errors.BidNotFound),
    ("bid not open", errors.BidNotOpen),
    ("bid not active", errors.LeaseNotActive),
    ("order not found", errors.OrderNotOpen),
    ("order not open", errors.OrderNotOpen),
    ("group not open", errors.GroupNotOpen),
    ("order closed", errors.LeaseNotActive),
    ("lease not active", errors.LeaseNotActive),
    ("lease not found", errors.LeaseNotFound),
    ("account closed", errors.EscrowClosed),
    ("account overdrawn", errors.EscrowOverdrawn),
    ("account not found", errors.DeploymentNotFound),
    ("invalid deposit", errors.DepositNotPositive),
)
"""The first row whose words are in the log. Longer words stand before those that they contain."""


def is_out_of_gas(refusal: Refusal) -> bool:
    return (refusal.codespace, refusal.code) == OUT_OF_GAS


def to_error(refusal: Refusal) -> errors.SlipwayError:
    """The domain error of a refusal; `TransactionRejected` where no row knows it. Never carries the log."""
    by_code = BY_CODE.get((refusal.codespace, refusal.code))
    if by_code is not None:
        return by_code()
    if refusal.codespace in {"", "undefined"} or (refusal.codespace, refusal.code) in _BY_WORDS:
        text = refusal.log.lower()
        for words, make in BY_TEXT:
            if words in text:
                return make()
    return errors.TransactionRejected(codespace=refusal.codespace or "simulation", number=refusal.code)
