"""Queries of x/escrow: accounts and payments by state and by the beginning of their path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, pb
from sandbox.chain.modules import escrow_accounts
from sandbox.chain.rest.akash_pages import Place, states_of
from sandbox.chain.rest.router import Route, page_json, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, PageRequest, Query

    Rows = Callable[[Context, int, str], Iterator[tuple[bytes, Any]]]

_BASE: Final = "/akash/escrow/v1/types"


def _accounts(ctx: Context, query: Query) -> Json:
    found, pagination = _page(ctx, query, escrow_accounts.accounts_in)
    return {"accounts": [jsonpb.render(row.message()) for row in found], "pagination": pagination}


def _payments(ctx: Context, query: Query) -> Json:
    found, pagination = _page(ctx, query, escrow_accounts.payments_in)
    return {"payments": [jsonpb.render(row.message()) for row in found], "pagination": pagination}


def _page(ctx: Context, query: Query, rows: Rows) -> tuple[list[Any], Json]:
    """State after state until the page is full; the next page's key names the states that are left."""
    page, beginning = query.page(), query.text("xid")
    states = states_of(query, "state", pb.escrow_types.State, page)
    if page.key is not None:
        place = Place.decode(page.key)
        beginning = place.prefix.decode().removeprefix("/")
        page = replace(page, key=place.key)
    found: list[Any] = []
    for done, state in enumerate(states):
        part = _rest(page, len(found), is_first=done == 0)
        taken, following = take(rows(ctx, state, beginning), part)
        found.extend(taken)
        if following is not None:
            place = Place(states[done:], f"/{beginning}".encode(), following)
            return found, page_json(place.encode(), len(found))
        if len(found) == page.size:
            break
    return found, page_json(None, len(found))


def _rest(page: PageRequest, taken: int, *, is_first: bool) -> PageRequest:
    return replace(page, key=page.key if is_first else None, limit=page.size - taken, offset=0)


ROUTES: Final = (Route(f"{_BASE}/accounts", _accounts), Route(f"{_BASE}/payments", _payments))
