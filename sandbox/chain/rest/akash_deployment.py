"""Queries of x/deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import jsonpb, pb
from sandbox.chain.modules import deployment, deployment_state, escrow_accounts
from sandbox.chain.rest.akash_filters import Listing, id_of
from sandbox.chain.rest.router import Route

if TYPE_CHECKING:
    from sandbox.chain.context import Context
    from sandbox.chain.rest.router import Json, Query

_BASE: Final = "/akash/deployment/v1beta4"
_DEPLOYMENTS: Final = Listing(
    deployment_state.DEPLOYMENTS, deployment_state.DEPLOYMENTS_BY_STATE, got_by=("owner", "dseq")
)


def _list(ctx: Context, query: Query) -> Json:
    found, pagination = _DEPLOYMENTS.page(ctx, query)
    return {"deployments": [_whole(ctx, row) for row in found], "pagination": pagination}


def _info(ctx: Context, query: Query) -> Json:
    row = deployment_state.deployment(ctx, id_of(query, pb.deployment_v1.DeploymentID))
    if row is None:
        raise deployment.NOT_FOUND.error()
    return _whole(ctx, row)


def _group(ctx: Context, query: Query) -> Json:
    row = deployment_state.group(ctx, id_of(query, pb.deployment_v1.GroupID))
    if row is None:
        raise deployment.GROUP_NOT_FOUND.error()
    return {"group": jsonpb.render(row)}


def _params(ctx: Context, _: Query) -> Json:
    return {"params": jsonpb.render(deployment.params(ctx))}


def _whole(ctx: Context, row: Any) -> Json:
    account = escrow_accounts.account(ctx, escrow_accounts.deployment_path(row.id))
    return {
        "deployment": jsonpb.render(row),
        "groups": [jsonpb.render(group) for group in deployment_state.groups(ctx, row.id)],
        "escrow_account": jsonpb.render(account.message()),
    }


ROUTES: Final = (
    Route(f"{_BASE}/deployments/list", _list),
    Route(f"{_BASE}/deployments/info", _info),
    Route(f"{_BASE}/groups/info", _group),
    Route(f"{_BASE}/params", _params),
)
