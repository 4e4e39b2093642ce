"""What the use cases need of the world. Adapters implement these; tests have fakes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.deployment import Bid, Deployment, DeploymentPage, Lease, Provider
    from slipway.domain.ids import Address, Dseq, IntentId, LeaseId, UserId
    from slipway.domain.messages import Committed, Message, RawMessage, Sent
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

    def provider(self, address: Address) -> Provider:
        """Raises ProviderNotFound."""
        ...

    def min_deposit(self) -> MicroUsd:
        """The least deposit that a new deployment needs (akash deployment params)."""
        ...

    def credit(self, granter: Address, grantee: Address) -> MicroUsd:
        """What the deposit grant still allows; 0 without one."""
        ...

    def granted(self, grantee: Address) -> MicroUsd:
        """What all deposit grants to an account still allow together."""
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


class RawSigner(Protocol):
    def send(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[RawMessage], *, deposit_max: MicroUsd
    ) -> Sent:
        """As `Signer.run`, with messages that the signer decodes first. Raises MessageUndecodable as well."""
        ...


class UserTokens(Protocol):
    def mint(self, user: UserId, leases: Mapping[str, Any], ttl: int) -> str:
        """A token of the user's wallet with these rights (AEP-64), good for `ttl` seconds.

        Raises PolicyRefused, SignerUnavailable.
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
