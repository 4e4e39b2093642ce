"""The list of a user's running deployments, each with its own leases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import WalletOpening

if TYPE_CHECKING:
    from slipway.domain.deployment import Deployment, Lease
    from slipway.domain.ids import Address, Dseq, UserId
    from slipway.services.ports import ChainReads, Wallets

CHAIN_PAGE: Final = 200
"""How many deployments are asked of the node at once (about 3 KB each)."""

MAX_DEPLOYMENTS: Final = 10_000
"""Counting stops here: `total` of a larger wallet is this number, and pages beyond it need the cursor."""

MAX_LIMIT: Final = 1000
"""The largest page. The reference has no cap; an answer of a Lambda ends at 6 MB, about 2,000 deployments."""


@dataclass(frozen=True, slots=True)
class Row:
    deployment: Deployment
    leases: tuple[Lease, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. `total` counts all running deployments; None where the page was asked for by cursor."""

    rows: tuple[Row, ...]
    total: int | None
    skip: int
    limit: int
    cursor: str | None

    @property
    def has_more(self) -> bool:
        if self.total is None:
            return self.cursor is not None
        return self.skip + len(self.rows) < self.total


def page(
    *,
    user: UserId,
    skip: int,
    limit: int | None,
    cursor: str | None,
    wallets: Wallets,
    chain: ChainReads,
) -> Listing:
    """By cursor where one is given (an empty one begins), else by offset. A wallet that is still being made
    has no deployments. Raises FieldInvalid."""
    try:
        if cursor is None:
            return by_offset(user=user, skip=skip, limit=limit, wallets=wallets, chain=chain)
        size = limit or CHAIN_PAGE
        return by_cursor(user=user, cursor=cursor or None, limit=size, wallets=wallets, chain=chain)
    except WalletOpening:
        return Listing((), 0 if cursor is None else None, skip, limit or 0, None)


def by_cursor(
    *, user: UserId, cursor: str | None, limit: int, wallets: Wallets, chain: ChainReads
) -> Listing:
    """The page that `cursor` names; None begins. Stable while deployments come and go. Raises FieldInvalid.

    At most CHAIN_PAGE rows, whatever `limit` says.
    """
    owner = wallets.of(user).address
    size = min(limit, CHAIN_PAGE)
    found = chain.deployments(owner, cursor=cursor, limit=size)
    return Listing(_rows(owner, found.deployments, chain), None, 0, size, found.cursor)


def by_offset(*, user: UserId, skip: int, limit: int | None, wallets: Wallets, chain: ChainReads) -> Listing:
    """The page of the older `skip` and `limit`; no limit means all, but never more than MAX_LIMIT rows.

    Every running deployment is counted. The listing's limit is the one asked for, unless it was cut: whoever
    goes on at `skip + limit` must miss nothing.
    """
    owner = wallets.of(user).address
    running = _all(owner, chain)
    size = min(limit or MAX_LIMIT, MAX_LIMIT)
    rows = _rows(owner, running[skip : skip + size], chain)
    shown = limit if limit is not None and (limit == size or len(rows) < size) else len(rows)
    return Listing(rows, len(running), skip, shown, None)


def _all(owner: Address, chain: ChainReads) -> tuple[Deployment, ...]:
    found: list[Deployment] = []
    cursor: str | None = None
    while len(found) < MAX_DEPLOYMENTS:
        some = chain.deployments(owner, cursor=cursor, limit=CHAIN_PAGE)
        found += some.deployments
        if (cursor := some.cursor) is None:
            break
    return tuple(found)


def _rows(owner: Address, deployments: tuple[Deployment, ...], chain: ChainReads) -> tuple[Row, ...]:
    """Leases are read for the whole wallet at once and put to their deployment by dseq, never by position."""
    if not deployments:
        return ()
    leases: dict[Dseq, list[Lease]] = defaultdict(list)
    for lease in chain.leases(owner):
        leases[lease.id.dseq].append(lease)
    return tuple(Row(each, tuple(leases[each.dseq])) for each in deployments)
