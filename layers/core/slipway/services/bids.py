"""The bids that providers made on a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.deployment import Bid
    from slipway.domain.ids import Dseq, UserId
    from slipway.services.ports import ChainReads, Wallets


def of_deployment(*, user: UserId, dseq: Dseq, wallets: Wallets, chain: ChainReads) -> tuple[Bid, ...]:
    """Every bid in every state, as the chain has them; none for a dseq that is not the user's."""
    return chain.bids(wallets.of(user).address, dseq)
