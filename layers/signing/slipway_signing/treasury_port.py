"""What the treasury's upkeep asks of the chain. `treasury_chain.py` asks real nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Standing:
    """A wallet's credit as of one height: that block's transactions are in it, later ones are not."""

    height: int
    credit: int
    granted: bool


@dataclass(frozen=True, slots=True)
class Mint:
    """One MsgMintACT: `pending` until its epoch, then `executed` or `canceled`. uakt burnt, uact minted."""

    height: int
    status: str
    burnt: int
    minted: int


class TreasuryReads(Protocol):
    """All raise ChainUnavailable, and ask only nodes that do not lag."""

    def standing(self, granter: str, grantee: str, *, at_least: int) -> Standing:
        """As of `at_least` or later: nodes that are not there yet are not asked."""
        ...

    def moves(self, wallet: str, granter: str, *, after: int, until: int) -> int:
        """What the wallet's own transactions did to its credit in the blocks after `after`, up to and
        with `until`: refunds to the granter less deposits out of its grant, in uact. Exact, or
        ChainUnavailable."""
        ...

    def allowance(self, granter: str, grantee: str) -> int | None:
        """What a fee allowance still allows, in uakt; None without one."""
        ...

    def allowances(self, granter: str) -> Mapping[str, int]:
        """Every fee allowance of the granter, by grantee."""
        ...

    def grants(self, granter: str) -> Mapping[str, int]:
        """Every deposit grant of the granter, by grantee, in uact."""
        ...

    def has_deployments(self, owner: str) -> bool:
        """Whether the owner has an active deployment, with or without a lease."""
        ...

    def balances(self, address: str) -> Mapping[str, int]:
        """Spendable coins by denom."""
        ...

    def mints(self, address: str) -> tuple[Mint, ...]: ...
