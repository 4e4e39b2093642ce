"""A provider at the market: it bids, watches its leases, gives up what is stale, collects what it earned."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.provider import bidding, inventory
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
from sandbox.provider.following import Following
from sandbox.provider.inventory import Room

log = logging.getLogger(__name__)

MAX_MESSAGES: Final = 20
"""Messages of one transaction: a block's worth of bids is seldom more, and each costs gas."""
REST_SHARE: Final = 10
"""A pass is followed by at least so many times its own length of rest: five providers share a core."""
OWN_BIDS_SECONDS: Final = 10.0
"""How often a provider reads its own bids: it knows what it sent, but not what became stale or was lost."""
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
    reserved: dict[OrderId, Mapping[str, Any]] = field(default_factory=dict)
    """Group specs of the orders that it has bid on, and of those that it has won since it started."""
    _following: Following = field(init=False)
    _is_behind: bool = False
    """The chain has moved on, and what follows from that is not done: the node went away."""
    _leases: frozenset[LeaseId] | None = None
    _first_seen: dict[LeaseId, float] = field(default_factory=dict)
    _answered: set[OrderId] = field(default_factory=set)
    _read_bids_at: float = 0.0
    _sending: "asyncio.Task[None] | None" = None
    _withdrawn_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._following = Following(self.chain, self.address)

    @property
    def orders(self) -> int:
        """How many open orders it is busy with."""
        return sum(order in self._following.orders for order in self.reserved)

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
        self._is_behind |= await self._following.catch_up()
        if not self._is_behind:
            return False
        await self._follow(frozenset(self._following.leases))
        self._release()
        if self._sending is None or self._sending.done():
            await self._read_own_bids()
            messages = [*await self._bids(), *self._closings(), *self._withdrawals()]
            self._sending = asyncio.create_task(self._send(messages)) if messages else None
        self._is_behind = False
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
        """Tell the deliveries of leases that came and went.

        Of those that were there when it started it knows the owners, and what Kubernetes still runs for them:
        no watchdog, and no reservation.
        """
        before = leases if self._leases is None else self._leases
        for lease in sorted(leases if self._leases is None else leases - before):
            await self.learn(lease.owner)
        for lease in sorted(leases - before):
            await self._reserve(lease.order)
            self.deliveries.won(lease)
        running = {workload.lease for workload in self.deliveries.cluster}
        for lease in (before | running) - leases:
            self.deliveries.lost(lease)
        self._leases = leases

    async def _reserve(self, order: OrderId) -> None:
        """For a lease that somebody else's hand has bid on for us."""
        if order not in self.reserved:
            deployment = await self.chain.deployment(order.owner, order.dseq)
            if deployment and order.gseq in deployment.groups:
                self.reserved[order] = deployment.groups[order.gseq]

    def _release(self) -> None:
        """What is reserved for orders that others have won, or for leases that are over."""
        leased = {lease.order for lease in self._leases or ()}
        open_orders = self._following.orders
        gone = [order for order in self.reserved if order not in open_orders and order not in leased]
        for order in gone:
            del self.reserved[order]

    async def _read_own_bids(self) -> None:
        """Now and then, and at the start: an order that has a bid of ours gets no other."""
        now = time.monotonic()
        if now >= self._read_bids_at:
            own = await self.chain.open_bids(self.address)
            self._first_seen = {bid: self._first_seen.get(bid, now) for bid in own}
            self._answered |= {bid.order for bid in own}
            self._read_bids_at = now + min(OWN_BIDS_SECONDS, self.deliveries.config.bid_seconds / 10)

    async def _bids(self) -> list[Message]:
        """On every open order that has not been answered yet."""
        orders = self._following.orders
        self._answered &= orders.keys()
        fresh = [order for order in orders.values() if order.id not in self._answered]
        if not fresh:
            return []
        audits, room = await self._audits(fresh), self._room()
        messages = []
        for order in fresh:
            self._answered.add(order.id)
            if message := self._bid(order, audits, room):
                self.reserved[order.id] = order.spec
                messages.append(message)
        return messages

    def _room(self) -> Room:
        """What its nodes have left beside what is reserved, and what runs."""
        room = Room(self.deliveries.config.inventory)
        for workload in self.deliveries.cluster:
            if workload.lease.order not in self.reserved:
                room.take(inventory.of_workload(workload))
        for spec in self.reserved.values():
            room.take(inventory.of_spec(spec))
        return room

    def _bid(self, order: Order, audits: Mapping[str, Mapping[str, str]], room: Room) -> Message | None:
        config = self.deliveries.config
        if not bidding.can_serve(order.spec, config, audits):
            return None
        message = bidding.bid_on(order, config, self.address)
        return message if message and room.take(inventory.of_spec(order.spec)) else None

    async def _audits(self, orders: Sequence[Order]) -> Mapping[str, Mapping[str, str]]:
        signed = (order.spec["requirements"]["signed_by"] for order in orders)
        if any(each["any_of"] or each["all_of"] for each in signed):
            return await self.chain.audits(self.address)
        return {}

    def _closings(self) -> list[Message]:
        """Bids that have won nothing for too long, and leases whose manifest never came."""
        now, config, leases = time.monotonic(), self.deliveries.config, self._leases or frozenset()
        stale = [bid for bid, since in self._first_seen.items() if now - since >= config.bid_seconds]
        for bid in stale:
            del self._first_seen[bid]
        overdue = [lease for lease in self.deliveries.overdue() if lease in leases]
        if config.faults.watchdog_fails:
            overdue = []
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
            Message("/akash.market.v1beta5.MsgWithdrawLease", {"id": lease.wire()})
            for lease in self._leases or ()
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
            self._read_bids_at = 0.0
        except TransactionRefused as refused:
            if len(messages) > 1:
                await asyncio.gather(*(self._send_part([message]) for message in messages))
            else:
                log.info("%s: refused: %s", self.deliveries.config.name, refused)
