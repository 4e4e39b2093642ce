"""Bodies of the bids endpoints (console-api.md §1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.entry.models.base import Model, OptionalDseq
from slipway.entry.models.chain import BidOut
from slipway.entry.models.naming import named_dseq

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.deployment import Bid
    from slipway.domain.ids import Dseq


class BidsPath(Model):
    dseq: OptionalDseq = None


class BidsQuery(Model):
    """Either path has the dseq in one place only: AEP-63's in the path, the other in the query."""

    dseq: OptionalDseq = None

    def named(self, path: BidsPath) -> Dseq:
        """Raises Invalid where neither names a deployment, or each another."""
        return named_dseq(self.dseq, at=("dseq",), path=path.dseq)


class BidsOut(Model):
    data: list[BidOut]

    @classmethod
    def of(cls, bids: Iterable[Bid]) -> BidsOut:
        return cls(data=[BidOut.of(bid) for bid in bids])
