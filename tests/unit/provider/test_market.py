"""A provider at the market: bids, stale bids, the watchdog, withdrawals, and a chain that goes away."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from sandbox.provider.answers import Refusal
from sandbox.provider.chain_view import ChainUnreachable
from sandbox.provider.cluster import Cluster
from sandbox.provider.config import Inventory, ProviderConfig, Tariff
from sandbox.provider.deliveries import Deliveries
from sandbox.provider.market import Market
from sandbox.provider.tokens import Gatekeeper
from tests.unit.provider.world import PROVIDER, Clock, FakeChain, Tenant, group, group_spec, service

CONFIG = ProviderConfig("test", Tariff(Decimal(1), Decimal(1), Decimal(1)), poll_seconds=0.001)


@dataclass
class World:
    config: ProviderConfig = CONFIG
    chain: FakeChain = field(default_factory=FakeChain)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.config)
        self.deliveries = Deliveries(self.chain, self.cluster, PROVIDER, self.clock)
        self.gatekeeper = Gatekeeper(self.chain, self.clock)
        self.market = Market(self.chain, self.chain, self.deliveries, PROVIDER, self.gatekeeper.learn)
        self.alice = Tenant("alice", self.chain)

    def look(self) -> bool:
        async def look() -> bool:
            found = await self.market.look()
            await self.market.settled()
            return found

        return asyncio.run(look())

    def sent(self) -> list[tuple[str, Any]]:
        """Kind and id (or owner) of every message that the chain took."""
        return [
            (message.type_url.rpartition(".")[2], message.value["id"])
            for messages in self.chain.sent
            for message in messages
        ]


@pytest.fixture
def world() -> World:
    return World()


def _order(world: World, dseq: int) -> None:
    world.alice.deploys(dseq, group())
    world.alice.orders(dseq)


def test_open_orders_get_bids_in_one_transaction(world: World) -> None:
    _order(world, 5)
    _order(world, 6)

    world.look()

    assert [len(messages) for messages in world.chain.sent] == [2]
    assert {bid.dseq for bid in world.chain.bids} == {5, 6}


def test_an_order_gets_one_bid(world: World) -> None:
    _order(world, 5)

    for _ in range(3):
        world.look()
        world.chain.blocks += 1

    assert len(world.sent()) == 1


def test_an_order_that_was_bid_on_before_a_restart_gets_no_other(world: World) -> None:
    _order(world, 5)
    world.look()

    again = World(chain=world.chain)
    again.chain.blocks += 1
    again.look()

    assert len(world.sent()) == 1


def test_an_order_that_it_cannot_serve_gets_none(world: World) -> None:
    world.alice.deploys(5, group(service(count=1_000_000)))
    world.alice.orders(5)

    world.look()

    assert world.chain.sent == []


def test_nothing_is_asked_again_before_the_next_block(world: World) -> None:
    assert world.look()
    asked = world.chain.questions

    assert not world.look()
    assert world.chain.questions == asked + 1


def test_a_refused_message_does_not_stop_the_others(world: World) -> None:
    stale = World(replace(CONFIG, bid_seconds=0.0), world.chain)
    _order(stale, 5)
    stale.look()
    _order(stale, 6)
    world.chain.refused = {"MsgCloseBid"}

    stale.look()

    assert [name for name, _ in stale.sent()] == ["MsgCreateBid", "MsgCreateBid"]


def test_a_bid_that_won_nothing_is_closed_after_its_time(world: World) -> None:
    stale = World(replace(CONFIG, bid_seconds=0.0), world.chain)
    _order(stale, 5)
    stale.look()

    stale.look()

    assert [name for name, _ in stale.sent()] == ["MsgCreateBid", "MsgCloseBid"]
    assert world.chain.bids == set()


def test_leases_are_followed_as_they_come_and_go(world: World) -> None:
    body = world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.look()
    asyncio.run(world.deliveries.submit(world.alice.address, 5, body))
    assert world.cluster.find(lease)

    world.chain.leases.clear()
    world.chain.blocks += 1
    world.look()

    assert not world.cluster.find(lease)


def test_a_workload_whose_lease_went_while_the_provider_was_down_goes_too(world: World) -> None:
    body = world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    asyncio.run(world.deliveries.submit(world.alice.address, 5, body))
    world.chain.leases.clear()

    world.look()

    assert not world.cluster.find(lease)


def test_the_watchdog_closes_a_lease_without_a_manifest() -> None:
    world = World(replace(CONFIG, manifest_seconds=20.0))
    world.look()
    world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.look()
    world.clock.pass_time(20)
    world.chain.blocks += 1

    world.look()

    assert world.sent() == [("MsgCloseBid", lease.wire())]
    assert world.chain.sent[0][0].value["reason"] == "lease_closed_reason_manifest_timeout"


def test_a_lease_that_is_older_than_the_providers_run_has_no_watchdog() -> None:
    world = World(replace(CONFIG, manifest_seconds=20.0))
    world.alice.deploys(5, group())
    world.alice.leases(5)
    world.look()
    world.clock.pass_time(20)
    world.chain.blocks += 1

    world.look()

    assert world.sent() == []
    assert (world.market.reserved, world.deliveries.deployments) == ({}, 0)


def test_what_is_reserved_is_freed_when_the_lease_is_over_or_elsewhere(world: World) -> None:
    _order(world, 5)
    _order(world, 6)
    world.look()
    assert {order.dseq for order in world.market.reserved} == {5, 6}
    world.chain.orders.clear()
    lease = world.alice.leases(5)
    world.look()
    assert {order.dseq for order in world.market.reserved} == {5}

    world.chain.leases.discard(lease)
    world.chain.blocks += 1
    world.look()

    assert world.market.reserved == {}


def test_a_lease_whose_bid_it_has_not_made_is_reserved_for_too(world: World) -> None:
    world.look()
    world.alice.deploys(5, group())
    lease = world.alice.leases(5)

    world.look()

    assert world.market.reserved == {lease.order: group_spec(group())}


def test_a_provider_that_is_full_bids_no_more() -> None:
    world = World(replace(CONFIG, inventory=Inventory(cpu_milli=1000, nodes=1)))
    for dseq in (5, 6, 7):
        _order(world, dseq)

    world.look()

    assert {bid.dseq for bid in world.chain.bids} == {5, 6}


def test_what_a_block_changed_is_done_although_the_node_went_away_meanwhile(world: World) -> None:
    world.look()
    world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.chain.away_after = world.chain.questions + 3  # the block and both lists
    with pytest.raises(ChainUnreachable):
        world.look()

    world.chain.away_after = None
    world.look()

    assert lease.order in world.market.reserved


def test_what_leases_earned_is_withdrawn() -> None:
    world = World(replace(CONFIG, withdraw_seconds=0.0))
    world.alice.deploys(5, group())
    lease = world.alice.leases(5)

    world.look()

    assert world.sent() == [("MsgWithdrawLease", lease.wire())]


def test_the_owner_of_a_lease_is_known_even_when_look_ups_are_stuck(world: World) -> None:
    world.alice.deploys(5, group())
    world.alice.leases(5)
    world.look()
    stranger = Tenant("stranger", FakeChain())
    for tenant in (stranger, world.alice):
        header = f"Bearer {tenant.token(world.clock.now)}"
        with contextlib.suppress(Refusal):
            caller = asyncio.run(world.gatekeeper.caller(header))

    assert caller and caller.owner == world.alice.address


def test_a_chain_that_is_away_is_looked_at_again(world: World) -> None:
    _order(world, 5)
    world.chain.is_away = True
    with pytest.raises(ChainUnreachable):
        world.look()

    world.chain.is_away = False
    world.look()

    assert [name for name, _ in world.sent()] == ["MsgCreateBid"]


def test_running_bids_until_it_is_cancelled(world: World) -> None:
    _order(world, 5)

    async def run() -> None:
        task = asyncio.create_task(world.market.run())
        while not world.chain.bids:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())

    assert [name for name, _ in world.sent()] == ["MsgCreateBid"]
