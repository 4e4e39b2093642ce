"""x/bme: burning AKT for ACT and back, at the oracle's price.

A chain without an oracle (the recorded one) refuses it all. Where the genesis file gives a price
(`oracle: {"akt/usd": "0.52"}`), a message becomes a pending record that an epoch's last block executes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, coins, pb
from sandbox.chain.errors import INVALID_ADDRESS, ChainError, Refusal
from sandbox.chain.modules import auth, bank
from sandbox.chain.numbers import ONE, dec_of, dec_text
from sandbox.chain.table import Table, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context

INVALID_AMOUNT: Final = Refusal("bme", 8, "invalid amount")
INVALID_DENOM: Final = Refusal("bme", 9, "invalid denom")
MODULE: Final = "bme"
AKT: Final = "uakt"
ACT: Final = "uact"
BASIS: Final = 10_000  # basis points in a whole

PENDING: Final = Table(b"\x1a\x01", pb.bme.LedgerPendingRecord)
EXECUTED: Final = Table(b"\x1a\x02", pb.bme.LedgerRecord)
CANCELED: Final = Table(b"\x1a\x03", pb.bme.LedgerCanceledRecord)
_STATE: Final = b"\x1a\x00"
_NEXT: Final = b"\x1a\x04"
_PRICE: Final = b"\x1b\x00akt/usd"


def init_genesis(ctx: Context) -> None:
    """The vault counts the ACT there are from the beginning."""
    zero = {denom: pb.coin.Coin(denom=denom, amount="0") for denom in (ACT, AKT)}
    state = pb.bme.State(
        balances=[pb.coin.Coin(denom=ACT, amount=str(bank.supply(ctx).get(ACT, 0)))],
        total_burned=[zero[ACT], zero[AKT]],
        total_minted=[zero[ACT], zero[AKT]],
        remint_credits=[zero[AKT]],
    )
    _save_vault(ctx, state)
    if found := ctx.genesis.raw.get("oracle", {}).get("akt/usd"):
        ctx.store.set(_PRICE, str(found).encode())


def vault(ctx: Context) -> Any:
    return pb.bme.State.FromString(ctx.store.get(_STATE) or b"")


def params(ctx: Context) -> Any:
    found = dict(ctx.genesis.params["bme"])
    least = [pb.coin.Coin(**coin) for coin in found.pop("min_mint")]
    return pb.bme.Params(min_mint=least, **{name: int(value) for name, value in found.items()})


def collateral_ratio(ctx: Context) -> int:
    """What the vault's AKT is worth against the ACT that was minted for it, scaled; 1 before the first."""
    state, rate = vault(ctx), price(ctx)
    minted = coins.of(state.total_minted).get(ACT, 0) - coins.of(state.total_burned).get(ACT, 0)
    held = bank.balance(ctx, bech32.module_address(MODULE), AKT)
    return held * rate // minted if minted > 0 else ONE


def price(ctx: Context) -> int:
    """USD for one AKT, scaled. Raises oracle.v2/4 where there is no oracle."""
    found = ctx.store.get(_PRICE)
    if found is None:
        kind = "github.com/cosmos/gogoproto/akash.oracle.v2.PriceHealth"
        text = f"collections: not found: key 'akt/usd' of type {kind}: price stalled"
        place = "node/x/oracle/keeper/keeper.go:309"
        raise ChainError("oracle.v2", 4, text, place, "price stalled")
    return dec_of(found.decode())


def validate(message: Any) -> None:
    if not bech32.is_address(message.owner):
        raise INVALID_ADDRESS.wrap("invalid owner address")
    if message.owner != message.to:
        raise INVALID_ADDRESS.wrap("owner and to must be the same address")
    if int(message.coins_to_burn.amount or 0) <= 0:
        raise INVALID_AMOUNT.error()


def msg_mint_act(ctx: Context, message: Any) -> Any:
    """MsgMintACT: burn AKT for ACT, when the epoch ends."""
    return pb.bme.MsgMintACTResponse(id=_queue(ctx, message, AKT, ACT))


def msg_burn_act(ctx: Context, message: Any) -> Any:
    """MsgBurnACT: burn ACT for AKT, when the epoch ends."""
    return pb.bme.MsgBurnACTResponse(id=_queue(ctx, message, ACT, AKT))


def msg_burn_mint(ctx: Context, message: Any) -> Any:
    """MsgBurnMint: the same, in the direction that the message names."""
    other = {AKT: ACT, ACT: AKT}.get(message.coins_to_burn.denom, "")
    if message.denom_to_mint != other:
        raise INVALID_DENOM.wrap(f"unsupported denom {message.denom_to_mint}")
    burned = message.coins_to_burn.denom
    return pb.bme.MsgBurnMintResponse(id=_queue(ctx, message, burned, other))


def records(ctx: Context, table: Table) -> Iterator[tuple[bytes, Any, Any]]:
    """Keys, ids and rows of a ledger table."""
    for key, row in table.scan(ctx):
        yield key, pb.bme.LedgerRecordID.FromString(key[16:]), row


def end_block(ctx: Context) -> None:
    """At the end of an epoch: execute what is pending, or cancel it and give the coins back."""
    if ctx.height % params(ctx).min_epoch_blocks:
        return
    for key, found, row in list(records(ctx, PENDING)):
        PENDING.remove(ctx, key)
        minted = _minted(ctx, row)
        least = ctx.genesis.coins_param("bme", "min_mint").get(row.denom_to_mint, 0)
        if minted < least:
            _cancel(ctx, key, row)
        else:
            _execute(ctx, key, found, row, minted)


def _queue(ctx: Context, message: Any, burned: str, minted: str) -> Any:
    price(ctx)
    if message.coins_to_burn.denom != burned:
        raise INVALID_DENOM.wrap(f"expected {burned}, got {message.coins_to_burn.denom}")
    module = auth.ensure_module(ctx, MODULE)
    bank.send(ctx, message.owner, module, coins.of([message.coins_to_burn]))
    number = int.from_bytes(ctx.store.get(_NEXT) or b"", "big") + 1
    ctx.store.set(_NEXT, number_key(number))
    found = pb.bme.LedgerRecordID(
        denom=burned, to_denom=minted, source=message.owner, height=ctx.height, sequence=number
    )
    row = pb.bme.LedgerPendingRecord(
        owner=message.owner, to=message.to, coins_to_burn=message.coins_to_burn, denom_to_mint=minted
    )
    PENDING.put(ctx, number_key(ctx.height) + number_key(number) + found.SerializeToString(), row)
    return found


def _minted(ctx: Context, row: Any) -> int:
    """What a record yields; only AKT pays the spread."""
    amount, rate = int(row.coins_to_burn.amount), price(ctx)
    if row.denom_to_mint == AKT:
        return amount * ONE // rate
    kept = BASIS - int(params(ctx).mint_spread_bps)
    return amount * rate * kept // BASIS // ONE


def _cancel(ctx: Context, key: bytes, row: Any) -> None:
    bank.send(ctx, bech32.module_address(MODULE), row.owner, coins.of([row.coins_to_burn]))
    reason = pb.bme.LedgerCanceledRecord.minimum_mint
    canceled = pb.bme.LedgerCanceledRecord(
        owner=row.owner,
        cancel_reason=reason,
        to=row.to,
        coins_to_burn=row.coins_to_burn,
        denom_to_mint=row.denom_to_mint,
    )
    CANCELED.put(ctx, key, canceled)


def _execute(ctx: Context, key: bytes, found: Any, row: Any, amount: int) -> None:
    """The burned coins leave circulation; AKT stays in the vault as collateral."""
    minted = pb.coin.Coin(denom=row.denom_to_mint, amount=str(amount))
    module = bech32.module_address(MODULE)
    state = vault(ctx)
    if found.denom == ACT:
        bank.burn(ctx, module, coins.of([row.coins_to_burn]))
        bank.send(ctx, module, row.to, coins.of([minted]))
    else:
        bank.mint(ctx, row.to, coins.of([minted]))
        auth.ensure(ctx, row.to)
    _count(state.total_burned, row.coins_to_burn)
    _count(state.total_minted, minted)
    _save_vault(ctx, state)
    rate = dec_text(price(ctx))
    prices = {AKT: rate, ACT: dec_text(ONE)}
    done = pb.bme.LedgerRecord(
        burned_from=row.owner,
        minted_to=row.to,
        burner=MODULE,
        minter=MODULE,
        burned=pb.bme.CoinPrice(coin=row.coins_to_burn, price=prices[found.denom]),
        minted=pb.bme.CoinPrice(coin=minted, price=prices[found.to_denom]),
    )
    EXECUTED.put(ctx, key, done)


def _count(listed: Any, coin: Any) -> None:
    found = next(one for one in listed if one.denom == coin.denom)
    found.amount = str(int(found.amount) + int(coin.amount))


def _save_vault(ctx: Context, state: Any) -> None:
    ctx.store.set(_STATE, state.SerializeToString(deterministic=True))
