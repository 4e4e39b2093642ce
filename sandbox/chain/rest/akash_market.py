"""Queries of x/market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, pb
from sandbox.chain.modules import escrow_accounts, market, market_leases, market_state
from sandbox.chain.rest.akash_filters import Filters, id_of
from sandbox.chain.rest.akash_pages import check_offset, page_of, states_of
from sandbox.chain.rest.router import Route

if TYPE_CHECKING:
    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, Query
    from sandbox.chain.table import Index, Table

_BASE: Final = "/akash/market/v1beta5"
_PROVIDERS: Final = 1  # a page of one provider's rows, in its key
_OWNERS: Final = 2


def _orders(ctx: Context, query: Query) -> Json:
    found, pagination = _page(ctx, query, market_state.ORDERS, market_state.ORDERS_BY_STATE)
    return {"orders": [jsonpb.render(row) for row in found], "pagination": pagination}


def _order(ctx: Context, query: Query) -> Json:
    row = market_state.order(ctx, id_of(query, pb.market_v1.OrderID))
    if row is None:
        raise market.ORDER_NOT_FOUND.error()
    return {"order": jsonpb.render(row)}


def _bids(ctx: Context, query: Query) -> Json:
    found, pagination = _page(
        ctx, query, market_state.BIDS, market_state.BIDS_BY_STATE, market_state.BIDS_BY_PROVIDER
    )
    return {"bids": [_whole_bid(ctx, row) for row in found], "pagination": pagination}


def _bid(ctx: Context, query: Query) -> Json:
    row = market_state.bid(ctx, id_of(query, pb.market_v1.BidID))
    if row is None:
        raise market_leases.BID_NOT_FOUND.error()
    return _whole_bid(ctx, row)


def _leases(ctx: Context, query: Query) -> Json:
    found, pagination = _page(
        ctx, query, market_state.LEASES, market_state.LEASES_BY_STATE, market_state.LEASES_BY_PROVIDER
    )
    return {"leases": [_whole_lease(ctx, row) for row in found], "pagination": pagination}


def _lease(ctx: Context, query: Query) -> Json:
    row = market_state.lease(ctx, id_of(query, pb.market_v1.LeaseID))
    if row is None:
        raise market_leases.LEASE_NOT_FOUND.error()
    return _whole_lease(ctx, row)


def _params(ctx: Context, _: Query) -> Json:
    return {"params": jsonpb.render(market.params(ctx))}


def _page(
    ctx: Context, query: Query, table: Table, by_state: Index, by_provider: Index | None = None
) -> tuple[list[Any], Json]:
    page = query.page()
    check_offset(page, query)
    states = states_of(query, "filters.state", table.row.State, page)
    filters = Filters.of(query, page, has_provider=by_provider is not None)
    owner = _OWNERS if filters.owner else _PROVIDERS if filters.provider else 0
    rows = filters.rows(ctx, table, by_state, states, by_provider)
    return page_of(rows, page, states, owner, lambda row: int(row.state))


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
