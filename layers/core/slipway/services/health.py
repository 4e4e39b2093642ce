"""Whether what a request needs is there: the chain, the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.errors import ChainUnavailable, NotReady

if TYPE_CHECKING:
    from slipway.domain.ids import Height


class ChainTip(Protocol):
    def latest(self) -> Height:
        """The height of the last block. Raises ChainUnavailable."""
        ...


class Tables(Protocol):
    def can_be_read(self) -> bool: ...


def chain_is_reachable(*, chain: ChainTip) -> bool:
    try:
        chain.latest()
    except ChainUnavailable:
        return False
    return True


def must_be_ready(*, tables: Tables) -> None:
    """Raises NotReady."""
    if not tables.can_be_read():
        raise NotReady
