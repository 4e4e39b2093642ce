"""x/market: bids, leases, and how they end."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import pb
from tests.unit.chain.factories import (
    bid,
    bid_id,
    close,
    create,
    deposit,
    group,
    group_id,
    lease,
    lease_id,
    leased,
    market,
    provider,
    unit,
    withdraw,
)
from tests.unit.chain.world import PROVIDER, RIVAL, TENANT, World, address

BIDS = "/akash/market/v1beta5/bids/list"
ORDERS = "/akash/market/v1beta5/orders/list"
LEASES = "/akash/market/v1beta5/leases/list"
DECOMMISSION = pb.market_v1.lease_closed_reason_decommission


def _states(world: World, path: str, name: str) -> list[str]:
    found = world.query(path, filters__owner=TENANT)[f"{name}s"]
    return [(entry.get(name) or entry)["state"] for entry in found]


def _ordered() -> World:
    world = market()
    world.send(provider(RIVAL, host_uri="https://rival.example:8443"))
    world.send(create())
    return world


def test_one_bid_wins_and_the_other_gets_its_deposit_back() -> None:
    world = _ordered()
    world.send(bid(price=300), bid(RIVAL, price=200))
    before = {who: world.balance(who) for who in (PROVIDER, RIVAL)}

    world.send(lease(RIVAL))

    assert sorted(_states(world, BIDS, "bid")) == ["active", "lost"]
    assert _states(world, ORDERS, "order") == ["active"]
    assert _states(world, LEASES, "lease") == ["active"]
    assert world.balance(PROVIDER) == before[PROVIDER] + 500_000
    assert world.balance(RIVAL) == before[RIVAL]


def test_closing_a_lease_opens_the_next_order() -> None:
    world = leased(price=100)

    world.send(pb.market.MsgCloseLease(id=lease_id()))

    orders = world.query(ORDERS, filters__owner=TENANT)["orders"]
    found = world.query(LEASES, filters__owner=TENANT)["leases"][0]
    assert [(order["id"]["oseq"], order["state"]) for order in orders] == [(1, "closed"), (2, "open")]
    assert (found["lease"]["state"], found["lease"]["reason"]) == ("closed", "lease_closed_owner")
    assert found["escrow_payment"]["state"]["state"] == "closed"


def test_a_provider_that_leaves_pauses_the_group() -> None:
    world = leased(price=100)

    world.send(pb.market.MsgCloseBid(id=bid_id(), reason=DECOMMISSION))

    path = "/akash/deployment/v1beta4/groups/info"
    found = world.query(path, id__owner=TENANT, id__dseq=1, id__gseq=1)["group"]
    entry = world.query(LEASES, filters__owner=TENANT)["leases"][0]["lease"]
    assert found["state"] == "paused"
    assert (entry["state"], entry["reason"]) == ("closed", "lease_closed_reason_decommission")
    assert _states(world, ORDERS, "order") == ["closed"]


def test_an_open_bid_is_taken_back() -> None:
    world = _ordered()
    before = world.balance(PROVIDER)
    world.send(bid())

    world.send(pb.market.MsgCloseBid(id=bid_id(), reason=DECOMMISSION))

    assert _states(world, BIDS, "bid") == ["closed"]
    assert _states(world, ORDERS, "order") == ["open"]
    assert world.balance(PROVIDER) == before


def test_several_leases_in_one_transaction_are_all_or_nothing() -> None:
    world = market()
    world.send(provider(RIVAL))
    world.send(create(1, group("a"), group("b")))
    world.send(bid(), bid(RIVAL, gseq=2))

    refusal = world.refusal(lease(), lease(PROVIDER, gseq=2))
    nothing = _states(world, LEASES, "lease")
    world.send(lease(), lease(RIVAL, gseq=2))

    assert refusal == ("market", 18, "invalid bid: bid not found")
    assert nothing == []
    assert _states(world, LEASES, "lease") == ["active", "active"]


def test_closing_the_deployment_closes_bids_and_leases() -> None:
    world = leased(price=100)

    world.send(close())

    assert _states(world, BIDS, "bid") == ["closed"]
    assert _states(world, LEASES, "lease") == ["closed"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (bid(price=1000.001), ("market", 22, "bid price is invalid")),
        (bid(oseq=2), ("market", 15, "invalid order: order not found")),
        (bid(address("stranger")), ("market", 30, "unknown provider")),
        (bid(TENANT), ("sdk", 36, "BidID: self-bid: conflict")),
        (
            bid(deposit=deposit(1, "balance")),
            ("undefined", 1, "deposit invalid: minimum:500000uact received:{1uact [balance]}"),
        ),
        (
            bid(deposit=deposit(1, "balance", denom="ubtc")),
            ("undefined", 1, "deposit invalid: unsupported denom ubtc"),
        ),
    ],
)
def test_a_bid_is_refused(message: Any, expected: tuple[str, int, str]) -> None:
    assert _ordered().refusal(message) == expected


def test_a_bid_in_another_denomination_is_a_panic() -> None:
    codespace, code, text = _ordered().refusal(bid(denom="uakt"))

    assert (codespace, code) == ("undefined", 111222)
    assert text.startswith("recovered: invalid coin denominations; uact, uakt")


def test_a_provider_bids_once_and_an_order_takes_so_many() -> None:
    world = _ordered()
    crowd = [address(f"provider {number}") for number in range(3)]
    world.send(bid())
    again = world.refusal(bid())
    for who in crowd[:2]:
        world.send(pb.bank_tx.MsgSend(from_address=PROVIDER, to_address=who, amount=_akt()))
        world.send(provider(who), bid(who, deposit=deposit(500_000, "balance", denom="uakt")))

    assert again == ("market", 21, "invalid bid: bid exists from provider")
    assert world.refusal(bid(crowd[2])) == ("undefined", 1, "invalid bid: too many existing bids (2)")


def _akt() -> list[Any]:
    return [pb.coin.Coin(denom="uakt", amount="600000")]


def test_orders_that_take_no_more_bids() -> None:
    active = leased()
    active.send(provider(RIVAL))
    closed = _ordered()
    closed.send(close())

    assert active.refusal(bid(RIVAL)) == ("market", 23, "order active")
    assert closed.refusal(bid()) == ("market", 24, "order closed")


def test_a_lease_is_refused() -> None:
    world = leased()
    world.send(create(2))
    world.send(bid(dseq=2))
    world.send(pb.deployment.MsgPauseGroup(id=group_id(dseq=2)))

    assert world.refusal(lease()) == ("market", 12, "bid not open")
    assert world.refusal(lease(RIVAL)) == ("market", 18, "invalid bid: bid not found")
    assert world.refusal(lease(dseq=2)) == ("market", 12, "bid not open")
    assert world.refusal(withdraw(RIVAL)) == ("market", 7, "unknown lease")


def test_a_lease_closes_once() -> None:
    world = leased()
    message = pb.market.MsgCloseLease(id=lease_id())
    world.send(message)

    assert world.refusal(message) == ("market", 24, "order closed")
    assert world.refusal(withdraw()) == ("escrow", 7, "payment closed")


def test_a_free_bid_makes_no_lease() -> None:
    assert _ordered().refusal(bid(price=0)) == ("market", 19, "invalid bid: zero price")


@pytest.mark.parametrize(("count", "fits"), [(1, True), (2, False)])
def test_an_offer_names_the_resources_of_the_group(count: int, fits: bool) -> None:
    offer = [pb.market.ResourceOffer(resources=unit()["resource"], count=count)]
    world = _ordered()

    if fits:
        world.send(bid(resources_offer=offer))
    else:
        assert world.refusal(bid(resources_offer=offer)) == ("market", 32, "capabilities mismatch")
