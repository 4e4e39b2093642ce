"""What the use cases refuse, for the endpoints that declare it: groups of domain errors.

The OpenAPI document tells them by status, and tests hold every answer against it. What all endpoints refuse
(credentials, a body of another form, an Idempotency-Key used before) stands in no group.
"""

from __future__ import annotations

from typing import Final

from slipway.domain import errors
from slipway.sdl.mistakes import SdlInvalid

WALLET: Final = (errors.WalletNotFound, errors.WalletOpening)
CHAIN: Final = (errors.ChainUnavailable,)
OWN: Final = (*WALLET, *CHAIN)
"""Reads of what the user's wallet has on chain."""

SIGNED: Final = (
    *OWN,
    errors.FeesUnavailable,
    errors.MessageMalformed,
    errors.NetworkBusy,
    errors.NetworkFault,
    errors.OutOfGas,
    errors.PolicyRefused,
    errors.SignerUnavailable,
    errors.TransactionExpired,
    errors.TransactionPending,
    errors.TransactionRejected,
)
"""Every transaction."""

FUNDED: Final = (
    errors.ApiKeyGone,
    errors.BudgetExceeded,
    errors.CreditChanging,
    errors.CreditTooLow,
    errors.TreasuryShort,
)
"""Transactions that move credit."""

ESCROW: Final = (errors.EscrowClosed, errors.EscrowNotSettled, errors.EscrowOverdrawn)
"""Transactions at which the chain settles an escrow."""

DEPLOYMENT: Final = (errors.DeploymentNotFound, errors.DeploymentClosed)

CREATE: Final = (
    *SIGNED,
    *FUNDED,
    SdlInvalid,
    errors.DeploymentExists,
    errors.DepositTooLow,
    errors.InvalidGroups,
    errors.TransactionTooLarge,
)
UPDATE: Final = (*SIGNED, *DEPLOYMENT, SdlInvalid, errors.GroupsChanged, errors.ManifestNotDelivered)
DEPOSIT: Final = (*SIGNED, *FUNDED, *ESCROW, *DEPLOYMENT, errors.DepositNotPositive)
CLOSE: Final = (*SIGNED, *ESCROW, errors.DeploymentNotFound)
LEASE: Final = (
    *SIGNED,
    *ESCROW,
    *DEPLOYMENT,
    errors.BidNotFound,
    errors.BidNotOpen,
    errors.GroupNotOpen,
    errors.LeaseNotActive,
    errors.LeaseNotFound,
    errors.LeasesEmpty,
    errors.LeasesOfSeveralDeployments,
    errors.ManifestInvalid,
    errors.ManifestNotDelivered,
    errors.OrderNotOpen,
    errors.ProviderNotFound,
)
MESSAGES: Final = (
    *SIGNED,
    *FUNDED,
    *ESCROW,
    *DEPLOYMENT,
    errors.BidNotFound,
    errors.BidNotOpen,
    errors.CertificateExists,
    errors.CertificateInvalid,
    errors.CertificateNotFound,
    errors.CertificateRevoked,
    errors.DeploymentExists,
    errors.DepositNotPositive,
    errors.DepositTooLow,
    errors.GroupNotOpen,
    errors.InvalidGroups,
    errors.InvalidVersion,
    errors.LeaseNotActive,
    errors.LeaseNotFound,
    errors.MessageUndecodable,
    errors.OrderNotOpen,
    errors.ScopeMissing,
    errors.TransactionTooLarge,
)
"""Messages that the user wrote: all that the chain refuses of any."""
