"""What a provider reads from the chain and writes to it: two ports, and the values that pass through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class ChainUnreachable(Exception):
    """The node did not answer, or not with what its API promises."""


class TransactionRefused(Exception):
    """The chain did not take a transaction; the text is its own."""


@dataclass(frozen=True)
class Account:
    """`public_key` is None until the account has signed a transaction; else 33 bytes."""

    number: int
    public_key: bytes | None


@dataclass(frozen=True, order=True)
class OrderId:
    owner: str
    dseq: int
    gseq: int
    oseq: int

    def wire(self) -> dict[str, Any]:
        """The id as messages carry it."""
        return {"owner": self.owner, "dseq": str(self.dseq), "gseq": self.gseq, "oseq": self.oseq}


@dataclass(frozen=True, order=True)
class LeaseId:
    """A lease or bid."""

    order: OrderId
    provider: str

    @property
    def owner(self) -> str:
        return self.order.owner

    @property
    def dseq(self) -> int:
        return self.order.dseq

    def wire(self) -> dict[str, Any]:
        """The id as messages carry it."""
        return {**self.order.wire(), "provider": self.provider}

    def __str__(self) -> str:
        """The form that names of a lease's Kubernetes objects derive from."""
        order = self.order
        return f"{order.owner}/{order.dseq}/{order.gseq}/{order.oseq}/{self.provider}"


@dataclass(frozen=True)
class Order:
    """An open order; `spec` is a group spec and `reclamation` in the node's REST form."""

    id: OrderId
    spec: Mapping[str, Any]
    reclamation: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Deployment:
    """`hash`: 32 bytes, of the manifest; `groups`: group spec by gseq, in the node's REST form."""

    hash: bytes
    groups: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class ProviderRecord:
    """What the chain's provider record says."""

    host_uri: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """`transactions`: their bytes; None where the chain does not tell."""

    height: int
    transactions: tuple[bytes, ...] | None = None


@dataclass(frozen=True)
class MarketEvent:
    """`kind`: the name of one of akash.market.v1's events. `bidder`: empty for an order's."""

    kind: str
    order: OrderId
    bidder: str = ""


class ChainView(Protocol):
    """Every method raises ChainUnreachable."""

    async def account(self, address: str) -> Account | None: ...

    async def deployment(self, owner: str, dseq: int) -> Deployment | None: ...

    async def active_leases(
        self, provider: str, owner: str | None = None, dseq: int | None = None
    ) -> frozenset[LeaseId]:
        """All of a provider's, or those that one deployment has there."""
        ...

    async def open_orders(self) -> Sequence[Order]: ...

    async def open_bids(self, provider: str) -> frozenset[LeaseId]: ...

    async def provider(self, owner: str) -> ProviderRecord | None: ...

    async def certificate(self, owner: str, serial: int) -> bytes | None:
        """The PEM of the certificate, where it is on the chain and valid."""
        ...

    async def audits(self, provider: str) -> Mapping[str, Mapping[str, str]]:
        """The attributes that each auditor has signed, by the auditor's address."""
        ...

    async def block(self, height: int | None = None) -> Block:
        """That one, or the latest."""
        ...

    async def market_events(self, tx_hash: str) -> Sequence[MarketEvent] | None:
        """What a committed transaction did to the market, in order; None where the node knows it not yet."""
        ...

    async def order(self, order: OrderId) -> Order | None:
        """An open order."""
        ...


@dataclass(frozen=True)
class Message:
    """A message in protobuf JSON with proto field names."""

    type_url: str
    value: Mapping[str, Any]


class ChainWriter(Protocol):
    async def send(self, messages: Sequence[Message]) -> None:
        """One transaction, committed. Raises TransactionRefused, ChainUnreachable."""
        ...
