"""x/auth over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.chain import bech32, jsonpb
from sandbox.chain.modules import auth
from sandbox.chain.rest.router import Json, Query, Route
from sandbox.chain.rest.status import NOT_FOUND, UNKNOWN, RestError

if TYPE_CHECKING:
    from sandbox.chain.context import Context


def account(ctx: Context, query: Query) -> Json:
    address = known_address(query.path["address"])
    found = auth.packed_account(ctx, address)
    if found is None:
        raise _missing(address)
    return {"account": jsonpb.render(found)}


def account_info(ctx: Context, query: Query) -> Json:
    address = known_address(query.path["address"])
    found = auth.account(ctx, address)
    if found is None:
        raise _missing(address)
    return {"info": jsonpb.render(found)}


def params(ctx: Context, _: Query) -> Json:
    return {"params": jsonpb.render(auth.params(ctx))}


def prefix(_: Context, __: Query) -> Json:
    return {"bech32_prefix": bech32.PREFIX}


def known_address(text: str) -> str:
    """A well-formed address; another text is an error of Go's decoder."""
    try:
        bech32.decode(text)
    except bech32.Bech32Error as error:
        raise RestError(UNKNOWN, str(error)) from error
    return text


def _missing(address: str) -> RestError:
    return RestError(NOT_FOUND, f"account {address} not found")


ROUTES: Final[tuple[Route, ...]] = (
    Route("/cosmos/auth/v1beta1/accounts/{address}", account),
    Route("/cosmos/auth/v1beta1/account_info/{address}", account_info),
    Route("/cosmos/auth/v1beta1/bech32", prefix),
    Route("/cosmos/auth/v1beta1/params", params),
)
