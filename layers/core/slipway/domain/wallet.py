"""Managed wallets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import WalletOpening

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import Address, UserId


_NUMBERS: Final = 2**53 - 1
"""JavaScript's whole numbers end here. Two of a million wallets share one with a chance of one in ten
thousand, and nothing here looks a wallet up by it."""


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
    created_at: datetime | None = None

    @property
    def number(self) -> int:
        """A number that names the wallet, for clients that know wallets by one: always the same."""
        digest = hashlib.sha256(f"wallet {self.user}".encode()).digest()
        return int.from_bytes(digest) % _NUMBERS + 1

    def must_be_ready(self) -> None:
        """Raises WalletOpening while the treasury's grants are still on their way."""
        if not self.ready:
            raise WalletOpening
