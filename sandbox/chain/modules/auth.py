"""x/auth: accounts, their numbers and sequences, and the timeouts of unordered transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, codec, pb
from sandbox.chain.errors import INVALID_REQUEST
from sandbox.chain.table import Index, Table, moment_in, number_key

if TYPE_CHECKING:
    from sandbox.chain.context import Context

_BY_NUMBER = Index(b"\x01n", lambda _, row: number_key(_base(row).account_number))
ACCOUNTS: Final = Table(b"\x01a", pb.any_.Any, (_BY_NUMBER,))
_NEXT_NUMBER: Final = b"\x01globalAccountNumber"
_NONCES: Final = b"\x01u"
_PARAMS: Final = b"\x01params"
NO_NUMBER: Final = 2**64 - 1


def account(ctx: Context, address: str) -> Any:
    """The BaseAccount of an address (of a module too), or None."""
    packed = ACCOUNTS.get(ctx, bech32.decode(address))
    return None if packed is None else _base(packed)


def packed_account(ctx: Context, address: str) -> Any:
    """The account in its Any, as `accounts/{address}` answers it, or None."""
    return ACCOUNTS.get(ctx, bech32.decode(address))


def save(ctx: Context, base: Any) -> None:
    """Store a plain account."""
    ACCOUNTS.put(ctx, bech32.decode(base.address), codec.pack(base))


def ensure(ctx: Context, address: str) -> None:
    """Make the account of an address that the chain has not seen."""
    if not ACCOUNTS.has(ctx, bech32.decode(address)):
        save(ctx, pb.auth.BaseAccount(address=address, account_number=_take_number(ctx)))


def ensure_module(ctx: Context, name: str, number: int | None = None) -> str:
    """The address of a module's account, which gets its number when it is first reached."""
    address = bech32.module_address(name)
    key = bech32.decode(address)
    if ACCOUNTS.get(ctx, key) is None:
        taken = _take_number(ctx) if number is None else number
        base = pb.auth.BaseAccount(address=address, account_number=taken)
        ACCOUNTS.put(ctx, key, codec.pack(pb.auth.ModuleAccount(base_account=base, name=name)))
    return address


def set_next_number(ctx: Context, number: int) -> None:
    ctx.store.set(_NEXT_NUMBER, number_key(number))


def set_params(ctx: Context) -> None:
    """Write the parameters, which every transaction pays to read."""
    params = {name: int(value) for name, value in ctx.genesis.params["auth"].items()}
    ctx.store.set(_PARAMS, pb.auth.Params(**params).SerializeToString(deterministic=True))


def params(ctx: Context) -> Any:
    return pb.auth.Params.FromString(ctx.store.get(_PARAMS) or b"")


def use_nonce(ctx: Context, address: str, timeout: int) -> None:
    """Remember that a signer used a timeout; refuses one that it has used before (sdk/18)."""
    key = _NONCES + number_key(timeout) + bech32.decode(address)
    if ctx.store.has(key):
        raise INVALID_REQUEST.wrap(
            f"failed to add unordered nonce: sender {address} has already used timeout {timeout}"
        )
    ctx.store.set(key, b"")


def forget_nonces(ctx: Context) -> None:
    """Before a block: drop the timeouts that have passed."""
    now = _NONCES + number_key(ctx.time)
    while (key := ctx.kv.first(_NONCES)) is not None and key < now:
        ctx.kv.delete(key)


def first_due(ctx: Context) -> int | None:
    """The earliest time after which `forget_nonces` has something to do, None while it has nothing."""
    return moment_in(ctx.kv.first(_NONCES), _NONCES)


def _take_number(ctx: Context) -> int:
    number = int.from_bytes(ctx.store.get(_NEXT_NUMBER) or b"", "big")
    set_next_number(ctx, number + 1)
    return number


def _base(packed: Any) -> Any:
    inner = codec.unpack(packed)
    return inner.base_account if hasattr(inner, "base_account") else inner
