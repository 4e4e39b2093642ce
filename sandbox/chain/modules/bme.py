"""x/bme: burning AKT for ACT and back, at the oracle's price.

A chain without an oracle (the recorded one) refuses it all. Where the genesis file gives a price
(`oracle: {"akt/usd": "0.52"}`) and the vault its collateral (`bme_vault: "1000000000"`, in uakt), a message
becomes a pending record that an epoch's last block executes (`bme_epoch`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, coins, pb
from sandbox.chain.errors import INVALID_COINS, ChainError, Refusal
from sandbox.chain.modules import auth, bank
from sandbox.chain.numbers import ONE, dec_of
from sandbox.chain.table import Table, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context

UNAUTHORIZED: Final = Refusal("bme", 3, "unauthorized")
CIRCUIT_BREAKER: Final = Refusal("bme", 6, "circuit breaker is active")
INVALID_AMOUNT: Final = Refusal("bme", 8, "invalid amount")
INVALID_DENOM: Final = Refusal("bme", 9, "invalid denomination")
MODULE: Final = "bme"
ADDRESS: Final = bech32.module_address(MODULE)
AKT: Final = "uakt"
ACT: Final = "uact"
BASIS: Final = 10_000  # basis points in a whole
ROUTES: Final = {(AKT, ACT), (ACT, AKT)}

PENDING: Final = Table(b"\x1a\x01", pb.bme.LedgerPendingRecord)
EXECUTED: Final = Table(b"\x1a\x02", pb.bme.LedgerRecord)
CANCELED: Final = Table(b"\x1a\x03", pb.bme.LedgerCanceledRecord)
_STATE: Final = b"\x1a\x00"
_LAST: Final = b"\x1a\x04"
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
    save_vault(ctx, state)
    if found := ctx.genesis.raw.get("oracle", {}).get("akt/usd"):
        ctx.store.set(_PRICE, str(found).encode())
    if collateral := int(ctx.genesis.raw.get("bme_vault", 0)):
        bank.mint(ctx, auth.ensure_module(ctx, MODULE), {AKT: collateral})


def vault(ctx: Context) -> Any:
    return pb.bme.State.FromString(ctx.store.get(_STATE) or b"")


def save_vault(ctx: Context, state: Any) -> None:
    ctx.store.set(_STATE, state.SerializeToString(deterministic=True))


def params(ctx: Context) -> Any:
    found = dict(ctx.genesis.params["bme"])
    least = [pb.coin.Coin(**coin) for coin in found.pop("min_mint")]
    return pb.bme.Params(min_mint=least, **{name: int(value) for name, value in found.items()})


def collateral_ratio(ctx: Context) -> int:
    """What the vault's AKT is worth against all ACT, scaled. AKT that waits for its epoch is not in it.

    Raises oracle.v2/4 without a price.
    """
    rate = price(ctx)
    pending = (row.coins_to_burn for _, found, row in records(ctx, PENDING) if found.denom == AKT)
    waiting = sum(int(coin.amount) for coin in pending)
    worth = (bank.balance(ctx, ADDRESS, AKT) - waiting) * rate
    there_is = bank.supply(ctx).get(ACT, 0)
    return worth // there_is if there_is else worth


def status(ctx: Context) -> int:
    """The circuit breaker: healthy, warning, or halted for want of collateral or of a price."""
    try:
        ratio = collateral_ratio(ctx) * BASIS // ONE
    except ChainError:
        return int(pb.bme.mint_status_halt_oracle)
    limits = params(ctx)
    if ratio > limits.circuit_breaker_warn_threshold:
        return int(pb.bme.mint_status_healthy)
    is_warned = ratio > limits.circuit_breaker_halt_threshold
    return int(pb.bme.mint_status_warning if is_warned else pb.bme.mint_status_halt_cr)


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
    bech32.check(message.owner, "invalid owner address")
    bech32.check(message.to, "invalid to address")
    if message.owner != message.to:
        raise UNAUTHORIZED.wrap("owner and to addresses must match")
    try:
        coins.check_coin(message.coins_to_burn)
    except ChainError as error:
        raise INVALID_COINS.wrap(f"invalid coins: {error.text}") from error
    if not int(message.coins_to_burn.amount or 0):
        raise INVALID_AMOUNT.wrap("amount must not be 0")


def msg_mint_act(ctx: Context, message: Any) -> Any:
    """MsgMintACT: burn AKT for ACT, when the epoch ends."""
    return pb.bme.MsgMintACTResponse(id=_queue(ctx, message, ACT))


def msg_burn_act(ctx: Context, message: Any) -> Any:
    """MsgBurnACT: burn ACT for AKT, when the epoch ends."""
    return pb.bme.MsgBurnACTResponse(id=_queue(ctx, message, AKT))


def msg_burn_mint(ctx: Context, message: Any) -> Any:
    """MsgBurnMint: the same, in the direction that the message names."""
    return pb.bme.MsgBurnMintResponse(id=_queue(ctx, message, message.denom_to_mint))


def records(ctx: Context, table: Table) -> Iterator[tuple[bytes, Any, Any]]:
    """Keys, ids and rows of a ledger table."""
    for key, row in table.scan(ctx):
        yield key, pb.bme.LedgerRecordID.FromString(key[16:]), row


def has_pending(ctx: Context) -> bool:
    """Whether the end of an epoch will have something to do."""
    return ctx.kv.first(PENDING.prefix) is not None


def _queue(ctx: Context, message: Any, minted: str) -> Any:
    """Take the coins and note what is asked for; a tripped breaker still lets ACT be burned for AKT."""
    burned = message.coins_to_burn.denom
    if (burned, minted) not in ROUTES:
        raise INVALID_DENOM.wrap(f"invalid swap route {burned} -> {minted}")
    price(ctx)
    if status(ctx) == pb.bme.mint_status_halt_cr and minted == ACT:
        raise CIRCUIT_BREAKER.error()
    bank.send(
        ctx, message.owner, auth.ensure_module(ctx, MODULE), {burned: int(message.coins_to_burn.amount)}
    )
    number = _next_number(ctx)
    found = pb.bme.LedgerRecordID(
        denom=burned, to_denom=minted, source=message.owner, height=ctx.height, sequence=number
    )
    row = pb.bme.LedgerPendingRecord(
        owner=message.owner, to=message.to, coins_to_burn=message.coins_to_burn, denom_to_mint=minted
    )
    PENDING.put(ctx, number_key(ctx.height) + number_key(number) + found.SerializeToString(), row)
    return found


def _next_number(ctx: Context) -> int:
    """Counted from 1 in every block."""
    last = ctx.store.get(_LAST) or b""
    number = int.from_bytes(last[8:], "big") + 1 if last[:8] == number_key(ctx.height) else 1
    ctx.store.set(_LAST, number_key(ctx.height) + number_key(number))
    return number
