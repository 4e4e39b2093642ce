"""x/market: bids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import coins, pb
from sandbox.chain.errors import Refusal, panic, plain
from sandbox.chain.modules import (
    audit,
    deployment_specs,
    deployment_state,
    escrow,
    escrow_accounts,
    escrow_deposits,
    ids,
    market_closing,
    market_matching,
    market_state,
    provider,
)
from sandbox.chain.modules.market_state import Bid, Lease, Order
from sandbox.chain.numbers import SECOND, of_timestamp

if TYPE_CHECKING:
    from sandbox.chain.context import Context

ATTRIBUTE_MISMATCH: Final = Refusal("market", 5, "attribute mismatch")
UNKNOWN_BID: Final = Refusal("market", 6, "unknown bid")
UNKNOWN_LEASE_FOR_BID: Final = Refusal("market", 8, "unknown lease for bid")
UNKNOWN_ORDER_FOR_BID: Final = Refusal("market", 9, "unknown order for bid")
LEASE_NOT_ACTIVE: Final = Refusal("market", 10, "lease not active")
BID_NOT_ACTIVE: Final = Refusal("market", 11, "bid not active")
ZERO_PRICE: Final = Refusal("market", 19, "invalid bid: zero price")
ORDER_NOT_FOUND: Final = Refusal("market", 15, "invalid order: order not found")
INVALID_PRICE: Final = Refusal("market", 22, "bid price is invalid")
ORDER_CLOSED: Final = Refusal("market", 24, "order closed")
UNKNOWN_PROVIDER: Final = Refusal("market", 30, "unknown provider")
INVALID_BID: Final = Refusal("market", 31, "invalid bid")
CAPABILITIES_MISMATCH: Final = Refusal("market", 32, "capabilities mismatch")
INVALID_REASON: Final = Refusal("market", 33, "invalid lease closed reason")
RECLAIM_FIRST: Final = Refusal("market", 37, "reclamation not started; call MsgLeaseStartReclaim first")
WINDOW_NOT_ELAPSED: Final = Refusal("market", 38, "reclamation window has not elapsed")
WINDOW_INVALID: Final = Refusal("market", 39, "reclamation window outside governance bounds")
RECLAMATION_REQUIRED: Final = Refusal("market", 40, "order requires reclamation but bid does not offer it")
WINDOW_TOO_SHORT: Final = Refusal("market", 41, "reclamation window shorter than order minimum")
DEPOSIT_INVALID: Final = "deposit invalid"  # market/28, but the chain wraps it so that its code is lost

PROVIDER_REASONS: Final = range(10_000, 20_000)
"""What a provider may give as the reason for closing or reclaiming."""

_PARAMS: Final = b"\x14\x00"


def set_params(ctx: Context) -> None:
    """Write the parameters, which every bid pays to read."""
    found = ctx.genesis.params["market"]
    window = {
        name: pb.duration.Duration(seconds=ctx.genesis.seconds_param("market", name) // SECOND)
        for name in ("min_reclamation_window", "max_reclamation_window")
    }
    row = pb.market.Params(
        bid_min_deposit=pb.coin.Coin(**found["bid_min_deposit"]),
        order_max_bids=found["order_max_bids"],
        bid_min_deposits=[pb.coin.Coin(**coin) for coin in found["bid_min_deposits"]],
        **window,
    )
    ctx.store.set(_PARAMS, row.SerializeToString(deterministic=True))


def params(ctx: Context) -> Any:
    return pb.market.Params.FromString(ctx.store.get(_PARAMS) or b"")


def validate_create_bid(message: Any) -> None:
    ids.check_bid(message.id)
    escrow_deposits.check(message.deposit)
    if not int(message.price.amount or 0):
        raise ZERO_PRICE.error()


def validate_close_bid(message: Any) -> None:
    ids.check_bid(message.id)
    check_reason(message.reason)


def check_reason(reason: int) -> None:
    """Of closing a bid or reclaiming a lease: it must be a provider's."""
    if reason not in PROVIDER_REASONS:
        raise INVALID_REASON.wrap(f'value "{reason}" range {PROVIDER_REASONS[0]}..{PROVIDER_REASONS[-1]}')


def msg_create_bid(ctx: Context, message: Any) -> None:
    """MsgCreateBid, its checks in the chain's order."""
    limits = params(ctx)
    _check_minimum(limits, message.deposit)
    if market_state.count_bids(ctx, message.id) > limits.order_max_bids:
        raise plain(f"{INVALID_BID.text}: too many existing bids ({limits.order_max_bids})")
    if message.id.bseq:
        raise INVALID_BID.error()
    order = market_state.order(ctx, message.id)
    _check_order(order)
    _check_price(order, message.price)
    _check_provider(ctx, order, message)
    depositors = escrow_deposits.authorize(ctx, message.id.provider, message.deposit, escrow_accounts.BID)
    _check_window(limits, order, message)
    row = Bid(id=message.id, state=Bid.open, price=message.price, created_at=ctx.height)
    row.resources_offer.extend(message.resources_offer)
    if message.HasField("reclamation_window"):
        row.reclamation_window.CopyFrom(message.reclamation_window)
    market_state.create_bid(ctx, row)
    escrow.create_account(ctx, escrow_accounts.bid_path(row.id), message.id.provider, depositors)


def msg_close_bid(ctx: Context, message: Any) -> None:
    """MsgCloseBid: takes an open bid back; of an active one it ends the lease and pauses the group."""
    bid, order = market_state.bid(ctx, message.id), market_state.order(ctx, message.id)
    if bid is None:
        raise UNKNOWN_BID.error()
    if order is None:
        raise UNKNOWN_ORDER_FOR_BID.error()
    if bid.state == Bid.open:
        market_closing.close_bid(ctx, bid)
        return
    lease = market_state.lease(ctx, message.id)
    _check_may_leave(ctx, lease)
    if bid.state != Bid.active:
        raise BID_NOT_ACTIVE.error()
    _pause_group(ctx, message.id)
    market_closing.close_lease(ctx, lease, Lease.closed, message.reason)
    market_closing.close_bid(ctx, bid)
    market_closing.close_order(ctx, order)
    market_closing.close_payment(ctx, lease)


def _check_minimum(limits: Any, deposit: Any) -> None:
    minimum = coins.of(limits.bid_min_deposits).get(deposit.amount.denom, 0)
    if not minimum:
        raise plain(f"{DEPOSIT_INVALID}: unsupported denom {deposit.amount.denom}")
    if int(deposit.amount.amount or 0) < minimum:
        received = escrow_deposits.text_of(deposit)
        raise plain(f"{DEPOSIT_INVALID}: minimum:{minimum}{deposit.amount.denom} received:{received}")


def _check_order(order: Any) -> None:
    if order is None:
        raise ORDER_NOT_FOUND.error()
    if order.state == Order.active:
        raise market_state.ORDER_ACTIVE.error()
    if order.state == Order.closed:
        raise ORDER_CLOSED.error()


def _check_price(order: Any, price: Any) -> None:
    if int(price.amount) < 0:
        raise INVALID_PRICE.error()
    denom, most = deployment_specs.price_of(order.spec)
    if price.denom != denom:
        raise panic(f"invalid coin denominations; {denom}, {price.denom}")
    if int(price.amount) > most:
        raise INVALID_PRICE.error()


def _check_provider(ctx: Context, order: Any, message: Any) -> None:
    if not market_matching.matches_offer(message.resources_offer, order.spec):
        raise CAPABILITIES_MISMATCH.error()
    found = provider.get(ctx, message.id.provider)
    if found is None:
        raise UNKNOWN_PROVIDER.error()
    own = market_matching.pairs_of(found.attributes)
    audited = {
        row.auditor: market_matching.pairs_of(row.attributes) for row in audit.of(ctx, message.id.provider)
    }
    if not market_matching.meets_requirements(order.spec.requirements, own, audited):
        raise ATTRIBUTE_MISMATCH.error()
    if not market_matching.has_capabilities(order.spec, found.attributes):
        raise CAPABILITIES_MISMATCH.error()


def _check_window(limits: Any, order: Any, message: Any) -> None:
    is_offered = message.HasField("reclamation_window")
    window = of_timestamp(message.reclamation_window)
    if order.HasField("reclamation"):
        if not is_offered:
            raise RECLAMATION_REQUIRED.error()
        if window < of_timestamp(order.reclamation.min_window):
            raise WINDOW_TOO_SHORT.error()
    least, most = of_timestamp(limits.min_reclamation_window), of_timestamp(limits.max_reclamation_window)
    if is_offered and not least <= window <= most:
        raise WINDOW_INVALID.error()


def _check_may_leave(ctx: Context, lease: Any) -> None:
    """A provider may close an active lease, but one with a reclamation window only after the window."""
    if lease is None:
        raise UNKNOWN_LEASE_FOR_BID.error()
    if lease.state == Lease.active:
        if lease.HasField("reclamation"):
            raise RECLAIM_FIRST.error()
    elif lease.state == Lease.reclaiming:
        if ctx.time // SECOND < lease.reclamation.deadline:
            raise WINDOW_NOT_ELAPSED.error()
    else:
        raise LEASE_NOT_ACTIVE.error()


def _pause_group(ctx: Context, found: Any) -> None:
    group = deployment_state.group(ctx, found)
    if group.state == deployment_state.Group.open:
        deployment_state.pause_group(ctx, group)
