"""x/deployment: deployments and groups in the store, and how they change state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import pb
from sandbox.chain.errors import Refusal
from sandbox.chain.table import Index, Table, number_key, text_key

if TYPE_CHECKING:
    from sandbox.chain.context import Context

GROUP_CLOSED: Final = Refusal("deployment", 15, "Group already closed")
GROUP_OPEN: Final = Refusal("deployment", 16, "Group open")
GROUP_PAUSED: Final = Refusal("deployment", 17, "Group paused")

Deployment: Final = pb.deployment_v1.Deployment
Group: Final = pb.deployment.Group


def state_key(state: int) -> bytes:
    """A state as the SDK's collections order signed numbers."""
    return number_key(state | 0x80000000, 4)


def deployment_key(found: Any) -> bytes:
    """The key of any id that has owner and dseq."""
    return text_key(found.owner) + number_key(found.dseq)


def group_key(found: Any) -> bytes:
    """The key of any id that has owner, dseq and gseq."""
    return deployment_key(found) + number_key(found.gseq, 4)


DEPLOYMENTS_BY_STATE: Final = Index(b"\x11\x02", lambda _, row: state_key(row.state))
DEPLOYMENTS: Final = Table(b"\x11\x01", Deployment, (DEPLOYMENTS_BY_STATE,))
GROUPS_BY_STATE: Final = Index(b"\x11\x04", lambda _, row: state_key(row.state))
GROUPS_BY_DEPLOYMENT: Final = Index(b"\x11\x05", lambda _, row: deployment_key(row.id))
GROUPS: Final = Table(b"\x11\x03", Group, (GROUPS_BY_STATE, GROUPS_BY_DEPLOYMENT))


def deployment_id(found: Any) -> Any:
    """The deployment that a group, an order, a bid or a lease belongs to."""
    return pb.deployment_v1.DeploymentID(owner=found.owner, dseq=found.dseq)


def group_id(found: Any) -> Any:
    return pb.deployment_v1.GroupID(owner=found.owner, dseq=found.dseq, gseq=found.gseq)


def deployment(ctx: Context, found: Any) -> Any:
    """The deployment of an id, or None."""
    return DEPLOYMENTS.get(ctx, deployment_key(found))


def group(ctx: Context, found: Any) -> Any:
    """The group of an id, or None."""
    return GROUPS.get(ctx, group_key(found))


def groups(ctx: Context, found: Any) -> list[Any]:
    """The groups of a deployment, in their order."""
    return [row for _, row in GROUPS.find(ctx, GROUPS_BY_DEPLOYMENT, deployment_key(found))]


def close_deployment(ctx: Context, found: Any) -> None:
    found.state = Deployment.closed
    DEPLOYMENTS.put(ctx, deployment_key(found.id), found)
    ctx.emit_typed(pb.deployment_v1.EventDeploymentClosed(id=found.id))


def close_group(ctx: Context, found: Any, state: int) -> None:
    """Close a group, by its owner or because the money ran out."""
    _move(ctx, found, state)
    ctx.emit_typed(pb.deployment_v1.EventGroupClosed(id=found.id))


def pause_group(ctx: Context, found: Any) -> None:
    _move(ctx, found, Group.paused)
    ctx.emit_typed(pb.deployment_v1.EventGroupPaused(id=found.id))


def start_group(ctx: Context, found: Any) -> None:
    _move(ctx, found, Group.open)
    ctx.emit_typed(pb.deployment_v1.EventGroupStarted(id=found.id))


def check_closable(found: Any) -> None:
    if found.state == Group.closed:
        raise GROUP_CLOSED.error()


def check_pausable(found: Any) -> None:
    check_closable(found)
    if found.state == Group.paused:
        raise GROUP_PAUSED.error()


def check_startable(found: Any) -> None:
    check_closable(found)
    if found.state == Group.open:
        raise GROUP_OPEN.error()


def _move(ctx: Context, found: Any, state: int) -> None:
    found.state = state
    GROUPS.put(ctx, group_key(found.id), found)
