"""The chain's values as existing clients read them: fields, texts and nulls as the reference answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from slipway.entry.models.base import Model
from slipway.entry.models.chain_json import Offer

if TYPE_CHECKING:
    from slipway.domain.coins import DecCoin
    from slipway.domain.deployment import Bid, Deployment, Deposit, Escrow, Lease
    from slipway.domain.ids import LeaseId


class CoinOut(Model):
    """`amount` always has 18 decimals."""

    denom: str = Field(description="`uact` is a millionth of a USD.")
    amount: str = Field(description="A decimal number as text, in `denom`.")

    @classmethod
    def of(cls, coin: DecCoin) -> CoinOut:
        return cls(denom=coin.denom, amount=coin.amount)


class EscrowIdOut(Model):
    scope: str
    xid: str


class DepositorOut(Model):
    owner: str
    height: str
    source: str
    balance: CoinOut

    @classmethod
    def of(cls, entry: Deposit) -> DepositorOut:
        return cls(
            owner=entry.owner,
            height=str(entry.height),
            source=entry.source,
            balance=CoinOut.of(entry.balance),
        )


class EscrowStateOut(Model):
    owner: str
    state: str
    transferred: list[CoinOut] = Field(description="What providers were paid so far.")
    settled_at: str = Field(description="The height up to which providers were paid.")
    funds: list[CoinOut] = Field(description="What is left, as of `settled_at`.")
    deposits: list[DepositorOut]


class EscrowOut(Model):
    id: EscrowIdOut
    state: EscrowStateOut

    @classmethod
    def of(cls, escrow: Escrow) -> EscrowOut:
        return cls(
            id=EscrowIdOut(scope=escrow.scope, xid=escrow.xid),
            state=EscrowStateOut(
                owner=escrow.owner,
                state=escrow.state,
                transferred=[CoinOut.of(coin) for coin in escrow.transferred],
                settled_at=str(escrow.settled_at),
                funds=[CoinOut.of(coin) for coin in escrow.funds],
                deposits=[DepositorOut.of(entry) for entry in escrow.deposits],
            ),
        )


class DeploymentIdOut(Model):
    owner: str
    dseq: str


class ChainDeploymentOut(Model):
    """`hash` is the base64 of the manifest's SHA-256."""

    id: DeploymentIdOut
    state: str = Field(description="`active` or `closed`.")
    hash: str
    created_at: str = Field(description="A height.")
    reclamation: dict[str, Any] | None

    @classmethod
    def of(cls, deployment: Deployment) -> ChainDeploymentOut:
        return cls(
            id=DeploymentIdOut(owner=deployment.owner, dseq=str(deployment.dseq)),
            state=deployment.state,
            hash=deployment.hash,
            created_at=str(deployment.created_at),
            reclamation=None if deployment.reclamation is None else dict(deployment.reclamation),
        )


class LeaseIdOut(Model):
    owner: str
    dseq: str
    gseq: int
    oseq: int
    provider: str
    bseq: int

    @classmethod
    def of(cls, lease: LeaseId) -> LeaseIdOut:
        return cls(
            owner=lease.owner,
            dseq=str(lease.dseq),
            gseq=lease.gseq,
            oseq=lease.oseq,
            provider=lease.provider,
            bseq=lease.bseq,
        )


class LeaseOut(Model):
    """A lease without its status, as lists have it. `price` is per block."""

    id: LeaseIdOut
    state: str = Field(description="`active`, `reclaiming`, `closed` or `insufficient_funds`.")
    price: CoinOut = Field(description="For each block of about six seconds.")
    created_at: str = Field(description="A height.")
    closed_on: str = Field(description="A height; `0` while it runs.")
    reason: str = Field(description="Why it ended; `lease_closed_invalid` while it runs.")
    reclamation: dict[str, Any] | None

    @classmethod
    def fields_of(cls, lease: Lease) -> dict[str, Any]:
        return {
            "id": LeaseIdOut.of(lease.id),
            "state": lease.state,
            "price": CoinOut.of(lease.price),
            "created_at": str(lease.created_at),
            "closed_on": str(lease.closed_on),
            "reason": lease.reason,
            "reclamation": None if lease.reclamation is None else dict(lease.reclamation),
        }

    @classmethod
    def of(cls, lease: Lease) -> LeaseOut:
        return cls(**cls.fields_of(lease))


class ChainBidOut(Model):
    """`price` is per block of about six seconds; `state` is open, active, lost or closed."""

    id: LeaseIdOut
    state: str
    price: CoinOut = Field(description="For each block of about six seconds.")
    created_at: str = Field(description="A height.")
    resources_offer: list[Offer]
    reclamation_window: str | None


class BidOut(Model):
    bid: ChainBidOut
    escrow_account: EscrowOut

    @classmethod
    def of(cls, bid: Bid) -> BidOut:
        return cls(
            bid=ChainBidOut(
                id=LeaseIdOut.of(bid.id),
                state=bid.state,
                price=CoinOut.of(bid.price),
                created_at=str(bid.created_at),
                resources_offer=[dict(offer) for offer in bid.resources_offer],
                reclamation_window=bid.reclamation_window,
            ),
            escrow_account=EscrowOut.of(bid.escrow),
        )
