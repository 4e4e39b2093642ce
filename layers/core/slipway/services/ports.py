"""What the use cases need of the world. Adapters implement these; tests have fakes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.deployment import Bid, Deployment, DeploymentPage, Lease
    from slipway.domain.ids import Address, Dseq, IntentId, LeaseId, UserId
    from slipway.domain.messages import Committed, Message
    from slipway.domain.money import MicroUsd
    from slipway.domain.wallet import Wallet
    from slipway.domain.workload import Delivery, Statuses


class Wallets(Protocol):
    def of(self, user: UserId) -> Wallet:
        """Raises WalletNotFound, WalletOpening."""
        ...


class ChainReads(Protocol):
    """Reads of one Akash node. All raise ChainUnavailable."""

    def deployment(self, owner: Address, dseq: Dseq) -> Deployment:
        """Raises DeploymentNotFound."""
        ...

    def deployments(self, owner: Address, *, cursor: str | None, limit: int) -> DeploymentPage:
        """The owner's active deployments in the chain's order, at most `limit` of them.

        Raises FieldInvalid for a cursor that is not ours.
        """
        ...

    def leases(self, owner: Address, dseq: Dseq | None = None) -> tuple[Lease, ...]:
        """Every lease of one deployment, or the active ones of all the owner's deployments."""
        ...

    def bids(self, owner: Address, dseq: Dseq) -> tuple[Bid, ...]: ...

    def min_deposit(self) -> MicroUsd:
        """The least deposit that a new deployment needs (akash deployment params)."""
        ...

    def credit(self, granter: Address, grantee: Address) -> MicroUsd:
        """What the deposit grant still allows; 0 without one."""
        ...


class Signer(Protocol):
    def run(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[Message], *, deposit_max: MicroUsd
    ) -> Committed:
        """Have the messages in a block, once, however often this is called with the same intent.

        Raises the typed refusals of the chain and of policy (domain/errors.py), TransactionPending,
        TransactionExpired, SignerUnavailable.
        """
        ...


class Providers(Protocol):
    """Talks to many providers side by side under one deadline; never raises for one that fails."""

    def statuses(self, wallet: Wallet, leases: Sequence[LeaseId], *, deadline_seconds: float) -> Statuses: ...

    def deliver(
        self,
        wallet: Wallet,
        dseq: Dseq,
        manifest: str,
        providers: Sequence[Address],
        *,
        deadline_seconds: float,
    ) -> tuple[Delivery, ...]:
        """Send the manifest to each; one answer each, in the order asked. "no lease" is tried again in
        time."""
        ...
