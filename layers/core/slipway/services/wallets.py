"""A user's wallet and its money, as the chain tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import WalletNotFound, WalletOpening
from slipway.domain.money import CREDIT_DENOM, SCALE, MicroUsd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.deployment import Deployment
    from slipway.domain.ids import Address, UserId
    from slipway.domain.wallet import Wallet
    from slipway.services.ports import ChainReads, Wallets

CHAIN_PAGE: Final = 200
"""How many deployments are asked of the node at once (about 3 KB each)."""

MAX_PAGES: Final = 50
"""10,000 deployments: more than any wallet runs, and a node whose cursors go round ends here."""

NONE: Final = MicroUsd(0)


@dataclass(frozen=True, slots=True)
class Balances:
    """`credit` can still be spent; `deployments` is what the escrows of running deployments held when the
    chain last settled them."""

    credit: MicroUsd
    deployments: MicroUsd

    @property
    def total(self) -> MicroUsd:
        return MicroUsd(self.credit + self.deployments)


@dataclass(frozen=True, slots=True)
class Funded:
    """A wallet with its credit."""

    wallet: Wallet
    credit: MicroUsd


def of_user(*, user: UserId, asked: str, wallets: Wallets, chain: ChainReads) -> tuple[Funded, ...]:
    """The wallet of the user that is asked for; none for another user, nor for a wallet on its way."""
    if asked != user:
        return ()
    wallet = ready(user, wallets)
    return () if wallet is None else (Funded(wallet, chain.credit(wallet.granter, wallet.address)),)


def ready(user: UserId, wallets: Wallets) -> Wallet | None:
    """None where there is none, or none yet."""
    try:
        return wallets.of(user)
    except (WalletNotFound, WalletOpening):
        return None


def balances(*, user: UserId, wallets: Wallets, chain: ChainReads) -> Balances:
    """Nothing for a wallet that is on its way. Raises WalletNotFound."""
    try:
        wallet = wallets.of(user)
    except WalletOpening:
        return Balances(NONE, NONE)
    return Balances(chain.credit(wallet.granter, wallet.address), _escrowed(wallet.address, chain))


def balances_at(*, address: Address, chain: ChainReads) -> Balances:
    """Of any account, from what the chain shows to everybody."""
    return Balances(chain.granted(address), _escrowed(address, chain))


def _escrowed(owner: Address, chain: ChainReads) -> MicroUsd:
    coins = (coin for each in _running(owner, chain) for coin in each.escrow.funds)
    return MicroUsd(sum(coin.scaled for coin in coins if coin.denom == CREDIT_DENOM) // SCALE)


def _running(owner: Address, chain: ChainReads) -> Iterator[Deployment]:
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = chain.deployments(owner, cursor=cursor, limit=CHAIN_PAGE)
        yield from page.deployments
        if (cursor := page.cursor) is None:
            return
