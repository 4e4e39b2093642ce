"""x/feegrant over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.chain import jsonpb
from sandbox.chain.errors import ChainError
from sandbox.chain.modules import feegrant
from sandbox.chain.rest.cosmos_auth import known_address
from sandbox.chain.rest.router import Json, Query, Route, paged
from sandbox.chain.rest.status import INTERNAL, RestError

if TYPE_CHECKING:
    from sandbox.chain.context import Context


def allowance(ctx: Context, query: Query) -> Json:
    granter, grantee = known_address(query.path["granter"]), known_address(query.path["grantee"])
    try:
        found = feegrant.allowance(ctx, granter, grantee)
    except ChainError as error:
        raise RestError(INTERNAL, error.text) from error
    return {"allowance": jsonpb.render(found)}


def allowances(ctx: Context, query: Query) -> Json:
    found = feegrant.allowances_to(ctx, known_address(query.path["grantee"]))
    rows, pagination = paged(found, query.page())
    return {"allowances": [jsonpb.render(row) for row in rows], "pagination": pagination}


def issued(ctx: Context, query: Query) -> Json:
    found = feegrant.allowances_of(ctx, known_address(query.path["granter"]))
    rows, pagination = paged(found, query.page())
    return {"allowances": [jsonpb.render(row) for row in rows], "pagination": pagination}


ROUTES: Final[tuple[Route, ...]] = (
    Route("/cosmos/feegrant/v1beta1/allowance/{granter}/{grantee}", allowance),
    Route("/cosmos/feegrant/v1beta1/allowances/{grantee}", allowances),
    Route("/cosmos/feegrant/v1beta1/issued/{granter}", issued),
)
