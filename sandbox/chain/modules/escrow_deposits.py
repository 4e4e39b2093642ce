"""x/escrow: where a deposit comes from: the signer's own balance, or the grants of others to it (AEP-75)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import codec, coins, pb
from sandbox.chain.errors import ChainError, Refusal, panic, plain
from sandbox.chain.modules import auth, authz, bank
from sandbox.chain.numbers import ONE

if TYPE_CHECKING:
    from sandbox.chain.context import Context

INVALID_SOURCE: Final = Refusal("akash", 4, "invalid deposit source")
INSUFFICIENT: Final = "deposit invalid: insufficient balance"
Source: Final = pb.deposit.Source
_PLACE: Final = "chain-sdk/go/node/types/deposit/v1/deposit.go"


def check(deposit: Any) -> None:
    """ValidateBasic of a Deposit: its coin, then its sources."""
    coins.check_coin(deposit.amount)
    check_sources(deposit)


def check_sources(deposit: Any) -> None:
    """ValidateBasic of a Deposit: at least one source, each once (akash/4)."""
    if not deposit.sources:
        raise _invalid("empty deposit sources", 18)
    for place, source in enumerate(deposit.sources):
        if source not in (Source.balance, Source.grant):
            raise _invalid(f"empty deposit source type {source}", 25)
        if source in deposit.sources[:place]:
            raise _invalid(f"duplicate deposit source type {source}", 32)


def text_of(deposit: Any) -> str:
    """A Deposit as Go prints it."""
    sources = " ".join(Source.Name(source) for source in deposit.sources)
    return f"{{{deposit.amount.amount}{deposit.amount.denom} [{sources}]}}"


def authorize(ctx: Context, signer: str, deposit: Any, scope: str) -> list[Any]:
    """Depositors that together give the amount, in the order of the sources. Lowers the grants that are used.

    Raises undefined/1 where they do not suffice. `scope` is what a grant must allow: deployment or bid.
    """
    left, found = int(deposit.amount.amount or 0), []
    if left < 0:
        raise panic(f"negative coin amount: {left}")
    for source in deposit.sources:
        taken = _from_balance if source == Source.balance else _from_grants
        for depositor in taken(ctx, signer, deposit.amount.denom, left, scope):
            found.append(depositor)
            left -= int(depositor.balance.amount) // ONE
        if not left:
            break
    if left:
        raise plain(INSUFFICIENT)
    return found


def _from_balance(ctx: Context, signer: str, denom: str, wanted: int, _: str) -> list[Any]:
    auth.account(ctx, signer)  # what is locked in it is not spendable; no account here locks anything
    taken = min(bank.balance(ctx, signer, denom), wanted)
    return [_depositor(ctx, signer, Source.balance, denom, taken)] if taken else []


def _from_grants(ctx: Context, signer: str, denom: str, wanted: int, scope: str) -> list[Any]:
    found = []
    for granter, grant in authz.deposit_grants(ctx, signer):
        if grant.authorization.type_url != authz.DEPOSIT_AUTHORIZATION:
            continue
        authorization = codec.unpack(grant.authorization)
        limits = authz.limits(authorization)
        taken = min(limits.get(denom, 0), wanted)
        if not taken or authorization.Scope.Value(scope) not in authorization.scopes:
            continue
        authz.spend(ctx, granter, signer, grant, coins.minus(limits, {denom: taken}))
        found.append(_depositor(ctx, granter, Source.grant, denom, taken))
        wanted -= taken
        if not wanted:
            break
    return found


def _depositor(ctx: Context, owner: str, source: Any, denom: str, amount: int) -> Any:
    balance = pb.coin.DecCoin(denom=denom, amount=str(amount * ONE))
    return pb.escrow_types.Depositor(owner=owner, height=ctx.height, source=source, balance=balance)


def _invalid(text: str, line: int) -> ChainError:
    return ChainError(
        INVALID_SOURCE.codespace,
        INVALID_SOURCE.code,
        f"{text}: {INVALID_SOURCE.text}",
        f"{_PLACE}:{line}",
        INVALID_SOURCE.text,
    )
