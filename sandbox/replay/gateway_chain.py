"""The chain behind a recorded gateway: what `chain-state.json` says, at the height of the moment."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ecdsa import SECP256k1, VerifyingKey
from slipway_signing.address import address_of

from sandbox.provider.chain_view import (
    Account,
    Block,
    Deployment,
    LeaseId,
    MarketEvent,
    Message,
    Order,
    OrderId,
    ProviderRecord,
)
from sandbox.provider.wallet import provider_key
from sandbox.replay import gateway_certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

ANCHORS: Final = ((1968, 1795358113.6), (2941, 1795359096.0))
"""Heights and their times, Unix seconds: a lease of recording 05 and one of recording 17 begin there, between
a PUT that does not see them and a status that does. No more need be told of the recorder's clock."""


def height_at(now: float) -> int:
    """The recorder's blocks came about every second, and evenly."""
    (low, low_at), (high, high_at) = ANCHORS
    return int(low + (now - low_at) * (high - low) / (high_at - low_at))


@dataclass(frozen=True)
class _Leased:
    lease: LeaseId
    begin: int
    end: int

    def holds_at(self, height: int) -> bool:
        return self.begin <= height and (not self.end or height < self.end)


@dataclass
class RecordedChain:
    """A ChainView that follows a clock, and a ChainWriter that keeps what is sent from it.

    `hashes`: what a recorded exchange noted of a deployment's hash, over what the state at the end says.
    """

    clock: Callable[[], float]
    address: str
    """The recorded provider's."""
    accounts: dict[str, Account]
    deployments: dict[tuple[str, int], tuple[int, Deployment]]
    leased: list[_Leased]
    wallets: list[dict[str, Any]]
    hashes: dict[int, bytes] = field(default_factory=dict)

    def know_signer(self, token: str, address: str) -> None:
        """An account whose state was not kept, by a token of its own: the signature tells the key."""
        for public_key in _possible_keys(token):
            if address_of(public_key) == address:
                self.accounts.setdefault(address, Account(0, public_key))

    @classmethod
    def read(cls, path: Path, clock: Callable[[], float]) -> RecordedChain:
        state = json.loads(path.read_text(encoding="utf-8"))
        wallets = list(state["wallets"].values())
        accounts = {wallet["address"]: _account(wallet["account"]) for wallet in wallets}
        chain = cls(
            clock,
            state["provider"]["address"],
            {address: account for address, account in accounts.items() if account},
            dict(_deployment(found) for wallet in wallets for found in wallet["deployments"]),
            [_leased(found) for wallet in wallets for found in wallet["leases"]],
            wallets,
        )
        chain._add_outsider()
        return chain

    def _add_outsider(self) -> None:
        """A lease of an account that the state does not hold: every /status of the first run counts one more
        than the state tells of. It asked for the same as the oldest."""
        key = provider_key("outsider").public_key
        owner, (oldest, *_) = address_of(key), sorted(self.deployments.items(), key=lambda each: each[0][1])
        (_, dseq), (begin, deployment) = oldest
        self.accounts[owner] = Account(0, key)
        self.deployments[owner, dseq] = begin, deployment
        self.leased.append(_Leased(LeaseId(OrderId(owner, dseq, 1, 1), self.address), begin, 0))

    async def account(self, address: str) -> Account | None:
        return self.accounts.get(address)

    async def deployment(self, owner: str, dseq: int) -> Deployment | None:
        created, found = self.deployments.get((owner, dseq), (0, None))
        if found is None or created > height_at(self.clock()):
            return None
        return Deployment(self.hashes.get(dseq, found.hash), found.groups)

    async def active_leases(
        self, provider: str, owner: str | None = None, dseq: int | None = None
    ) -> frozenset[LeaseId]:
        height = height_at(self.clock())
        return frozenset(
            each.lease
            for each in self.leased
            if each.lease.provider == provider
            and each.holds_at(height)
            and (owner is None or (each.lease.owner, each.lease.dseq) == (owner, dseq))
        )

    async def open_orders(self) -> Sequence[Order]:
        return []

    async def open_bids(self, provider: str) -> frozenset[LeaseId]:
        return frozenset()

    async def provider(self, owner: str) -> ProviderRecord | None:
        return None

    async def certificate(self, owner: str, serial: int) -> bytes | None:
        return gateway_certificates.on_the_chain(self.wallets, self.clock()).get((owner, serial))

    async def audits(self, provider: str) -> Mapping[str, Mapping[str, str]]:
        return {}

    async def block(self, height: int | None = None) -> Block:
        return Block(height or height_at(self.clock()))

    async def market_events(self, tx_hash: str) -> Sequence[MarketEvent] | None:
        return None

    async def order(self, order: OrderId) -> Order | None:
        return None

    async def send(self, messages: Sequence[Message]) -> None:
        """Nothing changes what was recorded."""


def _possible_keys(token: str) -> list[bytes]:
    """The compressed keys that an ES256K token may have been signed with."""
    text, _, encoded = token.rpartition(".")
    signature = base64.urlsafe_b64decode(encoded + "==")
    digest = hashlib.sha256(text.encode()).digest()
    found = VerifyingKey.from_public_key_recovery_with_digest(
        signature, digest, curve=SECP256k1, hashfunc=hashlib.sha256
    )
    return [key.to_string("compressed") for key in found]


def _account(found: Mapping[str, Any]) -> Account | None:
    if "info" not in found:
        return None
    key = (found["info"]["pub_key"] or {}).get("key")
    return Account(int(found["info"]["account_number"]), base64.b64decode(key) if key else None)


def _deployment(found: Mapping[str, Any]) -> tuple[tuple[str, int], tuple[int, Deployment]]:
    deployment = found["deployment"]
    groups = {group["id"]["gseq"]: group["group_spec"] for group in found["groups"]}
    key = deployment["id"]["owner"], int(deployment["id"]["dseq"])
    return key, (int(deployment["created_at"]), Deployment(base64.b64decode(deployment["hash"]), groups))


def _leased(found: Mapping[str, Any]) -> _Leased:
    lease = found.get("lease", found)
    named = lease["id"]
    order = OrderId(named["owner"], int(named["dseq"]), named["gseq"], named["oseq"])
    return _Leased(LeaseId(order, named["provider"]), int(lease["created_at"]), int(lease["closed_on"]))
