"""Deployments: create, list, read, update, fund and close. Akash's rules are in the ports' errors."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import (
    CreditTooLow,
    DeploymentClosed,
    DepositNotPositive,
    DepositTooLow,
    InvalidVersion,
    ManifestNotDelivered,
)
from slipway.domain.messages import CloseDeployment, CreateDeployment, DepositEscrow, UpdateDeployment
from slipway.domain.money import CREDIT_DENOM, MicroUsd
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.policy import in_denom
from slipway.services.crossvalidation import must_keep_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.deployment import Deployment, Lease
    from slipway.domain.ids import Address, Dseq, IntentId, LeaseId, UserId
    from slipway.domain.messages import Committed
    from slipway.domain.wallet import Wallet
    from slipway.domain.workload import Delivery, LeaseStatus
    from slipway.sdl.compiler import Compiled
    from slipway.sdl.mistakes import Mistake
    from slipway.services.ports import ChainReads, Providers, Signer, Wallets

STATUS_DEADLINE_SECONDS: Final = 5.0
"""A user waits this long at most for all providers together; one that is silent has a null status. Healthy
ones answer in well under a second; the reference let one hanging provider hold the call for 75 s."""

DELIVERY_DEADLINE_SECONDS: Final = 15.0
"""For all manifests of one call. Two of the five-second negative caches of a provider fit in (it may not have
seen the lease yet), and with a transaction before it the call stays below API Gateway's 29 s."""

MAX_DEPOSIT: Final = MicroUsd(10**18)
"""A trillion USD. The chain's numbers end somewhere above, and nobody's credit comes near."""

NOTHING: Final = MicroUsd(0)
"""The deposit limit of transactions that move no credit."""


@dataclass(frozen=True, slots=True)
class Created:
    """A new deployment: its manifest text (to be sent back with the leases) and its transaction."""

    dseq: Dseq
    compiled: Compiled
    committed: Committed


@dataclass(frozen=True, slots=True)
class Detail:
    """A deployment, every lease of it, and what the providers say of the active ones (None: could not
    tell). `warnings` are those of the SDL that an update brought."""

    deployment: Deployment
    leases: tuple[Lease, ...]
    statuses: dict[LeaseId, LeaseStatus | None]
    warnings: tuple[Mistake, ...] = ()


def create(
    *,
    user: UserId,
    sdl: str,
    deposit: MicroUsd,
    dseq: Dseq,
    intent: IntentId,
    wallets: Wallets,
    chain: ChainReads,
    signer: Signer,
) -> Created:
    """Put the SDL on chain with `deposit` of the user's credit in its escrow.

    A repeat with the same `intent` makes nothing twice and answers the first dseq: that is why credit is
    compared by the signer, which knows the intent, and not here. Raises WalletNotFound before all others,
    SdlInvalid, DepositTooLow (akash deployment/20), CreditTooLow.
    """
    wallet = wallets.of(user)
    compiled = in_denom(compile_sdl(sdl, denom=CREDIT_DENOM), CREDIT_DENOM)
    if deposit < (minimum := chain.min_deposit()):
        raise DepositTooLow(minimum=minimum)
    _must_be_payable(deposit)
    message = CreateDeployment(
        dseq=dseq,
        groups=tuple(group.wire() for group in compiled.groups),
        version=compiled.version,
        deposit=deposit,
        reclamation=compiled.reclamation,
    )
    committed = signer.run(intent, wallet, [message], deposit_max=deposit)
    return Created(committed.dseq, compiled, committed)


def read(*, user: UserId, dseq: Dseq, wallets: Wallets, chain: ChainReads, providers: Providers) -> Detail:
    """One deployment with its leases and their live status. Raises DeploymentNotFound."""
    wallet = wallets.of(user)
    return detail(wallet, dseq, chain=chain, providers=providers)


def detail(wallet: Wallet, dseq: Dseq, *, chain: ChainReads, providers: Providers) -> Detail:
    deployment = chain.deployment(wallet.address, dseq)
    leases = chain.leases(wallet.address, dseq)
    active = [lease.id for lease in leases if lease.is_active]
    statuses = providers.statuses(wallet, active, deadline_seconds=STATUS_DEADLINE_SECONDS) if active else {}
    return Detail(deployment, leases, statuses)


def update(
    *,
    user: UserId,
    dseq: Dseq,
    sdl: str,
    intent: IntentId,
    wallets: Wallets,
    chain: ChainReads,
    signer: Signer,
    providers: Providers,
) -> Detail:
    """Replace the manifest of a deployment: images, commands, env; never its resources.

    The groups are compared with those on chain before anything is written, since providers refuse other
    resources. The same SDL again sends no transaction, only the manifest. Raises SdlInvalid, GroupsChanged,
    DeploymentNotFound, DeploymentClosed, ManifestNotDelivered.
    """
    wallet = wallets.of(user)
    compiled = compile_sdl(sdl, denom=CREDIT_DENOM)
    deployment = chain.deployment(wallet.address, dseq)
    if base64.b64encode(compiled.version).decode() != deployment.hash:
        deployment.must_be_open()
        must_keep_groups(compiled.manifest.groups, deployment.groups)
        _write_version(dseq, compiled.version, intent, wallet, signer)
    if deployment.is_open:
        _deliver_to_all(wallet, dseq, compiled.manifest.text, chain=chain, providers=providers)
    return replace(detail(wallet, dseq, chain=chain, providers=providers), warnings=compiled.warnings)


def _write_version(dseq: Dseq, version: bytes, intent: IntentId, wallet: Wallet, signer: Signer) -> None:
    try:
        signer.run(intent, wallet, [UpdateDeployment(dseq, version)], deposit_max=NOTHING)
    except InvalidVersion:
        return  # the same update came first by a moment: the version is there


def _deliver_to_all(
    wallet: Wallet, dseq: Dseq, manifest: str, *, chain: ChainReads, providers: Providers
) -> None:
    leases = [lease.id for lease in chain.leases(wallet.address, dseq) if lease.is_active]
    if leases:
        must_be_delivered(leases, deliver(wallet, dseq, manifest, leases, providers))


def deliver(
    wallet: Wallet, dseq: Dseq, manifest: str, leases: Sequence[LeaseId], providers: Providers
) -> tuple[Delivery, ...]:
    """Send the manifest once to each provider that holds one of the leases."""
    addresses: list[Address] = list(dict.fromkeys(lease.provider for lease in leases))
    return providers.deliver(wallet, dseq, manifest, addresses, deadline_seconds=DELIVERY_DEADLINE_SECONDS)


def must_be_delivered(leases: Sequence[LeaseId], deliveries: Sequence[Delivery]) -> None:
    """Raises ManifestNotDelivered with one outcome a lease; the leases stay, and the same call again is
    safe."""
    failed = [delivery for delivery in deliveries if not delivery.delivered]
    if not failed:
        return
    by_provider = {delivery.provider: delivery for delivery in deliveries}
    raise ManifestNotDelivered(
        text=_told(failed[0]),
        refused=any(delivery.refused for delivery in failed),
        outcomes=[outcome(lease, by_provider[lease.provider]) for lease in leases],
    )


def _told(failed: Delivery) -> str:
    """The provider's word, or that it is away in the reference's words: the outcomes say more."""
    if failed.away and failed.host_uri is not None:
        return f"Provider {failed.host_uri} is temporarily unavailable"
    return failed.text


def outcome(lease: LeaseId, delivery: Delivery) -> dict[str, object]:
    """One lease's outcome as the API tells it."""
    return {
        "gseq": lease.gseq,
        "oseq": lease.oseq,
        "provider": lease.provider,
        "manifest_delivered": delivery.delivered,
        "status": delivery.status,
        "message": delivery.text,
    }


def deposit(
    *,
    user: UserId,
    dseq: Dseq,
    amount: MicroUsd,
    intent: IntentId,
    wallets: Wallets,
    chain: ChainReads,
    signer: Signer,
    providers: Providers,
) -> Detail:
    """Move `amount` of the user's credit into the escrow of `dseq` and return the deployment as it then
    stands.

    Raises DepositNotPositive (akash escrow/16), DeploymentNotFound, DeploymentClosed (akash escrow/2),
    CreditTooLow. A repeat with the same `intent` moves nothing twice.
    """
    if amount <= 0:
        raise DepositNotPositive
    wallet = wallets.of(user)
    chain.deployment(wallet.address, dseq).must_be_open()
    _must_be_payable(amount)
    signer.run(intent, wallet, [DepositEscrow(dseq, amount)], deposit_max=amount)
    return detail(wallet, dseq, chain=chain, providers=providers)


def _must_be_payable(amount: MicroUsd) -> None:
    """Raises CreditTooLow for what no number of the chain or of the signer holds."""
    if amount > MAX_DEPOSIT:
        raise CreditTooLow(needed=amount)


def close(
    *, user: UserId, dseq: Dseq, intent: IntentId, wallets: Wallets, chain: ChainReads, signer: Signer
) -> None:
    """Close the deployment and its leases; what its escrow still holds goes back to the user's credit.

    One that is closed already is success. Raises DeploymentNotFound.
    """
    wallet = wallets.of(user)
    if not chain.deployment(wallet.address, dseq).is_open:
        return
    try:
        signer.run(intent, wallet, [CloseDeployment(dseq)], deposit_max=NOTHING)
    except DeploymentClosed:
        return  # somebody else closed it in the meantime: the wish is fulfilled
