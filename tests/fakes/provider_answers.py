"""Providers that take manifests and tell statuses, in memory."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from slipway.domain.errors import WalletNotOnChain
from slipway.domain.workload import Delivery, LeaseStatus, ServiceStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.ids import Address, Dseq, LeaseId
    from slipway.domain.wallet import Wallet
    from slipway.domain.workload import Statuses

    from tests.fakes.chain import FakeChain


class FakeProviders:
    """`Providers`. Those in `silent` cannot be reached; those in `refusing` answer 422 with the text.

    The rest do as providers do: no manifest without a lease, none but the one whose hash is on chain.
    """

    def __init__(self, chain: FakeChain) -> None:
        self._chain = chain
        self.silent: set[Address] = set()
        self.refusing: dict[Address, str] = {}
        self.manifests: dict[tuple[Address, Dseq], str] = {}
        self.deliveries: list[tuple[Address, Dseq]] = []

    def statuses(self, wallet: Wallet, leases: Sequence[LeaseId], *, deadline_seconds: float) -> Statuses:
        return {lease: self._status(lease) for lease in leases}

    def _status(self, lease: LeaseId) -> LeaseStatus | None:
        if lease.provider in self.silent or (lease.provider, lease.dseq) not in self.manifests:
            return None
        web = ServiceStatus(
            name="web",
            available=1,
            total=1,
            uris=(f"{lease.dseq}.provider.example",),
            observed_generation=1,
            replicas=1,
            updated_replicas=1,
            ready_replicas=1,
            available_replicas=1,
        )
        return LeaseStatus({"web": web}, None, None)

    def deliver(
        self,
        wallet: Wallet,
        dseq: Dseq,
        manifest: str,
        providers: Sequence[Address],
        *,
        deadline_seconds: float,
    ) -> tuple[Delivery, ...]:
        if not wallet.on_chain:
            raise WalletNotOnChain  # the real client would refuse each; a service must never come here
        return tuple(self._deliver(wallet, dseq, manifest, provider) for provider in providers)

    def _deliver(self, wallet: Wallet, dseq: Dseq, manifest: str, provider: Address) -> Delivery:
        host = f"https://{provider}.example:8443"
        if provider in self.silent:
            text = "the provider is silent"
            return Delivery(provider, host, delivered=False, status=None, text=text, away=True)
        self.deliveries.append((provider, dseq))
        if (refusal := self._refusal(wallet, dseq, manifest, provider)) is not None:
            return Delivery(provider, host, delivered=False, status=refusal[0], text=refusal[1])
        self.manifests[provider, dseq] = manifest
        return Delivery(provider, host, delivered=True, status=200, text="")

    def _refusal(
        self, wallet: Wallet, dseq: Dseq, manifest: str, provider: Address
    ) -> tuple[int, str] | None:
        if provider in self.refusing:
            return 422, self.refusing[provider]
        leases = self._chain.leases(wallet.address, dseq)
        if not any(lease.is_active and lease.id.provider == provider for lease in leases):
            return 404, "no lease for deployment"
        version = base64.b64encode(hashlib.sha256(manifest.encode()).digest()).decode()
        if version != self._chain.deployment(wallet.address, dseq).hash:
            return 422, "manifest version validation failed"
        return None
