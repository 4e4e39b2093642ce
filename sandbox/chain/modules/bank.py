"""x/bank: balances and the moves between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, coins
from sandbox.chain.errors import INSUFFICIENT_FUNDS, INVALID_COINS, UNAUTHORIZED, Refusal
from sandbox.chain.modules import auth

if TYPE_CHECKING:
    from sandbox.chain.coins import Coins
    from sandbox.chain.context import Context

SEND_DISABLED: Final = Refusal("bank", 5, "send transactions are disabled")
NOT_SENDABLE: Final = {"uact"}  # bank SendEnabled is false for it on every Akash network
MODULES: Final = {
    bech32.module_address(name)
    for name in (
        "bme",
        "bonded_tokens_pool",
        "distribution",
        "escrow",
        "fee_collector",
        "gov",
        "mint",
        "not_bonded_tokens_pool",
        "transfer",
    )
}
_BALANCES: Final = b"\x02b"
_BY_DENOM: Final = b"\x02d"
_SUPPLY: Final = b"\x02s"


def balance(ctx: Context, address: str, denom: str) -> int:
    return int(ctx.store.get(_key(address, denom)) or 0)


def balances(ctx: Context, address: str) -> Coins:
    """An account's coins in the order of their denominations."""
    prefix = _BALANCES + _sized(address)
    return {key[len(prefix) :].decode(): int(amount) for key, amount in ctx.store.scan(prefix)}


def supply(ctx: Context) -> Coins:
    """All coins there are, in the order of their denominations."""
    return {key[len(_SUPPLY) :].decode(): int(amount) for key, amount in ctx.store.scan(_SUPPLY)}


def balance_in(key: bytes) -> tuple[bytes, str] | None:
    """The account and the denomination that a key of the store is the balance of."""
    if not key.startswith(_BALANCES):
        return None
    start = len(_BALANCES) + 1
    end = start + key[start - 1]
    return key[start:end], key[end:].decode()


def supply_in(key: bytes) -> str | None:
    """The denomination that a key of the store is the supply of."""
    return key[len(_SUPPLY) :].decode() if key.startswith(_SUPPLY) else None


def mint(ctx: Context, address: str, amount: Coins) -> None:
    """Put coins into a balance out of nothing."""
    for denom, extra in amount.items():
        _set(ctx, address, denom, balance(ctx, address, denom) + extra)
        _change_supply(ctx, denom, extra)


def burn(ctx: Context, address: str, amount: Coins) -> None:
    """Destroy coins of a balance; refuses what it does not have (sdk/5)."""
    for denom, less in amount.items():
        _take(ctx, address, denom, less)
        _change_supply(ctx, denom, -less)


def send(ctx: Context, sender: str, recipient: str, amount: Coins) -> None:
    """Move coins; refuses what the sender does not have (sdk/5)."""
    auth.account(ctx, sender)
    for denom, less in sorted(amount.items()):
        _take(ctx, sender, denom, less)
    ctx.emit("coin_spent", spender=sender, amount=coins.text(amount))
    for denom, more in sorted(amount.items()):
        _set(ctx, recipient, denom, balance(ctx, recipient, denom) + more)
    ctx.emit("coin_received", receiver=recipient, amount=coins.text(amount))
    auth.ensure(ctx, recipient)
    ctx.emit("transfer", recipient=recipient, sender=sender, amount=coins.text(amount))
    ctx.emit("message", sender=sender)


def msg_send(ctx: Context, message: Any) -> None:
    """MsgSend: uact may not be sent (bank/5), and modules take nothing from outside (sdk/4)."""
    for address, name in ((message.from_address, "from"), (message.to_address, "to")):
        bech32.check(address, f"invalid {name} address")
    if not message.amount or not coins.are_valid(message.amount):
        raise INVALID_COINS.wrap(",".join(f"{coin.amount}{coin.denom}" for coin in message.amount))
    amount = coins.of(message.amount)
    for denom in amount:
        if denom in NOT_SENDABLE:
            raise SEND_DISABLED.wrap(f"{denom} transfers are currently disabled")
    if message.to_address in MODULES:
        raise UNAUTHORIZED.wrap(f"{message.to_address} is not allowed to receive funds")
    send(ctx, message.from_address, message.to_address, amount)


def _take(ctx: Context, address: str, denom: str, less: int) -> None:
    have = balance(ctx, address, denom)
    if have < less:
        raise INSUFFICIENT_FUNDS.wrap(f"spendable balance {have}{denom} is smaller than {less}{denom}")
    _set(ctx, address, denom, have - less)


def _set(ctx: Context, address: str, denom: str, amount: int) -> None:
    index = _BY_DENOM + denom.encode() + b"\x00" + _sized(address)
    if amount:
        ctx.store.set(index, b"")
        ctx.store.set(_key(address, denom), str(amount).encode())
    else:
        ctx.store.delete(index)
        ctx.store.delete(_key(address, denom))


def _change_supply(ctx: Context, denom: str, by: int) -> None:
    key = _SUPPLY + denom.encode()
    ctx.store.set(key, str(int(ctx.store.get(key) or 0) + by).encode())


def _key(address: str, denom: str) -> bytes:
    return _BALANCES + _sized(address) + denom.encode()


def _sized(address: str) -> bytes:
    raw = bech32.decode(address)
    return bytes([len(raw)]) + raw
