"""What a provider reads of the chain between two looks: no more than has happened; bench/sandbox_provider."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from sandbox.provider import following
from sandbox.provider.chain_view import Block, LeaseId, MarketEvent, Order, OrderId
from sandbox.provider.following import Following
from tests.unit.provider.world import PROVIDER, FakeChain, Tenant, group

if TYPE_CHECKING:
    from collections.abc import Sequence

DEPLOY = b"/akash.deployment.v1beta4.MsgCreateDeployment"
LEASE = b"/akash.market.v1beta5.MsgCreateLease"
CLOSE = b"/akash.deployment.v1beta4.MsgCloseDeployment"
BID = b"/akash.market.v1beta5.MsgCreateBid"


@dataclass
class TellingChain(FakeChain):
    """A chain whose blocks tell their transactions, and whose transactions tell what they did."""

    held: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    said: dict[str, list[MarketEvent]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def includes(self, raw: bytes, *events: MarketEvent) -> None:
        """One more block with this transaction."""
        self.blocks += 1
        self.held[self.blocks] = (raw,)
        self.said[hashlib.sha256(raw).hexdigest().upper()] = list(events)

    async def block(self, height: int | None = None) -> Block:
        height = height or self.blocks
        self.asked.append(f"block {height}")
        return Block(height, self.held.get(height, ()))

    async def market_events(self, tx_hash: str) -> Sequence[MarketEvent] | None:
        self.asked.append("events")
        return self.said.get(tx_hash)

    async def order(self, order: OrderId) -> Order | None:
        self.asked.append("order")
        return await super().order(order)

    async def active_leases(
        self, provider: str, owner: str | None = None, dseq: int | None = None
    ) -> frozenset[LeaseId]:
        self.asked.append("leases")
        return await super().active_leases(provider, owner, dseq)

    async def open_orders(self) -> Sequence[Order]:
        self.asked.append("orders")
        return await super().open_orders()


@dataclass
class World:
    chain: TellingChain = field(default_factory=TellingChain)

    def __post_init__(self) -> None:
        self.alice = Tenant("alice", self.chain)
        self.following = Following(self.chain, PROVIDER)
        self.look()

    def look(self) -> list[str]:
        """What that took."""
        self.chain.asked.clear()
        asyncio.run(self.following.catch_up())
        return list(self.chain.asked)

    def orders(self, dseq: int) -> Order:
        self.alice.deploys(dseq, group())
        order = Order(self.alice.order(dseq), self.chain.deployments[self.alice.address, dseq].groups[1])
        self.chain.orders.append(order)
        self.chain.includes(DEPLOY + b"%d" % dseq, MarketEvent("EventOrderCreated", order.id))
        return order

    def leases(self, order: OrderId, provider: str = PROVIDER) -> LeaseId:
        raw = LEASE + order.owner.encode() + provider.encode()
        self.chain.includes(raw, MarketEvent("EventLeaseCreated", order, provider))
        return LeaseId(order, provider)


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_is_read_while_there_is_no_block(world: World) -> None:
    assert world.look() == ["block 1"]


def test_an_empty_block_costs_one_call(world: World) -> None:
    world.chain.blocks += 1

    assert world.look() == ["block 2"]


def test_a_new_order_is_read_by_itself(world: World) -> None:
    order = world.orders(5)

    assert world.look() == ["block 2", "events", "order"]
    assert world.following.orders == {order.id: order}


def test_every_block_since_the_last_look_counts(world: World) -> None:
    orders = [world.orders(dseq) for dseq in (5, 6)]

    assert world.look() == ["block 3", "block 2", "events", "events", "order", "order"]
    assert set(world.following.orders) == {order.id for order in orders}


def test_a_lease_is_its_providers_and_ends_the_order_for_everybody(world: World) -> None:
    mine, another = world.orders(5), world.orders(6)
    world.look()
    lease = world.leases(mine.id)
    world.leases(another.id, "akash1another")

    world.look()

    assert world.following.leases == {lease}
    assert world.following.orders == {}


def test_a_lease_goes_when_its_deployment_is_closed(world: World) -> None:
    lease = world.leases(world.orders(5).id)
    world.look()
    world.chain.includes(CLOSE + lease.owner.encode(), MarketEvent("EventLeaseClosed", lease.order, PROVIDER))

    world.look()

    assert world.following.leases == set()


@pytest.mark.parametrize("raw", [BID + PROVIDER.encode(), CLOSE + b"akash1" + b"q" * 38, b"bank"])
def test_what_is_of_no_concern_is_not_asked_for(world: World, raw: bytes) -> None:
    world.leases(world.orders(5).id)
    world.look()
    world.chain.includes(raw)

    assert world.look() == ["block 4"]


def test_a_transaction_that_the_node_knows_not_yet_makes_it_read_everything(world: World) -> None:
    order = world.orders(5)
    world.chain.said.clear()

    assert world.look()[-2:] == ["leases", "orders"]
    assert set(world.following.orders) == {order.id}


def test_one_who_is_far_behind_reads_everything(world: World) -> None:
    world.chain.blocks += following.MOST_BLOCKS + 1

    assert world.look()[-2:] == ["leases", "orders"]


def test_many_transactions_make_it_read_everything(world: World) -> None:
    for dseq in range(following.MOST_TRANSACTIONS):
        world.orders(dseq)
    world.chain.held[2] = tuple(DEPLOY + b"%d" % each for each in range(following.MOST_TRANSACTIONS + 1))
    world.chain.blocks = 2

    assert world.look() == ["block 2", "leases", "orders"]


def test_now_and_then_everything_is_read_whatever_the_blocks_say(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "WHOLE_SECONDS", 0.0)
    world.following = Following(world.chain, PROVIDER)
    world.look()
    world.chain.blocks += 1

    assert world.look() == ["block 2", "leases", "orders"]
