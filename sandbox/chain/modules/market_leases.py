"""x/market: leases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import pb
from sandbox.chain.errors import Refusal
from sandbox.chain.modules import deployment_state, escrow, escrow_accounts, ids, market_closing, market_state
from sandbox.chain.modules.market import (
    BID_NOT_ACTIVE,
    LEASE_NOT_ACTIVE,
    ORDER_CLOSED,
    ORDER_NOT_FOUND,
    check_reason,
)
from sandbox.chain.modules.market_state import Bid, Lease, Order, Reason
from sandbox.chain.numbers import SECOND, of_timestamp

if TYPE_CHECKING:
    from sandbox.chain.context import Context

UNKNOWN_LEASE: Final = Refusal("market", 7, "unknown lease")
BID_NOT_OPEN: Final = Refusal("market", 12, "bid not open")
ORDER_NOT_OPEN: Final = Refusal("market", 13, "bid: order not open")
GROUP_NOT_FOUND: Final = Refusal("market", 16, "group not found")
GROUP_NOT_OPEN: Final = Refusal("market", 17, "group not open")
BID_NOT_FOUND: Final = Refusal("market", 18, "invalid bid: bid not found")
LEASE_NOT_FOUND: Final = Refusal("market", 20, "invalid lease: lease not found")
NOT_RECLAIMABLE: Final = Refusal("market", 35, "lease does not have reclamation configured")
ALREADY_RECLAIMING: Final = Refusal("market", 36, "reclamation already in progress")


def validate_create_lease(message: Any) -> None:
    ids.check_bid(message.bid_id)


def validate_lease_id(message: Any) -> None:
    ids.check_lease(message.id)


def validate_start_reclaim(message: Any) -> None:
    ids.check_lease(message.id)
    check_reason(message.reason)


def msg_create_lease(ctx: Context, message: Any) -> None:
    """MsgCreateLease: takes one open bid; the order's other bids are lost and get their deposits back."""
    bid = market_state.bid(ctx, message.bid_id)
    if bid is None:
        raise BID_NOT_FOUND.error()
    if bid.state != Bid.open:
        raise BID_NOT_OPEN.error()
    order = _open_order(ctx, message.bid_id)
    escrow.create_payment(ctx, escrow_accounts.payment_path(bid.id), bid.id.provider, bid.price)
    market_state.create_lease(ctx, bid)
    market_state.move_order(ctx, order, Order.active)
    market_state.move_bid(ctx, bid, Bid.active)
    for loser in list(market_state.bids_of(ctx, message.bid_id, Bid.open)):
        market_state.move_bid(ctx, loser, Bid.lost)
        escrow.close_account(ctx, escrow_accounts.bid_path(loser.id))


def msg_close_lease(ctx: Context, message: Any) -> None:
    """MsgCloseLease: ends the lease; the group stays open and gets a new order."""
    order = market_state.order(ctx, message.id)
    if order is None:
        raise ORDER_NOT_FOUND.error()
    if order.state != Order.active:
        raise ORDER_CLOSED.error()
    bid = _active_bid(ctx, message.id)
    lease = market_state.lease(ctx, message.id)
    if lease is None:
        raise LEASE_NOT_FOUND.error()
    if lease.state not in (Lease.active, Lease.reclaiming):
        raise ORDER_CLOSED.error()
    market_closing.close_lease(ctx, lease, Lease.closed, Reason.lease_closed_owner)
    market_closing.close_bid(ctx, bid)
    market_closing.close_order(ctx, order)
    escrow.close_payment(ctx, escrow_accounts.payment_path(lease.id))
    group = deployment_state.group(ctx, message.id)
    if group.state == deployment_state.Group.open:
        reclamation = order.reclamation if order.HasField("reclamation") else None
        market_state.create_order(ctx, group.id, group.group_spec, reclamation)


def msg_withdraw_lease(ctx: Context, message: Any) -> None:
    """MsgWithdrawLease: pays the provider what the lease has earned."""
    if market_state.lease(ctx, message.id) is None:
        raise UNKNOWN_LEASE.error()
    escrow.withdraw_payment(ctx, escrow_accounts.payment_path(message.id))


def msg_start_reclaim(ctx: Context, message: Any) -> None:
    """MsgLeaseStartReclaim: the provider gives notice; the lease runs on until the window is over."""
    lease = market_state.lease(ctx, message.id)
    if lease is None:
        raise UNKNOWN_LEASE.error()
    if lease.state != Lease.active:
        raise LEASE_NOT_ACTIVE.error()
    if not lease.HasField("reclamation"):
        raise NOT_RECLAIMABLE.error()
    if lease.reclamation.started_at:
        raise ALREADY_RECLAIMING.error()
    deadline = (ctx.time + of_timestamp(lease.reclamation.window)) // SECOND
    lease.reclamation.started_at, lease.reclamation.deadline = ctx.height, deadline
    lease.reclamation.reason = message.reason
    lease.state = Lease.reclaiming
    market_state.save_lease(ctx, lease)
    event = pb.market_v1.EventLeaseReclaimStarted(id=lease.id, reason=message.reason, deadline=deadline)
    ctx.emit_typed(event)


def _open_order(ctx: Context, found: Any) -> Any:
    order, group = market_state.order(ctx, found), deployment_state.group(ctx, found)
    if order is None:
        raise ORDER_NOT_FOUND.error()
    if order.state != Order.open:
        raise ORDER_NOT_OPEN.error()
    if group is None:
        raise GROUP_NOT_FOUND.error()
    if group.state != deployment_state.Group.open:
        raise GROUP_NOT_OPEN.error()
    return order


def _active_bid(ctx: Context, found: Any) -> Any:
    bid = market_state.bid(ctx, found)
    if bid is None:
        raise BID_NOT_FOUND.error()
    if bid.state != Bid.active:
        raise BID_NOT_ACTIVE.error()
    return bid
