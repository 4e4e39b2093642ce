"""Transactions of messages that the user wrote. The signer decodes them and holds them against its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.domain.errors import ScopeMissing, WalletNotFound
from slipway.services.deployments import MAX_DEPOSIT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.api_key import Scope
    from slipway.domain.ids import IntentId, UserId
    from slipway.domain.messages import RawMessage, Sent
    from slipway.services.ports import RawSigner, Wallets

SCOPES: Final[Mapping[str, Scope]] = {
    "/akash.deployment.v1beta4.MsgCreateDeployment": "deployments:write",
    "/akash.cert.v1.MsgCreateCertificate": "certificates:write",
    "/akash.market.v1beta5.MsgCreateLease": "leases:write",
    "/akash.deployment.v1beta4.MsgUpdateDeployment": "deployments:write",
    "/akash.deployment.v1beta4.MsgCloseDeployment": "deployments:write",
    "/akash.escrow.v1.MsgAccountDeposit": "deployments:fund",
}
"""What may be sent, and what a key must be allowed for it: the same as for the endpoint that does it."""


def send(
    *,
    user: UserId,
    acted_for: str,
    messages: Sequence[RawMessage],
    granted: frozenset[str],
    intent: IntentId,
    wallets: Wallets,
    signer: RawSigner,
) -> Sent:
    """Have the messages in a block, in one transaction, once.

    Credit is the limit: the signer compares it with what the messages move. Raises WalletNotFound (also for
    another user), ScopeMissing, MessageUndecodable, PolicyRefused and the refusals of the chain.
    """
    if acted_for != user:
        raise WalletNotFound
    for scope in sorted({SCOPES[message.type_url] for message in messages} - granted):
        raise ScopeMissing(scope=scope)
    return signer.send(intent, wallets.of(user), messages, deposit_max=MAX_DEPOSIT)
