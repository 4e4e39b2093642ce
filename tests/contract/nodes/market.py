"""The messages of a lease's life, from the treasury's grants to the last close."""

from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path
from typing import Any

from slipway.sdl.compiler import compile_sdl

from tests.contract.nodes.people import Message

SDL = Path(__file__).parents[3] / "examples" / "web.yaml"
COMPILED = compile_sdl(SDL.read_text())
DEPOSIT = 500_000
"""uact: what a deployment needs at least on the network, and on the sandbox."""
CREDIT = 2_000_000
FEES = 2_000_000
PROVIDER_UAKT = 3_000_000
"""The deposit of a bid, and fees."""
PRICE = Decimal(100)


def grants(treasury: str, wallet: str) -> tuple[Message, Message]:
    pair = {"granter": treasury, "grantee": wallet}
    deposit = {
        "@type": "/akash.escrow.v1.DepositAuthorization",
        "spend_limits": [_coin("uact", CREDIT)],
        "scopes": ["deployment"],
    }
    allowance = {
        "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
        "spend_limit": [_coin("uakt", FEES)],
    }
    return (
        Message("cosmos.authz.v1beta1.MsgGrant", {**pair, "grant": {"authorization": deposit}}),
        Message("cosmos.feegrant.v1beta1.MsgGrantAllowance", {**pair, "allowance": allowance}),
    )


def revocations(treasury: str, wallet: str) -> tuple[Message, Message]:
    pair = {"granter": treasury, "grantee": wallet}
    kind = {"msg_type_url": "/akash.escrow.v1.MsgAccountDeposit"}
    return (
        Message("cosmos.authz.v1beta1.MsgRevoke", pair | kind),
        Message("cosmos.feegrant.v1beta1.MsgRevokeAllowance", pair),
    )


def payment(sender: str, to: str, uakt: int) -> Message:
    value = {"from_address": sender, "to_address": to, "amount": [_coin("uakt", uakt)]}
    return Message("cosmos.bank.v1beta1.MsgSend", value)


def creation(owner: str, dseq: int, uact: int = DEPOSIT) -> Message:
    value = {
        "id": {"owner": owner, "dseq": str(dseq)},
        "groups": [group.wire() for group in COMPILED.groups],
        "hash": base64.b64encode(COMPILED.version).decode(),
        "deposit": {"amount": _coin("uact", uact), "sources": ["grant"]},
    }
    return Message("akash.deployment.v1beta4.MsgCreateDeployment", value)


def top_up(owner: str, dseq: int, uact: int) -> Message:
    value = {
        "signer": owner,
        "id": {"scope": "deployment", "xid": f"{owner}/{dseq}"},
        "deposit": {"amount": _coin("uact", uact), "sources": ["grant"]},
    }
    return Message("akash.escrow.v1.MsgAccountDeposit", value)


def close(owner: str, dseq: int) -> Message:
    value = {"id": {"owner": owner, "dseq": str(dseq)}}
    return Message("akash.deployment.v1beta4.MsgCloseDeployment", value)


def provider(owner: str) -> Message:
    value = {
        "owner": owner,
        "host_uri": "https://provider.example.com:8443",
        "attributes": [{"key": "region", "value": "nowhere"}],
        "info": {"email": "", "website": ""},
    }
    return Message("akash.provider.v1beta4.MsgCreateProvider", value)


def bid(owner: str, dseq: int, provider: str) -> Message:
    [group] = COMPILED.groups
    offer = [{"resources": unit["resource"], "count": unit["count"]} for unit in group.wire()["resources"]]
    value = {
        "id": _bid_id(owner, dseq, provider),
        "price": {"denom": "uact", "amount": str(int(PRICE * 10**18))},
        "deposit": {"amount": _coin("uakt", DEPOSIT), "sources": ["balance"]},
        "resources_offer": offer,
    }
    return Message("akash.market.v1beta5.MsgCreateBid", value)


def lease(owner: str, dseq: int, provider: str) -> Message:
    return Message("akash.market.v1beta5.MsgCreateLease", {"bid_id": _bid_id(owner, dseq, provider)})


def _bid_id(owner: str, dseq: int, provider: str) -> dict[str, Any]:
    order = {"owner": owner, "dseq": str(dseq), "gseq": 1, "oseq": 1}
    return {**order, "provider": provider}


def _coin(denom: str, amount: int) -> dict[str, str]:
    return {"denom": denom, "amount": str(amount)}
