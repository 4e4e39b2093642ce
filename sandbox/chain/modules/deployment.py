"""x/deployment: the owner's messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import coins, pb
from sandbox.chain.errors import ChainError, Refusal, plain
from sandbox.chain.modules import (
    deployment_specs,
    deployment_state,
    escrow,
    escrow_accounts,
    escrow_deposits,
    ids,
    market,
    market_closing,
    market_state,
)
from sandbox.chain.modules.deployment_state import (
    DEPLOYMENTS,
    GROUPS,
    Deployment,
    Group,
    deployment_key,
    group_key,
)
from sandbox.chain.modules.market_state import Lease, Reason
from sandbox.chain.numbers import of_timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.chain.context import Context

EXISTS: Final = Refusal("deployment", 3, "Deployment exists")
NOT_FOUND: Final = Refusal("deployment", 4, "Deployment not found")
CLOSED: Final = Refusal("deployment", 5, "Deployment closed")
INVALID_GROUPS: Final = Refusal("deployment", 7, "Invalid groups")
EMPTY_HASH: Final = Refusal("deployment", 9, "Invalid: empty hash")
INVALID_HASH: Final = Refusal("deployment", 10, "Invalid: deployment hash")
GROUP_NOT_FOUND: Final = Refusal("deployment", 14, "Group not found")
INVALID_DEPOSIT: Final = Refusal("deployment", 20, "Deposit invalid")
INVALID_PRICE: Final = Refusal("deployment", 24, "invalid price")
INVALID_RECLAMATION: Final = Refusal("deployment", 26, "invalid reclamation configuration")
HASH_BYTES: Final = 32
DENOM: Final = "uact"
FALLBACK: Final = "uakt"
"""May be deposited later, but no deployment starts with it."""

_PARAMS: Final = b"\x11\x00"
_WRAP: Final = "cosmossdk.io/errors@v1.0.2/errors.go:151"
_SDK: Final = "chain-sdk/go/node/deployment"


def set_params(ctx: Context) -> None:
    """Write the parameters, which every creation pays to read."""
    listed = ctx.genesis.coins_param("deployment", "min_deposits")
    least = [pb.coin.Coin(denom=denom, amount=str(amount)) for denom, amount in listed.items()]
    row = pb.deployment.Params(min_deposits=least)
    ctx.store.set(_PARAMS, row.SerializeToString(deterministic=True))


def params(ctx: Context) -> Any:
    return pb.deployment.Params.FromString(ctx.store.get(_PARAMS) or b"")


def validate_create(message: Any) -> None:
    """What is refused before the message runs: ids, sources, groups, hash, window, denominations."""
    ids.check_deployment(message.id)
    escrow_deposits.check(message.deposit)
    if not message.groups:
        raise INVALID_GROUPS.error()
    _check_hash(message.hash)
    if of_timestamp(message.reclamation.min_window) < 0:
        raise INVALID_RECLAMATION.wrap("min_window must be >= 0")
    for spec in message.groups:
        deployment_specs.check_group(spec)
        _check_denom(spec, message.deposit.amount)


def validate_update(message: Any) -> None:
    ids.check_deployment(message.id)
    _check_hash(message.hash)


def validate_close(message: Any) -> None:
    ids.check_deployment(message.id)


def validate_group(message: Any) -> None:
    ids.check_group(message.id)


def msg_create(ctx: Context, message: Any) -> None:
    """MsgCreateDeployment: the deployment, its groups, an order each, and the escrow account."""
    if deployment_state.deployment(ctx, message.id) is not None:
        raise EXISTS.error()
    _check_deposit(ctx, message.deposit.amount)
    _check_reclamation(ctx, message)
    _check_names(message.groups)
    denom, _ = deployment_specs.price_of(message.groups[0])
    if denom != DENOM:
        raise INVALID_PRICE.wrap("unsupported denomination")
    owner, scope = message.id.owner, escrow_accounts.DEPLOYMENT
    depositors = escrow_deposits.authorize(ctx, owner, message.deposit, scope)
    reclamation = message.reclamation if message.HasField("reclamation") else None
    groups = _store(ctx, message, reclamation)
    for group in groups:
        market_state.create_order(ctx, group.id, group.group_spec, reclamation)
    escrow.create_account(ctx, escrow_accounts.deployment_path(message.id), owner, depositors)


def msg_update(ctx: Context, message: Any) -> None:
    """MsgUpdateDeployment: another manifest hash, nothing else."""
    found = _active(ctx, message.id)
    if found.hash == message.hash:
        raise INVALID_HASH.error()
    found.hash = message.hash
    DEPLOYMENTS.put(ctx, deployment_key(found.id), found)
    ctx.emit_typed(pb.deployment_v1.EventDeploymentUpdated(id=found.id, hash=found.hash))


def msg_close(ctx: Context, message: Any) -> None:
    """MsgCloseDeployment: closes the escrow account, which closes everything else."""
    found = _active(ctx, message.id)
    escrow.close_account(ctx, escrow_accounts.deployment_path(found.id))


def msg_close_group(ctx: Context, message: Any) -> None:
    group = _group(ctx, message.id)
    deployment_state.check_closable(group)
    deployment_state.close_group(ctx, group, Group.closed)
    market_closing.group_over(ctx, group.id, Lease.closed, Reason.lease_closed_owner)


def msg_pause_group(ctx: Context, message: Any) -> None:
    """MsgPauseGroup: the group's order and lease end, the group may start again."""
    group = _group(ctx, message.id)
    deployment_state.check_pausable(group)
    deployment_state.pause_group(ctx, group)
    market_closing.group_over(ctx, group.id, Lease.closed, Reason.lease_closed_owner)


def msg_start_group(ctx: Context, message: Any) -> None:
    """MsgStartGroup: a paused group gets a new order."""
    group = _group(ctx, message.id)
    deployment_state.check_startable(group)
    deployment_state.start_group(ctx, group)
    found = deployment_state.deployment(ctx, group.id)
    reclamation = found.reclamation if found.HasField("reclamation") else None
    market_state.create_order(ctx, group.id, group.group_spec, reclamation)


def _store(ctx: Context, message: Any, reclamation: Any) -> list[Any]:
    row = Deployment(
        id=message.id,
        state=Deployment.active,
        hash=message.hash,
        created_at=ctx.height,
        reclamation=reclamation,
    )
    DEPLOYMENTS.put(ctx, deployment_key(row.id), row)
    groups = []
    for number, spec in enumerate(message.groups, start=1):
        found = pb.deployment_v1.GroupID(owner=row.id.owner, dseq=row.id.dseq, gseq=number)
        groups.append(Group(id=found, state=Group.open, group_spec=spec, created_at=ctx.height))
        GROUPS.put(ctx, group_key(found), groups[-1])
    ctx.emit_typed(pb.deployment_v1.EventDeploymentCreated(id=row.id, hash=row.hash))
    return groups


def _active(ctx: Context, found: Any) -> Any:
    row = deployment_state.deployment(ctx, found)
    if row is None:
        raise NOT_FOUND.error()
    if row.state != Deployment.active:
        raise CLOSED.error()
    return row


def _group(ctx: Context, found: Any) -> Any:
    row = deployment_state.group(ctx, found)
    if row is None:
        raise GROUP_NOT_FOUND.error()
    return row


def _check_denom(spec: Any, amount: Any) -> None:
    """A deposit is of the denomination of the price; one of nothing is refused later."""
    denom, _ = deployment_specs.price_of(spec)
    if int(amount.amount or 0) and denom != amount.denom:
        text = f"Mismatched denominations ({amount.denom} != {denom})"
        raise _placed(INVALID_DEPOSIT, text, f"{_SDK}/v1beta4/msgs.go:107")


def _check_hash(found: bytes) -> None:
    if not found:
        raise EMPTY_HASH.error()
    if len(found) != HASH_BYTES:
        raise INVALID_HASH.error()


def _check_deposit(ctx: Context, amount: Any) -> None:
    least = coins.of(params(ctx).min_deposits)
    if amount.denom not in least:
        raise plain(f"{INVALID_DEPOSIT.text}: Invalid deposit denomination {amount.denom}")
    if int(amount.amount or 0) < least[amount.denom]:
        text = f"Deposit too low - {amount.amount or 0} < {least[amount.denom]}{amount.denom}"
        raise _placed(INVALID_DEPOSIT, text, f"{_SDK}/v1beta4/params.go:58")
    if amount.denom == FALLBACK:
        raise INVALID_DEPOSIT.error()


def _check_reclamation(ctx: Context, message: Any) -> None:
    if not message.HasField("reclamation"):
        return
    window, limits = of_timestamp(message.reclamation.min_window), market.params(ctx)
    if window < of_timestamp(limits.min_reclamation_window):
        raise _placed(INVALID_RECLAMATION, "min_window below governance minimum", _WRAP)
    if window > of_timestamp(limits.max_reclamation_window):
        raise _placed(INVALID_RECLAMATION, "min_window above governance maximum", _WRAP)


def _check_names(groups: Sequence[Any]) -> None:
    names = [group.name for group in groups]
    for place, name in enumerate(names):
        if name in names[:place]:
            text = f"duplicate deployment group name {name}: duplicate group name"
            raise _placed(INVALID_GROUPS, text, _WRAP)


def _placed(refusal: Refusal, text: str, place: str) -> ChainError:
    return ChainError(refusal.codespace, refusal.code, f"{text}: {refusal.text}", place, refusal.text)
