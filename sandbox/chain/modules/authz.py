"""x/authz: grants, and what a deposit grant still allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, codec, coins, pb
from sandbox.chain.errors import INVALID_COINS, INVALID_REQUEST, INVALID_TYPE, Refusal, panic
from sandbox.chain.modules import auth
from sandbox.chain.numbers import SECOND, of_timestamp, rfc3339
from sandbox.chain.table import Table, moment_in, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.context import Context

NO_AUTHORIZATION: Final = Refusal("authz", 2, "authorization not found")
BAD_EXPIRATION: Final = Refusal(
    "authz", 3, "expiration time of authorization should be more than current time"
)
SAME_ACCOUNT: Final = Refusal("authz", 7, "grantee and granter should be different")
BAD_SCOPE: Final = Refusal("escrow", 17, "invalid authz scope")
DEPOSIT_AUTHORIZATION: Final = "/akash.escrow.v1.DepositAuthorization"
DEPOSIT_URL: Final = "/akash.escrow.v1.MsgAccountDeposit"
_ADDRESS: Final = 21  # a length byte and 20 bytes

GRANTS: Final = Table(b"\x03\x01", pb.authz.Grant)
_BY_GRANTEE: Final = b"\x03e"
_QUEUE: Final = b"\x03q"


def key_of(granter: str, grantee: str, url: str = "") -> bytes:
    """A grant's key; without a message type the beginning of the keys of a pair."""
    return _sized(granter) + _sized(grantee) + (_sized_text(url) if url else b"")


def parties(key: bytes) -> tuple[str, str]:
    """Granter and grantee of a grant's key."""
    return bech32.encode(key[1:_ADDRESS]), bech32.encode(key[_ADDRESS + 1 : 2 * _ADDRESS])


def grant(ctx: Context, granter: str, grantee: str, url: str) -> Any:
    """The grant of a pair for one message type, or None when missing or expired."""
    found = GRANTS.get(ctx, key_of(granter, grantee, url))
    return found if found is not None and not _is_over(ctx, found) else None


def deposit_grants(ctx: Context, grantee: str) -> Iterator[tuple[str, Any]]:
    """Granters and their live deposit grants to a wallet, in the order of the granters' addresses."""
    for entry, _ in ctx.store.scan(_BY_GRANTEE + _sized(grantee) + _sized_text(DEPOSIT_URL)):
        key = _key_of_entry(entry)
        found = GRANTS.get(ctx, key)
        if found is not None and not _is_over(ctx, found):
            yield parties(key)[0], found


def grants_below(ctx: Context, prefix: bytes) -> Iterator[tuple[bytes, Any]]:
    """Keys and live grants under the beginning of a key."""
    for key, found in GRANTS.scan(ctx, prefix):
        if not _is_over(ctx, found):
            yield key, found


def grants_of(ctx: Context, granter: str) -> Iterator[tuple[bytes, Any]]:
    return grants_below(ctx, _sized(granter))


def grants_to(ctx: Context, grantee: str) -> Iterator[tuple[bytes, Any]]:
    """Keys and live grants to a grantee, in the order of their keys."""
    keys = sorted(_key_of_entry(entry) for entry, _ in ctx.store.scan(_BY_GRANTEE + _sized(grantee)))
    rows = ((key, GRANTS.get(ctx, key)) for key in keys)
    return ((key, row) for key, row in rows if row is not None and not _is_over(ctx, row))


def spend(ctx: Context, granter: str, grantee: str, found: Any, left: coins.Coins) -> None:
    """Store a deposit grant with what is left of it. The first use empties the deprecated single limit."""
    authorization = codec.unpack(found.authorization)
    authorization.spend_limit.CopyFrom(pb.coin.Coin(denom="uakt", amount="0"))
    del authorization.spend_limits[:]
    authorization.spend_limits.extend(coins.messages(left))
    found.authorization.CopyFrom(codec.pack(authorization))
    _store(ctx, granter, grantee, DEPOSIT_URL, found)


def give_back(ctx: Context, granter: str, grantee: str, amount: coins.Coins) -> None:
    """Raise a deposit grant by a refund, if it is still there. A used single limit moves to the others."""
    found = grant(ctx, granter, grantee, DEPOSIT_URL)
    if found is None or found.authorization.type_url != DEPOSIT_AUTHORIZATION:
        return
    authorization = codec.unpack(found.authorization)
    single, limits = authorization.spend_limit, coins.of(authorization.spend_limits)
    if not single.amount:  # the chain reads a number there, and finds none
        raise panic("runtime error: invalid memory address or nil pointer dereference")
    if int(single.amount) > 0:
        limits, single.amount = coins.plus(limits, coins.of([single])), "0"
    del authorization.spend_limits[:]
    authorization.spend_limits.extend(coins.messages(coins.plus(limits, amount)))
    found.authorization.CopyFrom(codec.pack(authorization))
    _store(ctx, granter, grantee, DEPOSIT_URL, found)


def msg_grant(ctx: Context, message: Any) -> None:
    """MsgGrant: the new grant replaces the old one of the same pair and type; makes the grantee's account."""
    if message.grantee == message.granter:
        raise SAME_ACCOUNT.error()
    _check_addresses(message)
    authorization = codec.unpack(message.grant.authorization)
    url = _url_of(authorization)
    if codec.url_of(authorization) == DEPOSIT_AUTHORIZATION:
        _check_deposit(authorization)
    auth.ensure(ctx, message.grantee)
    if url not in codec.SIGNERS:
        raise INVALID_TYPE.wrap(f"{url} doesn't exist.")
    _check_expiration(ctx, message.grant)
    _store(ctx, message.granter, message.grantee, url, message.grant)


def msg_revoke(ctx: Context, message: Any) -> None:
    """MsgRevoke; a grant that is not there is authz/2."""
    if message.grantee == message.granter:
        raise SAME_ACCOUNT.error()
    _check_addresses(message)
    key = key_of(message.granter, message.grantee, message.msg_type_url)
    found = GRANTS.get(ctx, key)
    if found is None:
        shown = go_text(GRANTS.prefix[1:] + key)
        raise NO_AUTHORIZATION.wrap(f"failed to delete grant with key {shown}")
    remove(ctx, message.granter, message.grantee, message.msg_type_url, found)


def remove(ctx: Context, granter: str, grantee: str, url: str, found: Any) -> None:
    """Delete a grant that is there."""
    key = key_of(granter, grantee, url)
    GRANTS.remove(ctx, key)
    ctx.store.delete(_entry_of(key))
    if found.HasField("expiration"):
        ctx.store.delete(_queue_key(found, key))
    ctx.emit_named("cosmos.authz.v1beta1.EventRevoke", granter=granter, grantee=grantee, msg_type_url=url)


def limits(authorization: Any) -> coins.Coins:
    """What a deposit grant still allows, the deprecated single limit included."""
    single = coins.of([authorization.spend_limit]) if authorization.spend_limit.denom else {}
    return coins.plus(coins.of(authorization.spend_limits), single)


def drop_expired(ctx: Context) -> None:
    """At the beginning of a block: grants whose time has come."""
    now = _QUEUE + number_key(ctx.time)
    while (queued := ctx.kv.first(_QUEUE)) is not None and queued <= now:
        key = queued[len(now) :]
        ctx.kv.delete(GRANTS.prefix + key)
        ctx.kv.delete(_entry_of(key))
        ctx.kv.delete(queued)


def first_due(ctx: Context) -> int | None:
    """The earliest time after which `drop_expired` has something to do, None while it has nothing."""
    return moment_in(ctx.kv.first(_QUEUE), _QUEUE)


def expire(ctx: Context, grantee: str, moment: int, granter: str | None) -> int:
    """Let the live grants to an account (of one granter, or of all) end at a moment; how many there were."""
    found = [(parties(key)[0], row) for key, row in grants_to(ctx, grantee)]
    ending = [(giver, row) for giver, row in found if granter in (None, giver)]
    for giver, row in ending:
        row.expiration.seconds, row.expiration.nanos = divmod(moment, SECOND)
        _store(ctx, giver, grantee, _url_of(codec.unpack(row.authorization)), row)
    return len(ending)


def go_text(raw: bytes) -> str:
    """Bytes as Go prints them in JSON: each byte that is no UTF-8 becomes one replacement character."""
    shown = []
    while raw:
        size = next((n for n in (1, 2, 3, 4) if _is_letter(raw[:n])), 0)
        shown.append(raw[:size].decode() if size else "\ufffd")
        raw = raw[size or 1 :]
    return "".join(shown)


def _is_letter(raw: bytes) -> bool:
    try:
        return len(raw.decode()) == 1
    except UnicodeDecodeError:
        return False


def _store(ctx: Context, granter: str, grantee: str, url: str, found: Any) -> None:
    key = key_of(granter, grantee, url)
    old = GRANTS.get(ctx, key)
    if old is None:
        ctx.store.set(_entry_of(key), b"")
    was, now = (None if one is None else _expiry(one) for one in (old, found))
    if old is not None and was is not None and was != now:
        ctx.store.delete(_queue_key(old, key))
    if now is not None and was != now:
        ctx.store.set(_queue_key(found, key), b"")
    GRANTS.put(ctx, key, found)
    ctx.emit_named("cosmos.authz.v1beta1.EventGrant", granter=granter, grantee=grantee, msg_type_url=url)


def _check_addresses(message: Any) -> None:
    for name in ("grantee", "granter"):
        bech32.check(getattr(message, name), f"invalid {name} address")


def _check_expiration(ctx: Context, found: Any) -> None:
    if found.HasField("expiration") and of_timestamp(found.expiration) <= ctx.time:
        # The node prints both without their fractions.
        now, then = (rfc3339(moment)[:19] + "Z" for moment in (ctx.time, of_timestamp(found.expiration)))
        raise BAD_EXPIRATION.wrap(f"expiration must be after the current block time ({now}), got {then}")


def _check_deposit(authorization: Any) -> None:
    if not authorization.scopes:
        raise BAD_SCOPE.wrap("empty scope")
    names = {number: name for name, number in type(authorization).Scope.items()}
    for place, scope in enumerate(authorization.scopes):
        if not scope or scope not in names:
            raise BAD_SCOPE.wrap(f'invalid scope "{names.get(scope, scope)}"')
        if scope in authorization.scopes[:place]:
            raise BAD_SCOPE.wrap(f'duplicate scope "{names[scope]}"')
    single = authorization.spend_limit
    if single.amount and not coins.is_valid(single):
        raise INVALID_COINS.wrap("spend limit is not valid")
    if not coins.are_valid(authorization.spend_limits):
        raise INVALID_COINS.wrap("spend limits are not valid")


def _url_of(authorization: Any) -> str:
    kind = codec.url_of(authorization)
    if kind == DEPOSIT_AUTHORIZATION:
        return DEPOSIT_URL
    if kind == "/cosmos.authz.v1beta1.GenericAuthorization":
        return str(authorization.msg)
    raise INVALID_REQUEST.wrap(f"{kind} is not an authorization")


def _is_over(ctx: Context, found: Any) -> bool:
    return bool(found.HasField("expiration") and of_timestamp(found.expiration) < ctx.time)


def _queue_key(found: Any, key: bytes) -> bytes:
    return _QUEUE + number_key(of_timestamp(found.expiration)) + key


def _expiry(found: Any) -> int | None:
    return of_timestamp(found.expiration) if found.HasField("expiration") else None


def _entry_of(key: bytes) -> bytes:
    """A grant's entry in the list of its grantee: grantee, message type, granter."""
    return _BY_GRANTEE + key[_ADDRESS:] + key[:_ADDRESS]


def _key_of_entry(entry: bytes) -> bytes:
    return entry[-_ADDRESS:] + entry[len(_BY_GRANTEE) : -_ADDRESS]


def _sized_text(text: str) -> bytes:
    raw = text.encode()
    return bytes([len(raw)]) + raw


def _sized(address: str) -> bytes:
    raw = bech32.decode(address)
    return bytes([len(raw)]) + raw
