"""What the operator sees of the treasury: what it holds, what it has promised, and whether the one covers the
other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.money import CREDIT_DENOM, FEE_DENOM

if TYPE_CHECKING:
    from slipway_signing.treasury_port import Mint, TreasuryReads


@dataclass(frozen=True, slots=True)
class TreasuryView:
    """`granted` (uact) and `allowed` (uakt) are what the wallets may still take. The chain looks at the
    treasury's balance only when a deposit is made, so more may be granted than there is."""

    address: str
    uact: int
    uakt: int
    wallets: int
    granted: int
    allowed: int
    mints: tuple[Mint, ...]

    @property
    def missing_uact(self) -> int:
        return max(0, self.granted - self.uact)

    @property
    def missing_uakt(self) -> int:
        return max(0, self.allowed - self.uakt)

    @property
    def pending(self) -> tuple[Mint, ...]:
        return tuple(one for one in self.mints if one.status == "pending")


def view(address: str, chain: TreasuryReads) -> TreasuryView:
    """Raises ChainUnavailable. The numbers are of one moment each, not all of the same one."""
    balances = chain.balances(address)
    granted, allowed = chain.grants(address), chain.allowances(address)
    return TreasuryView(
        address=address,
        uact=balances.get(CREDIT_DENOM, 0),
        uakt=balances.get(FEE_DENOM, 0),
        wallets=len({*granted, *allowed}),
        granted=sum(granted.values()),
        allowed=sum(allowed.values()),
        mints=chain.mints(address),
    )
