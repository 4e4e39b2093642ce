"""The services' messages in protobuf's JSON, as the signer takes them (layers/signing)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, assert_never

from slipway.domain.ids import Dseq
from slipway.domain.messages import (
    CloseDeployment,
    CreateDeployment,
    CreateLease,
    DepositEscrow,
    Message,
    UpdateDeployment,
)
from slipway.domain.money import CREDIT_DENOM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.ids import Address, LeaseId
    from slipway.domain.messages import RawMessage
    from slipway.domain.money import MicroUsd

Wire = dict[str, Any]


def wire(message: Message, owner: Address) -> Wire:
    """`{type_url, value}`. `owner` acts in every message: the signer signs for no one else."""
    match message:
        case CreateDeployment():
            return _typed("akash.deployment.v1beta4.MsgCreateDeployment", _create(message, owner))
        case UpdateDeployment(dseq, version):
            value = {"id": _id(owner, dseq), "hash": _base64(version)}
            return _typed("akash.deployment.v1beta4.MsgUpdateDeployment", value)
        case CloseDeployment(dseq):
            return _typed("akash.deployment.v1beta4.MsgCloseDeployment", {"id": _id(owner, dseq)})
        case DepositEscrow(dseq, amount):
            account = {"scope": "deployment", "xid": f"{owner}/{dseq}"}
            value = {"signer": owner, "id": account, "deposit": _deposit(amount)}
            return _typed("akash.escrow.v1.MsgAccountDeposit", value)
        case CreateLease(bid):
            return _typed("akash.market.v1beta5.MsgCreateLease", {"bid_id": _bid(bid, owner)})
    assert_never(message)


def raw(message: RawMessage) -> Wire:
    """As its user wrote it; only the signer can look inside."""
    return {"type_url": message.type_url, "value_base64": _base64(message.value)}


def dseq_of(message: Mapping[str, Any]) -> Dseq:
    """The deployment that a wire message is about."""
    value = message["value"]
    if "deposit" in value and "signer" in value:
        return Dseq(int(value["id"]["xid"].rpartition("/")[2]))
    return Dseq(int((value.get("bid_id") or value["id"])["dseq"]))


def _typed(name: str, value: Wire) -> Wire:
    return {"type_url": f"/{name}", "value": value}


def _create(message: CreateDeployment, owner: Address) -> Wire:
    value: Wire = {
        "id": _id(owner, message.dseq),
        "groups": [dict(group) for group in message.groups],
        "hash": _base64(message.version),
        "deposit": _deposit(message.deposit),
    }
    if message.reclamation is not None:
        value["reclamation"] = {"min_window": message.reclamation}
    return value


def _deposit(amount: MicroUsd) -> Wire:
    """From the treasury's grant and nothing else: a wallet holds no coins of its own."""
    return {"amount": {"denom": CREDIT_DENOM, "amount": str(amount)}, "sources": ["grant"]}


def _id(owner: Address, dseq: Dseq) -> Wire:
    return {"owner": owner, "dseq": str(dseq)}


def _bid(bid: LeaseId, owner: Address) -> Wire:
    return {
        **_id(owner, bid.dseq),
        "gseq": bid.gseq,
        "oseq": bid.oseq,
        "provider": bid.provider,
        "bseq": bid.bseq,
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
