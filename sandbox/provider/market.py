"""A provider at the market: it bids, watches its leases, gives up what is stale, collects what it earned."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.provider import bidding
from sandbox.provider.chain_view import (
    ChainUnreachable,
    ChainView,
    ChainWriter,
    LeaseId,
    Message,
    Order,
    OrderId,
    TransactionRefused,
)
from sandbox.provider.deliveries import Deliveries

log = logging.getLogger(__name__)

MAX_MESSAGES: Final = 20
"""Messages of one transaction: a block's worth of bids is seldom more, and each costs gas."""
REST_SHARE: Final = 4
"""A pass is followed by at least so many times its own length of rest: five providers share a core."""
UNREACHABLE_SECONDS: Final = 2.0
UNSPECIFIED: Final = "lease_closed_reason_unspecified"
MANIFEST_TIMEOUT: Final = "lease_closed_reason_manifest_timeout"


@dataclass
class Market:
    """One provider's dealings. `run` goes on until it is cancelled."""

    chain: ChainView
    wallet: ChainWriter
    deliveries: Deliveries
    address: str
    learn: Callable[[str], Awaitable[None]]
    """Told of the owner of every lease that is won."""
    specs: dict[OrderId, Mapping[str, Any]] = field(default_factory=dict)
    """Group specs of the orders that it has bid on and that have no lease yet."""
    _height: int = 0
    _leases: frozenset[LeaseId] = frozenset()
    _first_seen: dict[LeaseId, float] = field(default_factory=dict)
    _answered: set[OrderId] = field(default_factory=set)
    _sending: "asyncio.Task[None] | None" = None
    _withdrawn_at: float = field(default_factory=time.monotonic)

    async def run(self) -> None:
        try:
            while True:
                began = time.monotonic()
                rest = await self._pass()
                await asyncio.sleep(max(rest, REST_SHARE * (time.monotonic() - began)))
        finally:
            if self._sending:
                self._sending.cancel()
                await asyncio.gather(self._sending, return_exceptions=True)

    async def look(self) -> bool:
        """Follow the chain to its latest block, and start what there is to do. False: nothing was new.

        Raises ChainUnreachable.
        """
        height = await self.chain.height()
        if height == self._height:
            return False
        await self._follow(await self.chain.active_leases(self.address))
        if self._sending is None or self._sending.done():
            own = await self.chain.open_bids(self.address)
            messages = [*await self._bids(own), *self._closings(own), *self._withdrawals()]
            self._sending = asyncio.create_task(self._send(messages)) if messages else None
        self._height = height
        return True

    async def settled(self) -> None:
        """Until what was started is on the chain, or refused."""
        if self._sending:
            await self._sending

    async def _pass(self) -> float:
        """One look; seconds until the next."""
        poll = self.deliveries.config.poll_seconds
        try:
            await self.look()
        except ChainUnreachable as error:
            log.debug("%s waits for the chain: %s", self.deliveries.config.name, error)
            return max(poll, UNREACHABLE_SECONDS)
        return poll

    async def _follow(self, leases: frozenset[LeaseId]) -> None:
        """Tell the deliveries of leases that came and went, also of those that went while we were away."""
        for lease in sorted(leases - self._leases):
            self.deliveries.won(lease)
            await self.learn(lease.owner)
        running = {workload.lease for workload in self.deliveries.cluster}
        for lease in (self._leases | running) - leases:
            self.deliveries.lost(lease)
        self._leases = leases

    async def _bids(self, own: frozenset[LeaseId]) -> list[Message]:
        """On every open order that has not been answered yet."""
        orders = await self.chain.open_orders()
        current = {order.id for order in orders}
        self._answered = (self._answered | {bid.order for bid in own}) & current
        self.specs = {order: spec for order, spec in self.specs.items() if order in current}
        fresh = [order for order in orders if order.id not in self._answered]
        audits = await self._audits(fresh)
        messages = []
        for order in fresh:
            self._answered.add(order.id)
            if message := self._bid(order, audits):
                self.specs[order.id] = order.spec
                messages.append(message)
        return messages

    def _bid(self, order: Order, audits: Mapping[str, Mapping[str, str]]) -> Message | None:
        config = self.deliveries.config
        if not bidding.can_serve(order.spec, config, audits):
            return None
        return bidding.bid_on(order, config, self.address)

    async def _audits(self, orders: Sequence[Order]) -> Mapping[str, Mapping[str, str]]:
        signed = (order.spec["requirements"]["signed_by"] for order in orders)
        if any(each["any_of"] or each["all_of"] for each in signed):
            return await self.chain.audits(self.address)
        return {}

    def _closings(self, own: frozenset[LeaseId]) -> list[Message]:
        """Bids that have won nothing for too long, and leases whose manifest never came."""
        now, config = time.monotonic(), self.deliveries.config
        self._first_seen = {bid: self._first_seen.get(bid, now) for bid in own}
        stale = [bid for bid, since in self._first_seen.items() if now - since >= config.bid_seconds]
        overdue = [lease for lease in self.deliveries.overdue() if lease in self._leases]
        return [
            *(bidding.close_bid(bid, UNSPECIFIED) for bid in stale),
            *(bidding.close_bid(lease, MANIFEST_TIMEOUT) for lease in overdue),
        ]

    def _withdrawals(self) -> list[Message]:
        now = time.monotonic()
        if now - self._withdrawn_at < self.deliveries.config.withdraw_seconds:
            return []
        self._withdrawn_at = now
        return [
            Message("/akash.market.v1beta5.MsgWithdrawLease", {"id": lease.wire()}) for lease in self._leases
        ]

    async def _send(self, messages: Sequence[Message]) -> None:
        parts = [messages[at : at + MAX_MESSAGES] for at in range(0, len(messages), MAX_MESSAGES)]
        await asyncio.gather(*map(self._send_part, parts))

    async def _send_part(self, messages: Sequence[Message]) -> None:
        """All in one transaction, or one by one where that is refused: then only the bad ones fail."""
        try:
            await self.wallet.send(messages)
        except ChainUnreachable as error:
            log.debug("%s could not send: %s", self.deliveries.config.name, error)
            self._answered.clear()
        except TransactionRefused as refused:
            if len(messages) > 1:
                await asyncio.gather(*(self._send_part([message]) for message in messages))
            else:
                log.info("%s: refused: %s", self.deliveries.config.name, refused)
