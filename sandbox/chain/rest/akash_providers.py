"""Queries of x/provider, x/audit and x/cert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, jsonpb, pb
from sandbox.chain.modules import audit, cert, provider
from sandbox.chain.rest.akash_pages import Place, Section, page_of, states_of
from sandbox.chain.rest.router import Route, page_json, paged
from sandbox.chain.rest.status import INTERNAL, INVALID_ARGUMENT, RestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, Query

_PROVIDERS: Final = "/akash/provider/v1beta4/providers"
_AUDIT: Final = "/akash/audit/v1/audit/attributes"


def _providers(ctx: Context, query: Query) -> Json:
    found, pagination = paged(provider.PROVIDERS.scan(ctx), query.page(), refuses=(INTERNAL, ""))
    return {"providers": [jsonpb.render(row) for row in found], "pagination": pagination}


def _provider(ctx: Context, query: Query) -> Json:
    if not bech32.is_address(query.path["owner"]):
        raise provider.INVALID_ADDRESS.error()
    row = provider.get(ctx, query.path["owner"])
    if row is None:
        raise provider.NOT_FOUND.error()
    return {"provider": jsonpb.render(row)}


def _every_signed(ctx: Context, query: Query) -> Json:
    """The node misreads its stored attributes as providers, and shows the last one's bytes as the owner."""
    found, pagination = paged(audit.SIGNED.scan(ctx), query.page(), refuses=(INTERNAL, ""))
    return {"providers": [_misread(row) for row in found], "pagination": pagination}


def _signed_of_provider(ctx: Context, query: Query) -> Json:
    return _signed(audit.of(ctx, _address(query, "owner")))


def _signed_by_one(ctx: Context, query: Query) -> Json:
    row = audit.one(ctx, _address(query, "owner"), _address(query, "auditor"))
    if row is None:
        raise audit.NOT_FOUND.error()
    return _signed([row])


def _signed_by_auditor(ctx: Context, query: Query) -> Json:
    auditor = _address(query, "auditor")
    return _signed([row for _, row in audit.SIGNED.scan(ctx) if row.auditor == auditor])


def _certificates(ctx: Context, query: Query) -> Json:
    page = query.page()
    states = states_of(query, "filter.state", pb.cert.State, page)
    owner = query.text("filter.owner")
    if owner and not bech32.is_address(owner):
        return {"certificates": [], "pagination": page_json(None, 0)}
    sections = _sections(ctx, states, owner, query.text("filter.serial"))
    found, pagination = page_of(sections, page, _place)
    shown = [{"certificate": jsonpb.render(row), "serial": str(serial)} for serial, row in found]
    return {"certificates": shown, "pagination": pagination}


def _sections(ctx: Context, states: tuple[int, ...], owner: str, serial: str) -> Iterator[Section]:
    for nth, state in enumerate(states):
        rows = cert.listed(ctx, state, owner)
        wanted = ((key, found) for key, found in rows if serial in ("", str(found[0])))
        yield Section(states[nth:], wanted)


def _place(part: Section, key: bytes) -> Place:
    return Place(part.states, bytes(part.states[:1]), key)


def _signed(rows: list[Any]) -> Json:
    return {"providers": [jsonpb.render(row) for row in rows], "pagination": None}


def _misread(row: Any) -> Json:
    owner = row.attributes[-1].SerializeToString().decode(errors="replace") if row.attributes else ""
    return {"owner": owner, "auditor": "", "attributes": []}


def _address(query: Query, name: str) -> str:
    found = query.path[name]
    if not bech32.is_address(found):
        raise RestError(INVALID_ARGUMENT, "invalid address")
    return found


ROUTES: Final = (
    Route(_PROVIDERS, _providers),
    Route(f"{_PROVIDERS}/{{owner}}", _provider),
    Route(f"{_AUDIT}/list", _every_signed),
    Route(f"{_AUDIT}/{{owner}}/list", _signed_of_provider),
    Route(f"{_AUDIT}/{{auditor}}/{{owner}}", _signed_by_one),
    Route("/akash/provider/v1/auditor/{auditor}/list", _signed_by_auditor),
    Route("/akash/cert/v1/certificates/list", _certificates),
)
