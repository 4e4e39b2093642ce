"""Deployments, bids and leases as the chain tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.errors import DeploymentClosed

if TYPE_CHECKING:
    from slipway.domain.coins import DecCoin
    from slipway.domain.ids import Address, Dseq, Height, LeaseId

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deposit:
    """One entry of an escrow: who paid, when, from where (`grant`, `balance`), and what is left of it."""

    owner: Address
    height: Height
    source: str
    balance: DecCoin


@dataclass(frozen=True, slots=True)
class Escrow:
    """An escrow account. `funds` are as of `settled_at`; the chain settles only when somebody touches it."""

    scope: str
    xid: str
    owner: Address
    state: str
    transferred: tuple[DecCoin, ...]
    settled_at: Height
    funds: tuple[DecCoin, ...]
    deposits: tuple[Deposit, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group on chain. `spec` is the chain's own JSON of the GroupSpec."""

    gseq: int
    state: str
    spec: Json


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment with its escrow. `hash` is the base64 of the manifest's version."""

    owner: Address
    dseq: Dseq
    state: str
    hash: str
    created_at: Height
    groups: tuple[Group, ...]
    escrow: Escrow
    reclamation: Json | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "active"

    def must_be_open(self) -> None:
        """Raises DeploymentClosed (akash deployment/5)."""
        if not self.is_open:
            raise DeploymentClosed


@dataclass(frozen=True, slots=True)
class Lease:
    id: LeaseId
    state: str
    price: DecCoin
    created_at: Height
    closed_on: Height
    reason: str
    reclamation: Json | None = None

    @property
    def is_active(self) -> bool:
        """`reclaiming` still runs: the provider has only announced that it will end."""
        return self.state in ("active", "reclaiming")


@dataclass(frozen=True, slots=True)
class Bid:
    """A provider's offer; `price` is per block of about six seconds."""

    id: LeaseId
    state: str
    price: DecCoin
    created_at: Height
    resources_offer: tuple[Json, ...]
    reclamation_window: str | None
    escrow: Escrow


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as registered. `host_uri` is its own claim: nothing in it may be trusted."""

    owner: Address
    host_uri: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeploymentPage:
    """Some of a wallet's deployments, in the chain's order. `cursor` continues; None at the end."""

    deployments: tuple[Deployment, ...]
    cursor: str | None
