"""Tokens with which a user speaks to providers by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.errors import TokenNeedsWallet, TokenRightsInvalid, WalletNotFound
from slipway.domain.token_rights import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.ids import UserId
    from slipway.services.ports import UserTokens, Wallets


def create(*, user: UserId, leases: Mapping[str, Any], ttl: int, wallets: Wallets, tokens: UserTokens) -> str:
    """A token of the user's wallet with the rights `leases`, good for `ttl` seconds.

    Raises TokenRightsInvalid with every fault, TokenNeedsWallet, WalletOpening.
    """
    if found := faults(leases):
        raise TokenRightsInvalid(faults=found)
    try:
        wallets.of(user)
    except WalletNotFound:
        raise TokenNeedsWallet from None
    return tokens.mint(user, leases, ttl)
