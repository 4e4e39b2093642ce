"""A chain in memory for a provider, with tenants who order, lease and sign tokens."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from slipway_signing.address import address_of
from slipway_signing.keys import LocalKey

from sandbox.provider import manifest
from sandbox.provider.chain_view import (
    Account,
    Block,
    ChainUnreachable,
    Deployment,
    LeaseId,
    MarketEvent,
    Message,
    Order,
    OrderId,
    ProviderRecord,
    TransactionRefused,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROVIDER = address_of(LocalKey(hashlib.sha256(b"a provider").digest()).public_key)


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class FakeChain:
    """ChainView and ChainWriter in one. `is_away`: the node does not answer."""

    accounts: dict[str, Account] = field(default_factory=dict)
    deployments: dict[tuple[str, int], Deployment] = field(default_factory=dict)
    leases: set[LeaseId] = field(default_factory=set)
    orders: list[Order] = field(default_factory=list)
    bids: set[LeaseId] = field(default_factory=set)
    providers: dict[str, ProviderRecord] = field(default_factory=dict)
    certificates: dict[tuple[str, int], bytes] = field(default_factory=dict)
    signed_attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Type names of messages that the chain does not take."""
    sent: list[tuple[Message, ...]] = field(default_factory=list)
    blocks: int = 1
    is_away: bool = False
    away_after: int | None = None
    """So many questions in all are answered."""
    questions: int = 0

    async def account(self, address: str) -> Account | None:
        self._answer()
        return self.accounts.get(address)

    async def deployment(self, owner: str, dseq: int) -> Deployment | None:
        self._answer()
        return self.deployments.get((owner, dseq))

    async def active_leases(
        self, provider: str, owner: str | None = None, dseq: int | None = None
    ) -> frozenset[LeaseId]:
        self._answer()
        mine = {lease for lease in self.leases if lease.provider == provider}
        return frozenset(
            lease for lease in mine if owner is None or (lease.owner, lease.dseq) == (owner, dseq)
        )

    async def open_orders(self) -> Sequence[Order]:
        self._answer()
        return list(self.orders)

    async def open_bids(self, provider: str) -> frozenset[LeaseId]:
        self._answer()
        return frozenset(bid for bid in self.bids if bid.provider == provider)

    async def provider(self, owner: str) -> ProviderRecord | None:
        self._answer()
        return self.providers.get(owner)

    async def certificate(self, owner: str, serial: int) -> bytes | None:
        self._answer()
        return self.certificates.get((owner, serial))

    async def audits(self, provider: str) -> Mapping[str, Mapping[str, str]]:
        self._answer()
        return self.signed_attributes

    async def block(self, height: int | None = None) -> Block:
        """Without its transactions: everything is read from the lists."""
        self._answer()
        return Block(height or self.blocks)

    async def market_events(self, tx_hash: str) -> Sequence[MarketEvent] | None:
        return None

    async def order(self, order: OrderId) -> Order | None:
        self._answer()
        return next((found for found in self.orders if found.id == order), None)

    async def send(self, messages: Sequence[Message]) -> None:
        self._answer()
        names = {message.type_url.rpartition(".")[2] for message in messages}
        if names & self.refused:
            raise TransactionRefused("no")
        self.sent.append(tuple(messages))
        self.blocks += 1
        for message in messages:
            self._apply(message.type_url.rpartition(".")[2], message.value)

    def _answer(self) -> None:
        self.questions += 1
        if self.is_away or (self.away_after is not None and self.questions > self.away_after):
            raise ChainUnreachable("away")

    def _apply(self, name: str, value: Mapping[str, Any]) -> None:
        if name in ("MsgCreateProvider", "MsgUpdateProvider"):
            attributes = {each["key"]: each["value"] for each in value["attributes"]}
            self.providers[value["owner"]] = ProviderRecord(value["host_uri"], attributes)
        if name == "MsgCreateCertificate":
            pem = base64.b64decode(value["cert"])
            serial = x509.load_pem_x509_certificate(pem).serial_number
            self.certificates[value["owner"], serial] = pem
        if name == "MsgCreateBid":
            self.bids.add(_lease(value["id"]))
        if name == "MsgCloseBid":
            self.bids.discard(_lease(value["id"]))
            self.leases.discard(_lease(value["id"]))


def _lease(found: Mapping[str, Any]) -> LeaseId:
    order = OrderId(found["owner"], int(found["dseq"]), found["gseq"], found["oseq"])
    return LeaseId(order, found["provider"])


@dataclass
class Tenant:
    """An account that has signed before, so that its key is on the chain."""

    name: str
    chain: FakeChain

    def __post_init__(self) -> None:
        self.key = LocalKey(hashlib.sha256(self.name.encode()).digest())
        self.address = address_of(self.key.public_key)
        self.chain.accounts[self.address] = Account(len(self.chain.accounts), self.key.public_key)

    def deploys(self, dseq: int, *groups: dict[str, Any]) -> bytes:
        """A deployment of these manifest groups; the manifest's bytes."""
        body = json.dumps(groups).encode()
        specs = {gseq: group_spec(group) for gseq, group in enumerate(groups, start=1)}
        version = manifest.version(manifest.decode(body))
        self.chain.deployments[self.address, dseq] = Deployment(version, specs)
        return body

    def order(self, dseq: int, gseq: int = 1) -> OrderId:
        return OrderId(self.address, dseq, gseq, 1)

    def orders(self, dseq: int, gseq: int = 1) -> Order:
        """An open order for a group of a deployment."""
        order = Order(self.order(dseq, gseq), self.chain.deployments[self.address, dseq].groups[gseq])
        self.chain.orders.append(order)
        self.chain.blocks += 1
        return order

    def leases(self, dseq: int, provider: str = PROVIDER, gseq: int = 1) -> LeaseId:
        lease = LeaseId(self.order(dseq, gseq), provider)
        self.chain.leases.add(lease)
        self.chain.blocks += 1
        return lease

    def token(self, now: float, **changed: Any) -> str:
        """A token for everything, good for a minute, with some of its claims changed."""
        full: dict[str, Any] = {
            "iss": self.address,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + 60,
            "version": "v1",
            "leases": {"access": "full"},
        }
        claims = {name: value for name, value in {**full, **changed}.items() if value is not None}
        return self.signed({"alg": "ES256K", "typ": "JWT"}, claims)

    def signed(self, header: dict[str, Any], claims: object) -> str:
        text = f"{_url64(json.dumps(header).encode())}.{_url64(json.dumps(claims).encode())}"
        return f"{text}.{_url64(self.key.sign_digest(hashlib.sha256(text.encode()).digest()))}"


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def expose(port: int = 80, *, hosts: list[str] | None = None, **changed: Any) -> dict[str, Any]:
    options = {
        "maxBodySize": 1048576,
        "readTimeout": 60000,
        "sendTimeout": 60000,
        "nextTries": 3,
        "nextTimeout": 0,
        "nextCases": ["error", "timeout"],
    }
    whole = {
        "port": port,
        "externalPort": port,
        "proto": "TCP",
        "service": "",
        "global": True,
        "hosts": hosts,
        "httpOptions": options,
        "ip": "",
        "endpointSequenceNumber": 0,
    }
    return {**whole, **changed}


def service(name: str = "web", **changed: Any) -> dict[str, Any]:
    """A service of a manifest with one HTTP expose."""
    exposes = changed.pop("expose", None) or [expose()]
    kinds = [0 if _is_http(each) else 1 for each in exposes if each["global"]]
    resources = {
        "id": 1,
        "cpu": {"units": {"val": "500"}},
        "memory": {"size": {"val": str(512 << 20)}},
        "storage": [{"name": "default", "size": {"val": str(1 << 30)}}],
        "gpu": {"units": {"val": "0"}},
        "endpoints": [
            {"kind": 1, "sequence_number": 0} if kind else {"sequence_number": 0} for kind in kinds
        ],
    }
    whole = {
        "name": name,
        "image": "nginx:1.27",
        "command": None,
        "args": None,
        "env": None,
        "resources": {**resources, "id": changed.pop("id", 1)},
        "count": 1,
        "expose": exposes,
        "credentials": None,
    }
    return {**whole, **changed}


def group(*services: dict[str, Any], name: str = "dcloud") -> dict[str, Any]:
    return {"name": name, "services": list(services or (service(),))}


def group_spec(found: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The group on the chain, in the node's REST form, that a manifest's group was made with."""
    whole = {
        "name": found["name"],
        "requirements": {"signed_by": {"all_of": [], "any_of": []}, "attributes": []},
        "resources": [_unit(each) for each in found["services"]],
    }
    return {**whole, **changed}


def _unit(found: dict[str, Any]) -> dict[str, Any]:
    held = found["resources"]
    kinds = ("SHARED_HTTP", "RANDOM_PORT", "LEASED_IP")
    resource = {
        "id": held["id"],
        "cpu": {"units": held["cpu"]["units"], "attributes": []},
        "memory": {"quantity": held["memory"]["size"], "attributes": []},
        "storage": [
            {"name": each["name"], "quantity": each["size"], "attributes": each.get("attributes") or []}
            for each in held["storage"]
        ],
        "gpu": {"units": held["gpu"]["units"], "attributes": held["gpu"].get("attributes") or []},
        "endpoints": [
            {"kind": kinds[each.get("kind", 0)], "sequence_number": 0} for each in held["endpoints"]
        ],
    }
    return {
        "resource": resource,
        "count": found["count"],
        "price": {"denom": "uact", "amount": "1000.000000000000000000"},
    }


def _is_http(found: dict[str, Any]) -> bool:
    return bool(found["proto"] == "TCP" and (found["externalPort"] or found["port"]) == 80)
