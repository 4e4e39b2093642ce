"""x/market: leases that a provider must give notice of."""

from __future__ import annotations

import pytest

from sandbox.chain import pb
from tests.unit.chain.factories import bid, bid_id, create, lease, lease_id, leased, market
from tests.unit.chain.world import TENANT, World

HOUR = 3600
DECOMMISSION = pb.market_v1.lease_closed_reason_decommission
LEASES = "/akash/market/v1beta5/leases/list"


def _ordered(hours: int = 2) -> World:
    world = market()
    window = pb.duration.Duration(seconds=hours * HOUR)
    world.send(create(reclamation=pb.deployment_v1.DeploymentReclamation(min_window=window)))
    return world


def _start() -> pb.market.MsgLeaseStartReclaim:
    return pb.market.MsgLeaseStartReclaim(id=lease_id(), reason=DECOMMISSION)


def _leave() -> pb.market.MsgCloseBid:
    return pb.market.MsgCloseBid(id=bid_id(), reason=DECOMMISSION)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (0, ("market", 40, "order requires reclamation but bid does not offer it")),
        (HOUR, ("market", 41, "reclamation window shorter than order minimum")),
        (721 * HOUR, ("market", 39, "reclamation window outside governance bounds")),
    ],
)
def test_a_bid_must_offer_a_window_that_is_long_enough(window: int, expected: tuple[str, int, str]) -> None:
    assert _ordered().refusal(bid(window=window)) == expected


def test_the_provider_gives_notice_and_leaves_after_the_window() -> None:
    world = _ordered()
    world.send(bid(window=2 * HOUR))
    world.send(lease())

    too_early = world.refusal(_leave())
    world.send(_start())
    found = world.query(LEASES, filters__state="reclaiming")["leases"][0]["lease"]
    within = world.refusal(_leave())
    world.time += 2 * HOUR * 10**9
    world.send(_leave())

    assert too_early == ("market", 37, "reclamation not started; call MsgLeaseStartReclaim first")
    assert found["reclamation"]["window"] == "7200s"
    assert found["reclamation"]["reason"] == "lease_closed_reason_decommission"
    assert within == ("market", 38, "reclamation window has not elapsed")
    assert [entry["lease"]["state"] for entry in world.query(LEASES)["leases"]] == ["closed"]


def test_notice_is_given_once_and_only_where_a_window_was_offered() -> None:
    world = _ordered()
    world.send(bid(window=2 * HOUR))
    world.send(lease())
    world.send(_start())

    assert world.refusal(_start()) == ("market", 10, "lease not active")
    assert leased().refusal(_start()) == (
        "market",
        35,
        "lease does not have reclamation configured",
    )


def test_the_tenant_may_close_a_lease_that_is_being_reclaimed() -> None:
    world = _ordered()
    world.send(bid(window=2 * HOUR))
    world.send(lease())
    world.send(_start())

    world.send(pb.market.MsgCloseLease(id=lease_id()))

    orders = world.query("/akash/market/v1beta5/orders/list", filters__owner=TENANT)["orders"]
    assert [(order["state"], order["reclamation"]) for order in orders] == [
        ("closed", {"min_window": "7200s"}),
        ("open", {"min_window": "7200s"}),
    ]


def test_a_reason_must_be_a_providers() -> None:
    message = pb.market.MsgCloseBid(id=bid_id(), reason=pb.market_v1.lease_closed_owner)

    expected = 'value "1" range 10000..19999: invalid lease closed reason'
    assert leased().refusal(message) == ("market", 33, expected)
