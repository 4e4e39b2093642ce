"""Leases: take bids, then bring the manifest to every provider."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.errors import (
    BidNotFound,
    BidNotOpen,
    LeasesEmpty,
    LeasesOfSeveralDeployments,
    ManifestInvalid,
)
from slipway.domain.ids import LeaseId
from slipway.domain.messages import CreateLease
from slipway.sdl.manifest import parse_manifest
from slipway.services.deployments import NOTHING, Detail, deliver, detail, must_be_delivered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.deployment import Bid, Deployment, Lease
    from slipway.domain.ids import Address, Dseq, IntentId, UserId
    from slipway.domain.wallet import Wallet
    from slipway.services.ports import ChainReads, Providers, Signer, Wallets


@dataclass(frozen=True, slots=True)
class Choice:
    """A bid that the user chose, by the fields that name it within the user's own wallet."""

    dseq: Dseq
    gseq: int
    oseq: int
    provider: Address


def create(
    *,
    user: UserId,
    choices: Sequence[Choice],
    manifest: str,
    intent: IntentId,
    wallets: Wallets,
    chain: ChainReads,
    signer: Signer,
    providers: Providers,
) -> Detail:
    """Make a lease of each chosen bid in one transaction, then bring the manifest to all their providers.

    Leases that exist already are kept, so the same call again only does what is missing. A manifest that is
    not the deployment's costs nothing: it is refused before anything is signed, as every provider would
    refuse it. Raises WalletNotFound, LeasesEmpty, LeasesOfSeveralDeployments, ManifestInvalid,
    DeploymentNotFound, ProviderNotFound, BidNotFound, BidNotOpen, and, with the leases made,
    ManifestNotDelivered.
    """
    wallet = wallets.of(user)
    dseq = _one_deployment(choices)
    text = _manifest_of(chain.deployment(wallet.address, dseq), manifest)
    wanted = [LeaseId(wallet.address, c.dseq, c.gseq, c.oseq, c.provider) for c in dict.fromkeys(choices)]
    missing = _not_yet_leased(wanted, chain.leases(wallet.address, dseq))
    if missing:
        _take(missing, intent, wallet, chain, signer)
        wallet = wallets.of(user)
    must_be_delivered(wanted, deliver(wallet, dseq, text, wanted, providers))
    return detail(wallet, dseq, chain=chain, providers=providers)


def _one_deployment(choices: Sequence[Choice]) -> Dseq:
    if not choices:
        raise LeasesEmpty
    if len({choice.dseq for choice in choices}) > 1:
        raise LeasesOfSeveralDeployments
    return choices[0].dseq


def _manifest_of(deployment: Deployment, manifest: str) -> str:
    """The canonical text of the client's manifest. Raises ManifestInvalid, in a provider's own words."""
    parsed = parse_manifest(manifest)
    if deployment.is_open and base64.b64encode(parsed.version).decode() != deployment.hash:
        raise ManifestInvalid(text="manifest version validation failed")
    return parsed.text


def _not_yet_leased(wanted: Sequence[LeaseId], leases: Sequence[Lease]) -> list[LeaseId]:
    leased = {lease.id for lease in leases if lease.is_active}
    return [each for each in wanted if each not in leased]


def _take(
    wanted: Sequence[LeaseId], intent: IntentId, wallet: Wallet, chain: ChainReads, signer: Signer
) -> None:
    """One transaction for all. Where the same call came first by a moment, its leases are these."""
    dseq = wanted[0].dseq
    try:
        _must_be_open(wanted, chain.bids(wallet.address, dseq), chain)
        signer.run(intent, wallet, [CreateLease(bid) for bid in wanted], deposit_max=NOTHING)
    except BidNotOpen:
        if _not_yet_leased(wanted, chain.leases(wallet.address, dseq)):
            raise


def _must_be_open(wanted: Sequence[LeaseId], bids: Sequence[Bid], chain: ChainReads) -> None:
    """The chain checks again (market/18, /12); asking first saves the fee of a transaction that cannot
    succeed. Raises ProviderNotFound for the bid of somebody who is no provider."""
    states = {bid.id: bid.state for bid in bids}
    for each in wanted:
        if each not in states:
            chain.provider(each.provider)
            raise BidNotFound
        if states[each] != "open":
            raise BidNotOpen
