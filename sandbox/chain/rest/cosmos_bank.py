"""x/bank over REST. Nothing vests here, so everything is spendable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.chain import bech32, coins, jsonpb, pb
from sandbox.chain.modules import bank
from sandbox.chain.rest.router import Json, Query, Route, paged
from sandbox.chain.rest.status import INTERNAL, INVALID_ARGUMENT, RestError

if TYPE_CHECKING:
    from sandbox.chain.coins import Coins
    from sandbox.chain.context import Context


def balances(ctx: Context, query: Query) -> Json:
    address = _address(query)
    rows, pagination = paged(
        _rows(bank.balances(ctx, address)), query.page(), refuses=(INVALID_ARGUMENT, "paginate: ")
    )
    return {"balances": rows, "pagination": pagination}


def balance(ctx: Context, query: Query) -> Json:
    denom = _denom(query)
    return {"balance": _coin(denom, bank.balance(ctx, _address(query), denom))}


def spendable(ctx: Context, query: Query) -> Json:
    """As `balance`, but the address is looked at first."""
    address = _address(query)
    denom = _denom(query)
    return {"balance": _coin(denom, bank.balance(ctx, address, denom))}


def supply(ctx: Context, query: Query) -> Json:
    rows, pagination = paged(_rows(bank.supply(ctx)), query.page(), refuses=(INTERNAL, ""))
    return {"supply": rows, "pagination": pagination}


def supply_of(ctx: Context, query: Query) -> Json:
    denom = _denom(query)
    return {"amount": _coin(denom, bank.supply(ctx).get(denom, 0))}


def params(_: Context, __: Query) -> Json:
    return {"params": {"send_enabled": [], "default_send_enabled": True}}


def _denom(query: Query) -> str:
    denom = query.text("denom")
    if not coins.is_denom(denom):
        raise RestError(INVALID_ARGUMENT, f"invalid denom: {denom}")
    return denom


def _address(query: Query) -> str:
    address = query.path["address"]
    try:
        bech32.decode(address)
    except bech32.Bech32Error as error:
        raise RestError(INVALID_ARGUMENT, f"invalid address: {error}") from error
    return address


def _rows(found: Coins) -> list[tuple[bytes, Json]]:
    return [(denom.encode(), _coin(denom, amount)) for denom, amount in sorted(found.items())]


def _coin(denom: str, amount: int) -> Json:
    return jsonpb.render(pb.coin.Coin(denom=denom, amount=str(amount)))


ROUTES: Final[tuple[Route, ...]] = (
    Route("/cosmos/bank/v1beta1/balances/{address}", balances),
    Route("/cosmos/bank/v1beta1/balances/{address}/by_denom", balance),
    Route("/cosmos/bank/v1beta1/spendable_balances/{address}", balances),
    Route("/cosmos/bank/v1beta1/spendable_balances/{address}/by_denom", spendable),
    Route("/cosmos/bank/v1beta1/supply", supply),
    Route("/cosmos/bank/v1beta1/supply/by_denom", supply_of),
    Route("/cosmos/bank/v1beta1/params", params),
)
