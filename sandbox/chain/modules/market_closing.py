"""x/market: how orders, bids and leases end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.chain import pb
from sandbox.chain.errors import OUT_OF_GAS, ChainError
from sandbox.chain.modules import escrow, escrow_accounts, market_state
from sandbox.chain.modules.market_state import Bid, Lease, Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context


def close_order(ctx: Context, row: Any) -> None:
    if row.state != Order.closed:
        market_state.move_order(ctx, row, Order.closed)
        ctx.emit_typed(pb.market_v1.EventOrderClosed(id=row.id))


def close_bid(ctx: Context, row: Any) -> None:
    """Close a bid that is open or active, and give its deposit back."""
    if row.state in (Bid.closed, Bid.lost):
        return
    market_state.move_bid(ctx, row, Bid.closed)
    with _ignoring_refusals():  # the chain closes a bid whatever its escrow account says
        escrow.close_account(ctx, escrow_accounts.bid_path(row.id))
    ctx.emit_typed(pb.market_v1.EventBidClosed(id=row.id))


def close_lease(ctx: Context, row: Any, state: int, reason: Any) -> None:
    """End a lease that is active or being reclaimed."""
    if row.state in (Lease.closed, Lease.insufficient_funds):
        return
    row.state, row.closed_on, row.reason = state, ctx.height, reason
    market_state.save_lease(ctx, row)
    ctx.emit_typed(pb.market_v1.EventLeaseClosed(id=row.id, reason=reason))


def close_payment(ctx: Context, row: Any) -> None:
    """Stop the payment of a lease."""
    with _ignoring_refusals():  # refused where the account itself is what is closing: it pays the provider
        escrow.close_payment(ctx, escrow_accounts.payment_path(row.id))


def group_over(ctx: Context, group: Any, state: int, reason: Any) -> None:
    """Close what stands under a group: orders, bids, and leases with the state and the reason given."""
    for order_state in (Order.active, Order.open):
        for order in list(market_state.orders_of(ctx, group, order_state)):
            close_order(ctx, order)
            for bid_state in (Bid.open, Bid.active):
                for bid in list(market_state.bids_of(ctx, order.id, bid_state)):
                    _close_bid_and_lease(ctx, bid, state, reason)


def _close_bid_and_lease(ctx: Context, bid: Any, state: int, reason: Any) -> None:
    close_bid(ctx, bid)
    if (lease := market_state.lease(ctx, bid.id)) is None:
        return
    close_lease(ctx, lease, state, reason)
    close_payment(ctx, lease)


@contextmanager
def _ignoring_refusals() -> Iterator[None]:
    """As Go drops a returned error; running out of gas is a panic there and ends the transaction."""
    try:
        yield
    except ChainError as error:
        if (error.codespace, error.code) == (OUT_OF_GAS.codespace, OUT_OF_GAS.code):
            raise
