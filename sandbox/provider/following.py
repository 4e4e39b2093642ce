"""What a provider knows of the market: open orders and its own leases, kept up with the blocks.

Whole lists are read at the start and now and then; between, only what a block's transactions say. A thousand
leases and hundreds of orders cost nothing while nothing happens to them.
"""

import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import Final

from sandbox.provider.chain_view import Block, ChainView, LeaseId, MarketEvent, Order, OrderId

WHOLE_SECONDS: Final = 30.0
"""How often the whole lists are read whatever the blocks say: not every change comes with a transaction."""
MOST_BLOCKS: Final = 20
"""A provider that is further behind reads whole lists; each block costs a call."""
MOST_TRANSACTIONS: Final = 30
"""So too where more transactions than this may matter: a page of a list holds a thousand things."""

_ORDERING: Final = (b".MsgCreateDeployment", b".MsgStartGroup")
_ENDING: Final = (
    b".MsgCreateLease",
    b".MsgCloseLease",
    b".MsgCloseBid",
    b".MsgCloseDeployment",
    b".MsgCloseGroup",
    b".MsgPauseGroup",
    b".MsgWithdrawLease",
    b".MsgAccountDeposit",
)
"""What ends an order or a lease, or settles an account that may turn out to be empty."""
_ADDRESS: Final = re.compile(rb"akash1[02-9ac-hj-np-z]{38}")


@dataclass
class Following:
    """`catch_up` raises ChainUnreachable, and then nothing has changed."""

    chain: ChainView
    provider: str
    orders: dict[OrderId, Order] = field(default_factory=dict)
    leases: set[LeaseId] = field(default_factory=set)
    _height: int = 0
    _whole_at: float = float("-inf")

    async def catch_up(self) -> bool:
        """Follow the chain to its latest block. False: there was no new one."""
        latest = await self.chain.block()
        if latest.height == self._height:
            return False
        events = await self._events(latest)
        if events is None:
            await self._read_all()
        else:
            for event in events:
                await self._apply(event)
        self._height = latest.height
        return True

    async def _events(self, latest: Block) -> list[MarketEvent] | None:
        """What has happened since the last look; None where that is better read from the lists."""
        if time.monotonic() >= self._whole_at or not 0 < latest.height - self._height <= MOST_BLOCKS:
            return None
        between = [await self.chain.block(height) for height in range(self._height + 1, latest.height)]
        known = {order.owner for order in self.orders} | {lease.owner for lease in self.leases}
        known.add(self.provider)
        relevant = []
        for block in (*between, latest):
            if block.transactions is None:
                return None
            relevant += [raw for raw in block.transactions if _may_matter(raw, known)]
        return await self._said(relevant) if len(relevant) <= MOST_TRANSACTIONS else None

    async def _said(self, transactions: list[bytes]) -> list[MarketEvent] | None:
        found: list[MarketEvent] = []
        for raw in transactions:
            events = await self.chain.market_events(hashlib.sha256(raw).hexdigest().upper())
            if events is None:
                return None
            found += events
        return found

    async def _apply(self, event: MarketEvent) -> None:
        lease = LeaseId(event.order, event.bidder)
        match event.kind:
            case "EventOrderCreated":
                if order := await self.chain.order(event.order):
                    self.orders[order.id] = order
            case "EventOrderClosed":
                self.orders.pop(event.order, None)
            case "EventLeaseCreated":
                self.orders.pop(event.order, None)
                if event.bidder == self.provider:
                    self.leases.add(lease)
            case "EventLeaseClosed":
                self.leases.discard(lease)

    async def _read_all(self) -> None:
        leases = set(await self.chain.active_leases(self.provider))
        self.orders = {order.id: order for order in await self.chain.open_orders()}
        self.leases = leases
        self._whole_at = time.monotonic() + WHOLE_SECONDS


def _may_matter(raw: bytes, known: set[str]) -> bool:
    """By the names that stand in a transaction's bytes; its events tell what it did."""
    if any(name in raw for name in _ORDERING):
        return True
    return any(name in raw for name in _ENDING) and any(
        found.decode() in known for found in _ADDRESS.findall(raw)
    )
