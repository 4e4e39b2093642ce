"""x/authz: MsgExec, by which a grantee sends messages of its granters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, codec, coins, gotext, pb
from sandbox.chain.context import Event
from sandbox.chain.errors import INSUFFICIENT_FUNDS, INVALID_REQUEST, UNAUTHORIZED, ChainError, Refusal
from sandbox.chain.modules import authz
from sandbox.chain.numbers import of_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.chain.context import Context

    Handlers = Mapping[str, Callable[[Context, Any], Any]]
    Validators = Mapping[str, Callable[[Any], None]]

EXPIRED: Final = Refusal("authz", 6, "authorization expired")
BAD_DEPOSIT_SCOPE: Final = Refusal("escrow", 15, "unauthorized deposit scope")


def msg_exec(ctx: Context, message: Any, handlers: Handlers, validators: Validators) -> Any:
    """MsgExec: every message runs in the name of its own signer, who must have allowed it to the grantee."""
    bech32.check(message.grantee, "invalid grantee address")
    if not message.msgs:
        raise INVALID_REQUEST.wrap("messages cannot be empty")
    inner = [codec.unpack(packed) for packed in message.msgs]
    for place, one in enumerate(inner):
        _validate(place, one, validators)
    results = [_run(ctx, message.grantee, place, one, handlers) for place, one in enumerate(inner)]
    return pb.authz_tx.MsgExecResponse(results=results)


def _validate(place: int, one: Any, validators: Validators) -> None:
    if check := validators.get(codec.url_of(one)):
        try:
            check(one)
        except ChainError as error:
            raise error.wrap(f"msg {place}") from error


def _run(ctx: Context, grantee: str, place: int, one: Any, handlers: Handlers) -> bytes:
    url, [granter] = codec.url_of(one), codec.signers([one])
    if granter != grantee:
        _use(ctx, granter, grantee, url, one)
    within = replace(ctx, events=[])
    try:
        answer = handlers[url](within, one)
    except ChainError as error:
        raise error.wrap(f"failed to execute message; message {gotext.compact(one)}") from error
    index = ("authz_msg_index", str(place))
    ctx.events.extend(Event(found.type, (*found.attributes, index)) for found in within.events)
    return b"" if answer is None else bytes(answer.SerializeToString(deterministic=True))


def _use(ctx: Context, granter: str, grantee: str, url: str, one: Any) -> None:
    found = authz.GRANTS.get(ctx, authz.key_of(granter, grantee, url))
    if found is None:
        text = f"failed to get grant with given granter: {granter}, grantee: {grantee} & msgType: {url} "
        raise authz.NO_AUTHORIZATION.wrap(text)
    if found.HasField("expiration") and of_timestamp(found.expiration) < ctx.time:
        raise EXPIRED.error()
    authorization = codec.unpack(found.authorization)
    if hasattr(authorization, "spend_limits"):
        _use_deposit(ctx, granter, grantee, found, one)


def _use_deposit(ctx: Context, granter: str, grantee: str, found: Any, one: Any) -> None:
    """A deposit out of the granter's own pocket counts against the grant, which goes when it is used up."""
    authorization = codec.unpack(found.authorization)
    scopes = {pb.escrow_id.deployment: "deployment", pb.escrow_id.bid: "bid"}
    name = scopes.get(one.id.scope)
    if name is None or authorization.Scope.Value(name) not in authorization.scopes:
        raise BAD_DEPOSIT_SCOPE.error()
    limits, amount = authz.limits(authorization), coins.of([one.deposit.amount])
    if not amount.keys() <= limits.keys():
        raise UNAUTHORIZED.error()
    if not coins.covers(limits, amount):
        raise INSUFFICIENT_FUNDS.error()
    left = coins.minus(limits, amount)
    if left:
        authz.spend(ctx, granter, grantee, found, left)
    else:
        authz.remove(ctx, granter, grantee, authz.DEPOSIT_URL, found)
