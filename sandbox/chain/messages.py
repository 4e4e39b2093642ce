"""Every message the chain speaks: how it is checked before it runs, and how it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain.modules import (
    audit,
    authz,
    authz_exec,
    bank,
    bme,
    bme_epoch,
    cert,
    deployment,
    escrow,
    feegrant,
    market,
    market_leases,
    provider,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.chain.context import Context


def _exec(ctx: Context, message: Any) -> Any:
    return authz_exec.msg_exec(ctx, message, HANDLERS, VALIDATORS)


HANDLERS: Final[Mapping[str, Callable[[Context, Any], Any]]] = {
    "/akash.audit.v1.MsgDeleteProviderAttributes": audit.msg_delete,
    "/akash.audit.v1.MsgSignProviderAttributes": audit.msg_sign,
    "/akash.bme.v1.MsgBurnACT": bme.msg_burn_act,
    "/akash.bme.v1.MsgBurnMint": bme.msg_burn_mint,
    "/akash.bme.v1.MsgMintACT": bme.msg_mint_act,
    "/akash.cert.v1.MsgCreateCertificate": cert.msg_create,
    "/akash.cert.v1.MsgRevokeCertificate": cert.msg_revoke,
    "/akash.deployment.v1beta4.MsgCloseDeployment": deployment.msg_close,
    "/akash.deployment.v1beta4.MsgCloseGroup": deployment.msg_close_group,
    "/akash.deployment.v1beta4.MsgCreateDeployment": deployment.msg_create,
    "/akash.deployment.v1beta4.MsgPauseGroup": deployment.msg_pause_group,
    "/akash.deployment.v1beta4.MsgStartGroup": deployment.msg_start_group,
    "/akash.deployment.v1beta4.MsgUpdateDeployment": deployment.msg_update,
    "/akash.escrow.v1.MsgAccountDeposit": escrow.msg_deposit,
    "/akash.market.v1beta5.MsgCloseBid": market.msg_close_bid,
    "/akash.market.v1beta5.MsgCloseLease": market_leases.msg_close_lease,
    "/akash.market.v1beta5.MsgCreateBid": market.msg_create_bid,
    "/akash.market.v1beta5.MsgCreateLease": market_leases.msg_create_lease,
    "/akash.market.v1beta5.MsgLeaseStartReclaim": market_leases.msg_start_reclaim,
    "/akash.market.v1beta5.MsgWithdrawLease": market_leases.msg_withdraw_lease,
    "/akash.provider.v1beta4.MsgCreateProvider": provider.msg_create,
    "/akash.provider.v1beta4.MsgDeleteProvider": provider.msg_delete,
    "/akash.provider.v1beta4.MsgUpdateProvider": provider.msg_update,
    "/cosmos.authz.v1beta1.MsgExec": _exec,
    "/cosmos.authz.v1beta1.MsgGrant": authz.msg_grant,
    "/cosmos.authz.v1beta1.MsgRevoke": authz.msg_revoke,
    "/cosmos.bank.v1beta1.MsgSend": bank.msg_send,
    "/cosmos.feegrant.v1beta1.MsgGrantAllowance": feegrant.msg_grant,
    "/cosmos.feegrant.v1beta1.MsgRevokeAllowance": feegrant.msg_revoke,
}
"""By type URL: runs the message; the response message, or None for the empty one. Raises ChainError."""

VALIDATORS: Final[Mapping[str, Callable[[Any], None]]] = {
    "/akash.audit.v1.MsgDeleteProviderAttributes": audit.validate,
    "/akash.audit.v1.MsgSignProviderAttributes": audit.validate,
    "/akash.bme.v1.MsgBurnACT": bme.validate,
    "/akash.bme.v1.MsgBurnMint": bme.validate,
    "/akash.bme.v1.MsgMintACT": bme.validate,
    "/akash.cert.v1.MsgCreateCertificate": cert.validate_create,
    "/akash.cert.v1.MsgRevokeCertificate": cert.validate_revoke,
    "/akash.deployment.v1beta4.MsgCloseDeployment": deployment.validate_close,
    "/akash.deployment.v1beta4.MsgCloseGroup": deployment.validate_group,
    "/akash.deployment.v1beta4.MsgCreateDeployment": deployment.validate_create,
    "/akash.deployment.v1beta4.MsgPauseGroup": deployment.validate_group,
    "/akash.deployment.v1beta4.MsgStartGroup": deployment.validate_group,
    "/akash.deployment.v1beta4.MsgUpdateDeployment": deployment.validate_update,
    "/akash.escrow.v1.MsgAccountDeposit": escrow.validate_deposit,
    "/akash.market.v1beta5.MsgCloseBid": market.validate_close_bid,
    "/akash.market.v1beta5.MsgCloseLease": market_leases.validate_lease_id,
    "/akash.market.v1beta5.MsgCreateBid": market.validate_create_bid,
    "/akash.market.v1beta5.MsgCreateLease": market_leases.validate_create_lease,
    "/akash.market.v1beta5.MsgLeaseStartReclaim": market_leases.validate_start_reclaim,
    "/akash.market.v1beta5.MsgWithdrawLease": market_leases.validate_lease_id,
    "/akash.provider.v1beta4.MsgCreateProvider": provider.validate,
    "/akash.provider.v1beta4.MsgUpdateProvider": provider.validate,
}
"""By type URL: ValidateBasic, for the messages that have one."""


def init_genesis(ctx: Context) -> None:
    """The Akash modules' part of the first state; the accounts and their coins are there already."""
    deployment.set_params(ctx)
    market.set_params(ctx)
    bme.init_genesis(ctx)


def begin_block(ctx: Context) -> None:
    """Nothing of the Akash modules happens before a block's transactions."""


def end_block(ctx: Context) -> None:
    """After a block's transactions."""
    bme_epoch.end_block(ctx)


def is_idle(ctx: Context) -> bool:
    """Whether `begin_block` and `end_block` leave the state as it is for as long as no transaction comes."""
    return not bme.has_pending(ctx)
