"""Wallets in memory: passes the same contract as the table (tests/contract/dynamo)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.errors import WalletNotFound

if TYPE_CHECKING:
    from slipway.domain.ids import UserId
    from slipway.domain.wallet import Wallet


class FakeWallets:
    """`Wallets`."""

    def __init__(self) -> None:
        self._wallets: dict[UserId, Wallet] = {}

    def put(self, wallet: Wallet) -> None:
        self._wallets[wallet.user] = wallet

    def of(self, user: UserId) -> Wallet:
        if user not in self._wallets:
            raise WalletNotFound
        wallet = self._wallets[user]
        wallet.must_be_ready()
        return wallet

    def note_transaction(self, user: UserId) -> None:
        self._wallets[user] = replace(self._wallets[user], on_chain=True)
