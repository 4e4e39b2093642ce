"""An Akash chain in memory: passes the same contract as the REST adapter (tests/contract/chain_rest)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.coins import DecCoin
from slipway.domain.deployment import (
    Bid,
    Deployment,
    DeploymentPage,
    Deposit,
    Escrow,
    Group,
    Lease,
    Provider,
)
from slipway.domain.errors import ChainUnavailable, DeploymentNotFound, FieldInvalid, ProviderNotFound
from slipway.domain.ids import Address, Dseq, Height, LeaseId
from slipway.domain.money import CREDIT_DENOM, SCALE, MicroUsd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MIN_DEPOSIT = MicroUsd(500_000)
OPEN_LEASE = "lease_closed_invalid"
"""What the chain says of a lease that has not ended."""


def uact(amount: int) -> DecCoin:
    return DecCoin(CREDIT_DENOM, amount * SCALE)


def an_escrow(scope: str, xid: str, *, owner: Address, payer: Address, amount: int, height: int) -> Escrow:
    source = "grant" if scope == "deployment" else "balance"
    return Escrow(
        scope=scope,
        xid=xid,
        owner=owner,
        state="open",
        transferred=(uact(0),),
        settled_at=Height(height),
        funds=(uact(amount),),
        deposits=(Deposit(payer, Height(height), source, uact(amount)),),
    )


class FakeChain:
    """`ChainReads`. `unreachable`: every read raises ChainUnavailable. Everybody is a provider but
    `strangers`. Nothing here costs or earns anything
    by itself: time stands still between transactions."""

    def __init__(self) -> None:
        self.height = 100
        self.unreachable = False
        self.reads = 0
        self.grants: dict[tuple[Address, Address], MicroUsd] = {}
        self.found: dict[tuple[Address, Dseq], Deployment] = {}
        self.all_leases: dict[LeaseId, Lease] = {}
        self.all_bids: dict[LeaseId, Bid] = {}
        self.strangers: set[Address] = set()

    # -- what the services read

    def deployment(self, owner: Address, dseq: Dseq) -> Deployment:
        self._must_be_reachable()
        if (owner, dseq) not in self.found:
            raise DeploymentNotFound
        return self.found[owner, dseq]

    def deployments(self, owner: Address, *, cursor: str | None, limit: int) -> DeploymentPage:
        self._must_be_reachable()
        after = -1 if cursor is None else _after(owner, cursor)
        rows = [row for (whose, dseq), row in sorted(self.found.items()) if whose == owner and dseq > after]
        active = [row for row in rows if row.is_open]
        more = len(active) > limit
        return DeploymentPage(tuple(active[:limit]), _cursor(owner, active[limit - 1].dseq) if more else None)

    def leases(self, owner: Address, dseq: Dseq | None = None) -> tuple[Lease, ...]:
        self._must_be_reachable()
        own = [lease for _, lease in sorted(self.all_leases.items()) if lease.id.owner == owner]
        if dseq is None:
            return tuple(lease for lease in own if lease.is_active)
        return tuple(lease for lease in own if lease.id.dseq == dseq)

    def bids(self, owner: Address, dseq: Dseq) -> tuple[Bid, ...]:
        self._must_be_reachable()
        own = [bid for _, bid in sorted(self.all_bids.items())]
        return tuple(bid for bid in own if (bid.id.owner, bid.id.dseq) == (owner, dseq))

    def provider(self, address: Address) -> Provider:
        self._must_be_reachable()
        if address in self.strangers:
            raise ProviderNotFound(provider=address)
        return Provider(address, f"https://{address[-6:]}.example:8443", ())

    def min_deposit(self) -> MicroUsd:
        self._must_be_reachable()
        return MIN_DEPOSIT

    def credit(self, granter: Address, grantee: Address) -> MicroUsd:
        self._must_be_reachable()
        return self.grants.get((granter, grantee), MicroUsd(0))

    def latest(self) -> Height:
        self._must_be_reachable()
        return Height(self.height)

    def granted(self, grantee: Address) -> MicroUsd:
        self._must_be_reachable()
        return MicroUsd(sum(amount for (_, whose), amount in self.grants.items() if whose == grantee))

    def _must_be_reachable(self) -> None:
        self.reads += 1
        if self.unreachable:
            raise ChainUnavailable

    # -- what transactions and providers change

    def open(
        self,
        owner: Address,
        dseq: Dseq,
        *,
        payer: Address,
        funds: int,
        version: bytes = bytes(32),
        groups: tuple[Mapping[str, Any], ...] = (),
    ) -> Deployment:
        """`groups` as the chain's REST shows them."""
        escrow = an_escrow(
            "deployment", f"{owner}/{dseq}", owner=owner, payer=payer, amount=funds, height=self.height
        )
        found = tuple(Group(number, "open", spec) for number, spec in enumerate(groups, start=1))
        made = Deployment(
            owner, dseq, "active", base64.b64encode(version).decode(), Height(self.height), found, escrow
        )
        self.found[owner, dseq] = made
        return made

    def bid(self, owner: Address, dseq: Dseq, provider: Address, *, gseq: int = 1, price: int = 10) -> Bid:
        name = LeaseId(owner, dseq, gseq, 1, provider)
        xid = f"{owner}/{dseq}/{gseq}/1/{provider}"
        escrow = an_escrow("bid", xid, owner=provider, payer=provider, amount=500_000, height=self.height)
        made = Bid(name, "open", uact(price), Height(self.height), (), None, escrow)
        self.all_bids[name] = made
        return made

    def lease(self, name: LeaseId) -> Lease:
        """Take the bid; the other bids of its order are lost."""
        for other, bid in self.all_bids.items():
            if (other.owner, other.dseq, other.gseq) == (name.owner, name.dseq, name.gseq):
                self.all_bids[other] = replace(bid, state="active" if other == name else "lost")
        price = self.all_bids[name].price
        made = Lease(name, "active", price, Height(self.height), Height(0), OPEN_LEASE)
        self.all_leases[name] = made
        return made

    def deposit(self, owner: Address, dseq: Dseq, payer: Address, amount: int) -> None:
        was = self.found[owner, dseq]
        entry = Deposit(payer, Height(self.height), "grant", uact(amount))
        funds = uact(was.escrow.funds[0].whole + amount)
        escrow = replace(was.escrow, funds=(funds,), deposits=(*was.escrow.deposits, entry))
        self.found[owner, dseq] = replace(was, escrow=escrow)

    def update(self, owner: Address, dseq: Dseq, version: bytes) -> None:
        new = base64.b64encode(version).decode()
        self.found[owner, dseq] = replace(self.found[owner, dseq], hash=new)

    def close(self, owner: Address, dseq: Dseq, reason: str = "lease_closed_owner") -> int:
        """Close deployment, leases and bids; what the escrow held."""
        was = self.found[owner, dseq]
        escrow = replace(was.escrow, state="closed", funds=(uact(0),), deposits=())
        self.found[owner, dseq] = replace(was, state="closed", escrow=escrow)
        for name, lease in self.all_leases.items():
            if (name.owner, name.dseq) == (owner, dseq):
                self.end(lease, reason)
        for name, bid in self.all_bids.items():
            if (name.owner, name.dseq) == (owner, dseq):
                self.all_bids[name] = replace(bid, state="closed")
        return was.escrow.funds[0].whole

    def announce_end(self, name: LeaseId) -> None:
        """The provider starts to reclaim: the lease runs until the announced time is over."""
        self.all_leases[name] = replace(self.all_leases[name], state="reclaiming")

    def end(self, lease: Lease, reason: str = "lease_closed_reason_unstable") -> None:
        ended = replace(lease, state="closed", closed_on=Height(self.height), reason=reason)
        self.all_leases[lease.id] = ended


def _cursor(owner: Address, dseq: Dseq) -> str:
    return base64.urlsafe_b64encode(f"{owner}/{dseq}".encode()).decode()


def _after(owner: Address, cursor: str) -> int:
    try:
        whose, _, dseq = base64.urlsafe_b64decode(cursor).decode().partition("/")
    except (binascii.Error, ValueError):
        whose, dseq = "", ""
    if whose != owner:
        raise FieldInvalid(path="cursor", mend="not ours")
    return int(dseq)
