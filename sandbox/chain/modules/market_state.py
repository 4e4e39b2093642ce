"""x/market: orders, bids and leases in the store, and how they come to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import pb
from sandbox.chain.errors import Refusal
from sandbox.chain.modules.deployment_state import group_key, state_key
from sandbox.chain.table import Index, Table, number_key, text_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context

BID_EXISTS: Final = Refusal("market", 21, "invalid bid: bid exists from provider")
ORDER_ACTIVE: Final = Refusal("market", 23, "order active")
ORDER_EXISTS: Final = Refusal("market", 25, "order already exists in store")

Order: Final = pb.market.Order
Bid: Final = pb.market.Bid
Lease: Final = pb.market_v1.Lease
Reason: Final = pb.market_v1


def order_key(found: Any) -> bytes:
    """The key of any id that has owner, dseq, gseq and oseq."""
    return group_key(found) + number_key(found.oseq, 4)


def bid_key(found: Any) -> bytes:
    """The key of a bid's or lease's id."""
    return order_key(found) + text_key(found.provider) + number_key(found.bseq, 4)


ORDERS_BY_STATE: Final = Index(b"\x14\x02", lambda _, row: state_key(row.state))
ORDERS_BY_GROUP: Final = Index(b"\x14\x03", lambda _, row: group_key(row.id) + state_key(row.state))
ORDERS: Final = Table(b"\x14\x01", Order, (ORDERS_BY_STATE, ORDERS_BY_GROUP))

BIDS_BY_STATE: Final = Index(b"\x15\x03", lambda _, row: state_key(row.state))
BIDS_BY_PROVIDER: Final = Index(b"\x15\x04", lambda _, row: text_key(row.id.provider))
BIDS_BY_ORDER: Final = Index(b"\x15\x05", lambda _, row: order_key(row.id) + state_key(row.state))
BIDS: Final = Table(b"\x15\x02", Bid, (BIDS_BY_STATE, BIDS_BY_PROVIDER, BIDS_BY_ORDER))

LEASES_BY_STATE: Final = Index(b"\x16\x03", lambda _, row: state_key(row.state))
LEASES_BY_PROVIDER: Final = Index(b"\x16\x04", lambda _, row: text_key(row.id.provider))
LEASES: Final = Table(b"\x16\x02", Lease, (LEASES_BY_STATE, LEASES_BY_PROVIDER))


def order_id(found: Any) -> Any:
    """The order that a bid or lease belongs to."""
    return pb.market_v1.OrderID(owner=found.owner, dseq=found.dseq, gseq=found.gseq, oseq=found.oseq)


def lease_id(found: Any) -> Any:
    """The id of the lease that a bid becomes."""
    return pb.market_v1.LeaseID.FromString(found.SerializeToString())


def order(ctx: Context, found: Any) -> Any:
    """The order of an id, or None."""
    return ORDERS.get(ctx, order_key(found))


def bid(ctx: Context, found: Any) -> Any:
    """The bid of an id, or None."""
    return BIDS.get(ctx, bid_key(found))


def lease(ctx: Context, found: Any) -> Any:
    """The lease of an id, or None."""
    return LEASES.get(ctx, bid_key(found))


def orders_of(ctx: Context, group: Any, state: int) -> Iterator[Any]:
    """A group's orders in one state."""
    value = group_key(group) + state_key(state)
    return (row for _, row in ORDERS.find(ctx, ORDERS_BY_GROUP, value))


def bids_of(ctx: Context, found: Any, state: int) -> Iterator[Any]:
    """An order's bids in one state."""
    value = order_key(found) + state_key(state)
    return (row for _, row in BIDS.find(ctx, BIDS_BY_ORDER, value))


def active_leases(ctx: Context) -> Iterator[Any]:
    """Everybody's active leases."""
    return (row for _, row in LEASES.find(ctx, LEASES_BY_STATE, state_key(Lease.active)))


def count_bids(ctx: Context, found: Any) -> int:
    """All bids that an order ever had."""
    return sum(1 for _ in ctx.store.scan(BIDS_BY_ORDER.prefix + order_key(found)))


def create_order(ctx: Context, group: Any, spec: Any, reclamation: Any) -> None:
    """Open the next order of a group; refused while one is open or active."""
    for state in (Order.active, Order.open):
        if next(orders_of(ctx, group, state), None) is not None:
            raise ORDER_ACTIVE.wrap("create order: active order exists")
    number = 1 + sum(1 for _ in orders_of(ctx, group, Order.closed))
    found = pb.market_v1.OrderID(owner=group.owner, dseq=group.dseq, gseq=group.gseq, oseq=number)
    if ORDERS.has(ctx, order_key(found)):
        raise ORDER_EXISTS.error()
    row = Order(id=found, state=Order.open, spec=spec, created_at=ctx.height, reclamation=reclamation)
    ORDERS.put(ctx, order_key(found), row)
    ctx.emit_typed(pb.market_v1.EventOrderCreated(id=found))


def create_bid(ctx: Context, row: Any) -> None:
    """Store a new bid; one of the same provider on the same order is market/21."""
    if BIDS.has(ctx, bid_key(row.id)):
        raise BID_EXISTS.error()
    BIDS.put(ctx, bid_key(row.id), row)
    ctx.emit_typed(pb.market_v1.EventBidCreated(id=row.id, price=row.price))


def create_lease(ctx: Context, found: Any) -> None:
    """Make the lease of a bid, with the reclamation window that the bid offers."""
    row = Lease(id=lease_id(found.id), state=Lease.active, price=found.price, created_at=ctx.height)
    LEASES.put(ctx, bid_key(row.id), row)
    ctx.emit_typed(pb.market_v1.EventLeaseCreated(id=row.id, price=row.price))
    if found.HasField("reclamation_window"):
        saved = lease(ctx, row.id)
        saved.reclamation.window.CopyFrom(found.reclamation_window)
        save_lease(ctx, saved)


def move_order(ctx: Context, row: Any, state: int) -> None:
    row.state = state
    ORDERS.put(ctx, order_key(row.id), row)


def move_bid(ctx: Context, row: Any, state: int) -> None:
    row.state = state
    BIDS.put(ctx, bid_key(row.id), row)


def save_lease(ctx: Context, row: Any) -> None:
    LEASES.put(ctx, bid_key(row.id), row)
