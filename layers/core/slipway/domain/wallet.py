"""Managed wallets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.errors import WalletOpening

if TYPE_CHECKING:
    from slipway.domain.ids import Address, UserId


@dataclass(frozen=True, slots=True)
class Wallet:
    """A user's wallet: one KMS key, one address. `granter` is the treasury that funds it.

    `on_chain`: it has signed a committed transaction; only then do providers know its public key.
    """

    user: UserId
    address: Address
    granter: Address
    ready: bool
    on_chain: bool

    def must_be_ready(self) -> None:
        """Raises WalletOpening while the treasury's grants are still on their way."""
        if not self.ready:
            raise WalletOpening
