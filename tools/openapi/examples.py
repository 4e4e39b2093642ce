"""Examples: requests are the sample events of events/, answers of the main path are made of the models.

All of them are about one deployment: one web server, leased from one provider for a tenth of a cent an hour.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.coins import DecCoin
from slipway.domain.deployment import Bid, Deployment, Deposit, Escrow, Lease
from slipway.domain.ids import Address, Dseq, Height, IntentId, LeaseId
from slipway.domain.messages import Committed
from slipway.domain.workload import LeaseStatus, ServiceStatus
from slipway.entry.models.bids import BidsOut
from slipway.entry.models.deployments import CreateOut, DeploymentOut
from slipway.sdl.compiler import Compiled, compile_sdl
from slipway.services.deployments import Created, Detail

from tools.openapi.endpoints import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from tools.openapi.endpoints import Operation

AT: Final = Height(25_204_811)
OWNER: Final = Address("akash1cwvx52jl67cnas8pl73nf0kyzmt3jmecqms39m")
TREASURY: Final = Address("akash1u09vj8wfjtynx40x63l7lc8pe0pzn9pkx9vnck")
TX_HASH: Final = "5A3B0C9F2D7E4A618B5C0D9E1F2A3B4C5D6E7F8091A2B3C4D5E6F708192A3B4C"
DEPOSITED: Final = "500000"
PRICE: Final = "1.650000"
DENOM: Final = "uact"
HOST: Final = "5vccum8cjtbln1m8ee0pdvkr00.ingress.provider.example"


@dataclass(frozen=True)
class Sample:
    """A request as its sample event has it."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    @classmethod
    def of(cls, operation: Operation) -> Sample:
        event = json.loads(operation.sample.read_text(encoding="utf-8"))
        return cls(
            path=event["pathParameters"] or {},
            query=event["queryStringParameters"] or {},
            body=json.loads(event["body"]) if event["body"] else None,
        )


def answers() -> dict[str, Any]:
    """The answer to the sample event, by function, along the main path."""
    asked = _body("deployments/create")["data"]["sdl"]
    leased = _body("leases/create")["leases"][0]
    compiled = compile_sdl(asked)
    lease = LeaseId(OWNER, Dseq(int(leased["dseq"])), 1, 1, Address(leased["provider"]))
    created = Created(lease.dseq, compiled, Committed(IntentId(""), TX_HASH, AT, lease.dseq))
    running = DeploymentOut.of(_detail(lease, compiled))
    told: dict[str, BaseModel] = {
        "DeploymentsCreate": CreateOut.of(created),
        "DeploymentsDeposit": running,
        "DeploymentsGet": running,
        "BidsList": BidsOut.of([_bid(lease, compiled)]),
        "LeasesCreate": running,
    }
    return {function: json.loads(answer.model_dump_json()) for function, answer in told.items()}


def _body(name: str) -> Any:
    return json.loads(json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))["body"])


def _detail(lease: LeaseId, compiled: Compiled) -> Detail:
    deployment = Deployment(
        owner=OWNER,
        dseq=lease.dseq,
        state="active",
        hash=base64.b64encode(compiled.version).decode(),
        created_at=AT,
        groups=(),
        escrow=_escrow("deployment", f"{OWNER}/{lease.dseq}", OWNER, TREASURY, DEPOSITED),
    )
    started = Height(AT + 9)
    made = Lease(lease, "active", DecCoin.parse(DENOM, PRICE), started, Height(0), "lease_closed_invalid")
    web = ServiceStatus("web", 1, 1, (HOST,), 1, 1, 1, 1, 1)
    return Detail(deployment, (made,), {lease: LeaseStatus({"web": web}, None, None)})


def _bid(lease: LeaseId, compiled: Compiled) -> Bid:
    group = compiled.groups[0].rest()
    offer = tuple(
        {"resources": each["resource"], "count": each["count"], "prices": None} for each in group["resources"]
    )
    return Bid(
        id=lease,
        state="open",
        price=DecCoin.parse(DENOM, PRICE),
        created_at=Height(AT + 3),
        resources_offer=offer,
        reclamation_window=None,
        escrow=_escrow("bid", f"{OWNER}/{lease.dseq}/1/1/{lease.provider}", lease.provider, None, DEPOSITED),
    )


def _escrow(scope: str, xid: str, owner: Address, granter: Address | None, amount: str) -> Escrow:
    coin, source = DecCoin.parse(DENOM, amount), "balance" if granter is None else "grant"
    return Escrow(
        scope=scope,
        xid=xid,
        owner=owner,
        state="open",
        transferred=(DecCoin.parse(DENOM, "0"),),
        settled_at=AT,
        funds=(coin,),
        deposits=(Deposit(granter or owner, AT, source, coin),),
    )
