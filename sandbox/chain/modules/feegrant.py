"""x/feegrant: who pays whose fees, and how much is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, codec, coins, pb
from sandbox.chain.errors import INVALID_ADDRESS, INVALID_REQUEST, NOT_FOUND, Refusal, plain
from sandbox.chain.modules import auth, feegrant_checks
from sandbox.chain.numbers import SECOND, of_timestamp
from sandbox.chain.table import Table, moment_in, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.chain.context import Context

LIMIT_EXCEEDED: Final = Refusal("feegrant", 2, "fee limit exceeded")
EXPIRED: Final = Refusal("feegrant", 3, "fee allowance expired")
NOT_ALLOWED: Final = Refusal("feegrant", 7, "message not allowed")

ALLOWANCES: Final = Table(b"\x04\x00", pb.feegrant.Grant)
_QUEUE: Final = b"\x04q"


def key_of(granter: str, grantee: str) -> bytes:
    return _sized(grantee) + _sized(granter)


def allowance(ctx: Context, granter: str, grantee: str) -> Any:
    """The feegrant.Grant of a pair; raises sdk/38 where there is none."""
    found = ALLOWANCES.get(ctx, key_of(granter, grantee))
    if found is None:
        raise NOT_FOUND.wrap("fee-grant not found")
    return found


def use(ctx: Context, granter: str, grantee: str, fee: coins.Coins, urls: Sequence[str]) -> None:
    """Take a fee from an allowance. One that is used up is deleted."""
    found = allowance(ctx, granter, grantee)
    inner = codec.unpack(found.allowance)
    is_used_up = _accept(ctx, inner, fee, urls)
    if is_used_up:
        _remove(ctx, granter, grantee)
        ctx.emit("use_feegrant", granter=granter, grantee=grantee)
        return
    ctx.emit("use_feegrant", granter=granter, grantee=grantee)
    auth.account(ctx, grantee)
    found.allowance.CopyFrom(codec.pack(inner))
    ALLOWANCES.put(ctx, key_of(granter, grantee), found)
    ctx.emit("update_feegrant", granter=granter, grantee=grantee)


def allowances_to(ctx: Context, grantee: str) -> Iterator[tuple[bytes, Any]]:
    return ALLOWANCES.scan(ctx, _sized(grantee))


def allowances_of(ctx: Context, granter: str) -> Iterator[tuple[bytes, Any]]:
    """Keys and allowances that an account gave, in the order of their keys."""
    return ((key, row) for key, row in ALLOWANCES.scan(ctx) if row.granter == granter)


def msg_grant(ctx: Context, message: Any) -> None:
    """MsgGrantAllowance: one allowance a pair; makes the grantee's account."""
    _check(message)
    if ALLOWANCES.get(ctx, key_of(message.granter, message.grantee)) is not None:
        raise INVALID_REQUEST.wrap("fee allowance already exists")
    inner = codec.unpack(message.allowance)
    feegrant_checks.check(inner)
    auth.ensure(ctx, message.grantee)
    _start(ctx, inner)
    row = pb.feegrant.Grant(granter=message.granter, grantee=message.grantee, allowance=codec.pack(inner))
    key = key_of(message.granter, message.grantee)
    expiry = _expiry(row)
    feegrant_checks.check_expiry(expiry, ctx.time)
    if expiry is not None:
        ctx.store.set(_QUEUE + number_key(expiry) + key, b"")
    ALLOWANCES.put(ctx, key, row)
    ctx.emit("set_feegrant", granter=message.granter, grantee=message.grantee)


def msg_revoke(ctx: Context, message: Any) -> None:
    """MsgRevokeAllowance; one that is not there is sdk/38."""
    _check(message)
    allowance(ctx, message.granter, message.grantee)
    _remove(ctx, message.granter, message.grantee)


def drop_expired(ctx: Context) -> None:
    """At the end of a block: allowances whose time has come."""
    now = _QUEUE + number_key(ctx.time)
    while (queued := ctx.kv.first(_QUEUE)) is not None and queued <= now:
        key = queued[len(now) :]
        row = ALLOWANCES.get(ctx, key)
        # One that was revoked and given anew may end later than the entry of the old one says.
        if row is not None and _expiry(row) == int.from_bytes(queued[len(_QUEUE) : len(now)], "big"):
            ALLOWANCES.remove(ctx, key)
        ctx.kv.delete(queued)


def first_due(ctx: Context) -> int | None:
    """The earliest time after which `drop_expired` has something to do, None while it has nothing."""
    return moment_in(ctx.kv.first(_QUEUE), _QUEUE)


def expire(ctx: Context, grantee: str, moment: int, granter: str | None) -> int:
    """Let the allowances to an account (of one granter, or of all) end at a moment; how many there were."""
    ending = [(key, row) for key, row in allowances_to(ctx, grantee) if granter in (None, row.granter)]
    for key, row in ending:
        row.allowance.CopyFrom(_ending(row.allowance, moment))
        ALLOWANCES.put(ctx, key, row)
        ctx.store.set(_QUEUE + number_key(moment) + key, b"")
    return len(ending)


def _ending(packed: Any, moment: int) -> Any:
    """An allowance that ends at a moment, whatever it is wrapped in."""
    inner = codec.unpack(packed)
    if hasattr(inner, "allowed_messages"):
        inner.allowance.CopyFrom(_ending(inner.allowance, moment))
    else:
        _stamp((inner.basic if hasattr(inner, "basic") else inner).expiration, moment)
    return codec.pack(inner)


def _remove(ctx: Context, granter: str, grantee: str) -> None:
    ALLOWANCES.remove(ctx, key_of(granter, grantee))
    ctx.emit("revoke_feegrant", granter=granter, grantee=grantee)


def _check(message: Any) -> None:
    """Nobody pays for itself (sdk/7); a malformed address is Go's own error, without a code."""
    if message.granter == message.grantee:
        raise INVALID_ADDRESS.wrap("cannot self-grant fee authorization")
    for address in (message.grantee, message.granter):
        try:
            bech32.decode(address)
        except bech32.Bech32Error as error:
            raise plain(str(error)) from error


def _accept(ctx: Context, inner: Any, fee: coins.Coins, urls: Sequence[str]) -> bool:
    """Lower the allowance by the fee; says whether it is used up. Raises feegrant/2, /3 or /7."""
    if hasattr(inner, "allowed_messages"):
        return _accept_allowed(ctx, inner, fee, urls)
    if hasattr(inner, "basic"):
        return _accept_periodic(ctx, inner, fee)
    return _accept_basic(ctx, inner, fee, "basic allowance")


def _accept_basic(ctx: Context, inner: Any, fee: coins.Coins, name: str) -> bool:
    if inner.HasField("expiration") and of_timestamp(inner.expiration) < ctx.time:
        raise EXPIRED.wrap(name)
    if not inner.spend_limit:
        return False
    limit = coins.of(inner.spend_limit)
    if not coins.covers(limit, fee):
        raise LIMIT_EXCEEDED.wrap(name)
    left = coins.minus(limit, fee)
    _replace(inner.spend_limit, left)
    return not left


def _accept_periodic(ctx: Context, inner: Any, fee: coins.Coins) -> bool:
    _roll_period(ctx, inner)
    if not coins.covers(coins.of(inner.period_can_spend), fee):
        raise LIMIT_EXCEEDED.wrap("period limit")
    _replace(inner.period_can_spend, coins.minus(coins.of(inner.period_can_spend), fee))
    return _accept_basic(ctx, inner.basic, fee, "absolute limit")


def _accept_allowed(ctx: Context, inner: Any, fee: coins.Coins, urls: Sequence[str]) -> bool:
    if any(url not in inner.allowed_messages for url in urls):
        raise NOT_ALLOWED.wrap("message does not exist in allowed messages")
    within = codec.unpack(inner.allowance)
    is_used_up = _accept(ctx, within, fee, urls)
    inner.allowance.CopyFrom(codec.pack(within))
    return is_used_up


def _roll_period(ctx: Context, inner: Any) -> None:
    """A new period gives its whole limit again, but never more than the allowance has left."""
    if ctx.time < of_timestamp(inner.period_reset):
        return
    limit, basic = coins.of(inner.period_spend_limit), coins.of(inner.basic.spend_limit)
    if basic:
        limit = {denom: min(amount, basic.get(denom, 0)) for denom, amount in limit.items()}
    _replace(inner.period_can_spend, limit)
    step = of_timestamp(inner.period)
    following = of_timestamp(inner.period_reset) + step
    _stamp(inner.period_reset, ctx.time + step if ctx.time > following else following)


def _start(ctx: Context, inner: Any) -> None:
    """A periodic allowance without a first reset begins its period now."""
    if hasattr(inner, "basic") and not inner.HasField("period_reset"):
        _stamp(inner.period_reset, ctx.time + of_timestamp(inner.period))


def _stamp(stamp: Any, moment: int) -> None:
    stamp.seconds, stamp.nanos = divmod(moment, SECOND)


def _replace(listed: Any, found: coins.Coins) -> None:
    del listed[:]
    listed.extend(coins.messages(found))


def _expiry(row: Any) -> int | None:
    inner = codec.unpack(row.allowance)
    while hasattr(inner, "allowed_messages"):
        inner = codec.unpack(inner.allowance)
    basic = inner.basic if hasattr(inner, "basic") else inner
    return of_timestamp(basic.expiration) if basic.HasField("expiration") else None


def _sized(address: str) -> bytes:
    raw = bech32.decode(address)
    return bytes([len(raw)]) + raw
