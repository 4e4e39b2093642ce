"""Fees: how much a node asks for, and who pays them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.chain import bech32, coins
from sandbox.chain.context import Event, Mode
from sandbox.chain.errors import (
    INSUFFICIENT_FEE,
    INSUFFICIENT_FUNDS,
    INVALID_ADDRESS,
    UNKNOWN_ADDRESS,
    ChainError,
)
from sandbox.chain.modules import auth, authz, bank, feegrant
from sandbox.chain.numbers import ceil_of

if TYPE_CHECKING:
    from sandbox.chain.context import Context
    from sandbox.chain.transaction import Transaction

COLLECTOR: Final = "fee_collector"


def check_amount(tx: Transaction) -> None:
    """A fee is nothing, or coins that could be sent (sdk/13)."""
    if tx.fee.amount and not coins.are_valid(tx.fee.amount):
        shown = ",".join(f"{coin.amount}{coin.denom}" for coin in tx.fee.amount)
        raise INSUFFICIENT_FEE.wrap(f"invalid fee provided: {shown}")


def deduct(ctx: Context, tx: Transaction) -> None:
    """Take the fee from its granter or its payer. A simulation pays what it offers, if anything."""
    if ctx.mode is Mode.CHECK:
        _check_price(ctx, tx)
    payer = tx.fee_payer
    if tx.fee.granter and tx.fee.granter != payer:
        _use_grant(ctx, tx, payer)
        payer = tx.fee.granter
    if auth.account(ctx, payer) is None:
        raise UNKNOWN_ADDRESS.wrap(f"fee payer address: {payer} does not exist")
    amount = tx.fee_coins
    if amount:
        _collect(ctx, payer, amount)
    ctx.events.append(Event("tx", (("fee", coins.text(amount)), ("fee_payer", payer))))


def _check_price(ctx: Context, tx: Transaction) -> None:
    """A node of its own choice takes no transaction that pays less than its minimum gas price (sdk/13)."""
    price, denom = ctx.genesis.minimum_gas_price
    required = ceil_of(price * tx.fee.gas_limit)
    if tx.fee_coins.get(denom, 0) < required:
        raise INSUFFICIENT_FEE.wrap(
            f"insufficient fees; got: {coins.text(tx.fee_coins)} required: {required}{denom}"
        )


def _use_grant(ctx: Context, tx: Transaction, payer: str) -> None:
    if not bech32.is_address(tx.fee.granter):
        raise INVALID_ADDRESS.wrap(f"invalid fee granter address ({tx.fee.granter})")
    try:
        feegrant.use(ctx, tx.fee.granter, payer, tx.fee_coins, tx.urls)
    except ChainError as error:
        if error.codespace == "sdk" and error.code == _OUT_OF_GAS:
            raise
        # The node prints the two addresses as bytes.
        granter, grantee = (authz.go_text(bech32.decode(found)) for found in (tx.fee.granter, payer))
        raise error.wrap(f"{granter} does not allow to pay fees for {grantee}") from error


def _collect(ctx: Context, payer: str, amount: coins.Coins) -> None:
    collector = auth.ensure_module(ctx, COLLECTOR)
    try:
        bank.send(ctx, payer, collector, amount)
    except ChainError as error:
        if (error.codespace, error.code) != ("sdk", INSUFFICIENT_FUNDS.code):
            raise
        raise INSUFFICIENT_FUNDS.wrap(error.text) from error


_OUT_OF_GAS: Final = 11
