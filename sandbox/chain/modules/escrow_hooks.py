"""x/market/hooks: what an escrow account or payment that is over means for its deployment and its lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chain import pb
from sandbox.chain.modules import deployment_state, market_closing, market_state
from sandbox.chain.modules.escrow_accounts import DEPLOYMENT, OVERDRAWN
from sandbox.chain.modules.market_state import Bid, Lease, Reason

if TYPE_CHECKING:
    from sandbox.chain.context import Context
    from sandbox.chain.modules.escrow_accounts import Account, Payment


def account_over(ctx: Context, account: Account) -> None:
    """Close the deployment of an account, its groups and all that stands under them."""
    scope, owner, dseq, *_ = account.path.split("/")
    if scope != DEPLOYMENT:
        return
    found = deployment_state.deployment(ctx, pb.deployment_v1.DeploymentID(owner=owner, dseq=int(dseq)))
    if found is None or found.state != deployment_state.Deployment.active:
        return
    deployment_state.close_deployment(ctx, found)
    group_state, lease_state, reason = deployment_state.Group.closed, Lease.closed, Reason.lease_closed_owner
    if account.state.state == OVERDRAWN:
        group_state = deployment_state.Group.insufficient_funds
        lease_state = Lease.insufficient_funds
        reason = Reason.lease_closed_reason_insufficient_funds
    for group in deployment_state.groups(ctx, found.id):
        if group.state != deployment_state.Group.closed:
            deployment_state.close_group(ctx, group, group_state)
            market_closing.group_over(ctx, group.id, lease_state, reason)


def payment_over(ctx: Context, payment: Payment) -> None:
    """Close the order, bid and lease of a payment, where they are still active."""
    scope, owner, dseq, gseq, oseq, provider = payment.path.split("/")
    if scope != DEPLOYMENT:
        return
    lease_id = pb.market_v1.LeaseID(
        owner=owner, dseq=int(dseq), gseq=int(gseq), oseq=int(oseq), provider=provider
    )
    bid = market_state.bid(ctx, lease_id)
    if bid is None or bid.state != Bid.active:
        return
    order, lease = market_state.order(ctx, lease_id), market_state.lease(ctx, lease_id)
    if order is None or lease is None:
        return
    market_closing.close_order(ctx, order)
    market_closing.close_bid(ctx, bid)
    if payment.state.state == OVERDRAWN:
        state, reason = Lease.insufficient_funds, Reason.lease_closed_reason_insufficient_funds
    else:
        state, reason = Lease.closed, Reason.lease_closed_reason_unspecified
    market_closing.close_lease(ctx, lease, state, reason)
