"""Queries of x/escrow: accounts and payments by state and by the beginning of their path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, pb
from sandbox.chain.modules import escrow_accounts
from sandbox.chain.rest.akash_pages import Place, Section, page_of, states_of
from sandbox.chain.rest.router import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, Query

    Rows = Callable[[Context, int, str], Iterator[tuple[bytes, Any]]]

_BASE: Final = "/akash/escrow/v1/types"


def _accounts(ctx: Context, query: Query) -> Json:
    found, pagination = _page(ctx, query, escrow_accounts.accounts_in)
    return {"accounts": [jsonpb.render(row.message()) for row in found], "pagination": pagination}


def _payments(ctx: Context, query: Query) -> Json:
    found, pagination = _page(ctx, query, escrow_accounts.payments_in)
    return {"payments": [jsonpb.render(row.message()) for row in found], "pagination": pagination}


def _page(ctx: Context, query: Query, rows: Rows) -> tuple[list[Any], Json]:
    """The node's list goes forward from its beginning or its key whatever else is asked for.

    A page's key says how paths begin in the state it leads into; for later states the request says it again.
    """
    page, asked = query.page(), query.text("xid")
    states = states_of(query, "state", pb.escrow_types.State, page)
    first = asked
    if page.key is not None:
        first = Place.decode(page.key).prefix.decode(errors="replace").removeprefix("/")
    sections = (
        Section(states[nth:], rows(ctx, state, asked if nth else first)) for nth, state in enumerate(states)
    )

    def place_at(part: Section, key: bytes) -> Place:
        beginning = first if part.states == states else asked
        return Place(part.states, f"/{beginning}".encode(), key)

    return page_of(sections, replace(page, offset=0, reverse=False), place_at)


ROUTES: Final = (Route(f"{_BASE}/accounts", _accounts), Route(f"{_BASE}/payments", _payments))
