"""x/authz over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb
from sandbox.chain.modules import authz
from sandbox.chain.rest.cosmos_auth import known_address
from sandbox.chain.rest.router import Json, Query, Route, paged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.chain.context import Context


def grants(ctx: Context, query: Query) -> Json:
    """Grants of a pair; with a type, that one or an error, and no pagination."""
    granter, grantee = known_address(query.text("granter")), known_address(query.text("grantee"))
    if url := query.text("msg_type_url"):
        found = authz.grant(ctx, granter, grantee, url)
        if found is None:
            raise authz.NO_AUTHORIZATION.wrap(f"authorization not found for {url} type")
        return {"grants": [jsonpb.render(found)], "pagination": None}
    prefix = authz.key_of(granter, grantee)
    live = ((key[len(prefix) :], row) for key, row in authz.grants_below(ctx, prefix))
    rows, pagination = paged(live, query.page(), counts_unasked=False)
    return {"grants": [jsonpb.render(row) for row in rows], "pagination": pagination}


def granter_grants(ctx: Context, query: Query) -> Json:
    return _with_parties(authz.grants_of(ctx, known_address(query.path["granter"])), query)


def grantee_grants(ctx: Context, query: Query) -> Json:
    return _with_parties(authz.grants_to(ctx, known_address(query.path["grantee"])), query)


def _with_parties(found: Iterable[tuple[bytes, Any]], query: Query) -> Json:
    pairs = ((key, (authz.parties(key), row)) for key, row in found)
    rows, pagination = paged(pairs, query.page(), counts_unasked=False)
    listed = [
        {"granter": granter, "grantee": grantee, **jsonpb.render(row)} for (granter, grantee), row in rows
    ]
    return {"grants": listed, "pagination": pagination}


ROUTES: Final[tuple[Route, ...]] = (
    Route("/cosmos/authz/v1beta1/grants", grants),
    Route("/cosmos/authz/v1beta1/grants/granter/{granter}", granter_grants),
    Route("/cosmos/authz/v1beta1/grants/grantee/{grantee}", grantee_grants),
)
