"""Queries of x/market."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, pb
from sandbox.chain.modules import escrow_accounts, market, market_leases, market_state
from sandbox.chain.rest.akash_filters import Listing, id_of
from sandbox.chain.rest.router import Route

if TYPE_CHECKING:
    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, Query

_BASE: Final = "/akash/market/v1beta5"
_ORDERS: Final = Listing(
    market_state.ORDERS, market_state.ORDERS_BY_STATE, got_by=("owner", "dseq", "gseq", "oseq")
)
_BIDS: Final = Listing(
    market_state.BIDS,
    market_state.BIDS_BY_STATE,
    market_state.BIDS_BY_PROVIDER,
    everybody=b"\x00",
    one_provider=b"\x01",
    one_owner=b"\x02",
)
_LEASES: Final = replace(
    _BIDS,
    table=market_state.LEASES,
    by_state=market_state.LEASES_BY_STATE,
    by_provider=market_state.LEASES_BY_PROVIDER,
)


def _orders(ctx: Context, query: Query) -> Json:
    found, pagination = _ORDERS.page(ctx, query)
    return {"orders": [jsonpb.render(row) for row in found], "pagination": pagination}


def _order(ctx: Context, query: Query) -> Json:
    row = market_state.order(ctx, id_of(query, pb.market_v1.OrderID))
    if row is None:
        raise market.ORDER_NOT_FOUND.error()
    return {"order": jsonpb.render(row)}


def _bids(ctx: Context, query: Query) -> Json:
    found, pagination = _BIDS.page(ctx, query)
    return {"bids": [_whole_bid(ctx, row) for row in found], "pagination": pagination}


def _bid(ctx: Context, query: Query) -> Json:
    row = market_state.bid(ctx, id_of(query, pb.market_v1.BidID))
    if row is None:
        raise market_leases.BID_NOT_FOUND.error()
    return _whole_bid(ctx, row)


def _leases(ctx: Context, query: Query) -> Json:
    found, pagination = _LEASES.page(ctx, query)
    return {"leases": [_whole_lease(ctx, row) for row in found], "pagination": pagination}


def _lease(ctx: Context, query: Query) -> Json:
    row = market_state.lease(ctx, id_of(query, pb.market_v1.LeaseID))
    if row is None:
        raise market_leases.LEASE_NOT_FOUND.error()
    return _whole_lease(ctx, row)


def _params(ctx: Context, _: Query) -> Json:
    return {"params": jsonpb.render(market.params(ctx))}


def _whole_bid(ctx: Context, row: Any) -> Json:
    account = escrow_accounts.account(ctx, escrow_accounts.bid_path(row.id))
    return {"bid": jsonpb.render(row), "escrow_account": jsonpb.render(account.message())}


def _whole_lease(ctx: Context, row: Any) -> Json:
    payment = escrow_accounts.payment(ctx, escrow_accounts.payment_path(row.id))
    return {"lease": jsonpb.render(row), "escrow_payment": jsonpb.render(payment.message())}


ROUTES: Final = (
    Route(f"{_BASE}/orders/list", _orders),
    Route(f"{_BASE}/orders/info", _order),
    Route(f"{_BASE}/bids/list", _bids),
    Route(f"{_BASE}/bids/info", _bid),
    Route(f"{_BASE}/leases/list", _leases),
    Route(f"{_BASE}/leases/info", _lease),
    Route(f"{_BASE}/params", _params),
)
