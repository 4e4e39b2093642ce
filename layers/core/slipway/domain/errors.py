"""What can go wrong, in the words of the field. Errors know no HTTP: `entry/problems.py` gives the status.

The whole catalogue is reached from here; `error_base` says what an error is.
"""

from __future__ import annotations

from dataclasses import dataclass

from slipway.domain.account_errors import (
    ActsForAnother,
    AssetNotFound,
    CertificatesRemoved,
    DeploymentSettingExists,
    DeploymentSettingNotFound,
    DocumentScopeUnknown,
    MessageUndecodable,
    NotReady,
    PaymentsNotSetUp,
    StoreUnavailable,
    TokenNeedsWallet,
    TokenRightsInvalid,
    WalletSettingNotFound,
)
from slipway.domain.chain_errors import (
    ChainUnavailable,
    PolicyRefused,
    SignerUnavailable,
    TransactionExpired,
    TransactionPending,
    TransactionRejected,
)
from slipway.domain.deployment_errors import (
    BidNotFound,
    BidNotOpen,
    DeploymentClosed,
    DeploymentExists,
    DeploymentNotFound,
    EscrowClosed,
    EscrowNotSettled,
    EscrowOverdrawn,
    GroupNotOpen,
    GroupsChanged,
    InvalidGroups,
    InvalidVersion,
    LeaseNotActive,
    LeaseNotFound,
    ManifestNotDelivered,
    OrderNotOpen,
    ProviderNotFound,
)
from slipway.domain.error_base import (
    InternalFault,
    SlipwayError,
    catalogue,
    from_wire,
    to_wire,
)
from slipway.domain.transaction_errors import (
    ApiKeyGone,
    BudgetExceeded,
    CertificateExists,
    CertificateInvalid,
    CertificateNotFound,
    CertificateRevoked,
    CreditChanging,
    CreditMoved,
    GrantRefused,
    MessageMalformed,
    MintRefused,
    NetworkBusy,
    NetworkFault,
    OutOfGas,
    TransactionTooLarge,
)

__all__ = [
    "ActsForAnother",
    "AmbiguousCredentials",
    "ApiKeyGone",
    "ApiKeyNotFound",
    "AssetNotFound",
    "BidNotFound",
    "BidNotOpen",
    "BudgetExceeded",
    "CertificateExists",
    "CertificateInvalid",
    "CertificateNotFound",
    "CertificateRevoked",
    "CertificatesRemoved",
    "ChainUnavailable",
    "CredentialsRefused",
    "CreditChanging",
    "CreditMoved",
    "CreditTooLow",
    "DeploymentClosed",
    "DeploymentExists",
    "DeploymentNotFound",
    "DeploymentSettingExists",
    "DeploymentSettingNotFound",
    "DepositNotPositive",
    "DepositTooLow",
    "DocumentScopeUnknown",
    "EscrowClosed",
    "EscrowNotSettled",
    "EscrowOverdrawn",
    "ExpiryNotInFuture",
    "FeesUnavailable",
    "FieldInvalid",
    "GrantRefused",
    "GroupNotOpen",
    "GroupsChanged",
    "IdempotencyKeyReused",
    "IdempotentRequestRunning",
    "InternalFault",
    "InvalidGroups",
    "InvalidVersion",
    "LeaseNotActive",
    "LeaseNotFound",
    "LeasesEmpty",
    "LeasesOfSeveralDeployments",
    "ManifestInvalid",
    "ManifestNotDelivered",
    "MessageMalformed",
    "MessageUndecodable",
    "MintRefused",
    "NetworkBusy",
    "NetworkFault",
    "NotReady",
    "OrderNotOpen",
    "OutOfGas",
    "PaymentsNotSetUp",
    "PolicyRefused",
    "ProviderNotFound",
    "ScopeMissing",
    "SignerUnavailable",
    "SlipwayError",
    "StoreUnavailable",
    "TokenNeedsWallet",
    "TokenRightsInvalid",
    "TooManyApiKeys",
    "TransactionExpired",
    "TransactionPending",
    "TransactionRejected",
    "TransactionTooLarge",
    "TreasuryShort",
    "WalletNotFound",
    "WalletNotOnChain",
    "WalletOpening",
    "WalletSettingNotFound",
    "catalogue",
    "from_wire",
    "to_wire",
]

# -- who is asking


class AmbiguousCredentials(SlipwayError):
    code = "ambiguous_credentials"
    sentence = "Authorization and X-Api-Key headers are mutually exclusive"


class CredentialsRefused(SlipwayError):
    code = "credentials_refused"
    sentence = "Unauthorized"


@dataclass(eq=False, kw_only=True)
class ScopeMissing(SlipwayError):
    code = "scope_missing"
    sentence = "Forbidden"
    scope: str


class ApiKeyNotFound(SlipwayError):
    code = "api_key_not_found"
    sentence = "API key not found"


class ExpiryNotInFuture(SlipwayError):
    code = "expiry_not_in_future"
    sentence = "Expiration date must be in the future"


@dataclass(eq=False, kw_only=True)
class TooManyApiKeys(SlipwayError):
    code = "too_many_api_keys"
    sentence = "At most {limit} API keys; delete one first"
    limit: int


# -- the request itself


class IdempotencyKeyReused(SlipwayError):
    """The same Idempotency-Key came with another body."""

    code = "idempotency_key_reused"
    sentence = "This Idempotency-Key was used with another request; use a new one"


class IdempotentRequestRunning(SlipwayError):
    code = "idempotent_request_running"
    sentence = "The first request with this Idempotency-Key is still running; ask again"


@dataclass(eq=False, kw_only=True)
class FieldInvalid(SlipwayError):
    """One field that no model could refuse by itself. `path` is dotted, `mend` says how to put it right."""

    code = "field_invalid"
    sentence = "{path}: {mend}"
    path: str
    mend: str


class LeasesEmpty(SlipwayError):
    code = "leases_empty"
    sentence = "leases: name at least one bid"


class LeasesOfSeveralDeployments(SlipwayError):
    code = "leases_of_several_deployments"
    sentence = "leases: all leases of one call belong to one deployment (one dseq)"


@dataclass(eq=False, kw_only=True)
class ManifestInvalid(SlipwayError):
    """The manifest text is not a manifest. `text` is the mistake, in our words."""

    code = "manifest_invalid"
    sentence = "{text}"
    text: str


# -- wallets and money


class WalletNotFound(SlipwayError):
    code = "wallet_not_found"
    sentence = "UserWallet Not Found"


class WalletOpening(SlipwayError):
    code = "wallet_opening"
    sentence = "Wallet is still being provisioned, please retry shortly"


class WalletNotOnChain(SlipwayError):
    """The wallet has never signed a committed transaction, so no provider may be shown a token of its."""

    code = "wallet_not_on_chain"
    sentence = "The wallet has not sent a transaction yet"


@dataclass(eq=False, kw_only=True)
class CreditTooLow(SlipwayError):
    """akash `undefined/1` "deposit invalid: insufficient balance". µUSD; None where only the chain knows."""

    code = "credit_too_low"
    sentence = (
        "Not enough balance to cover the deployment deposit. "
        "Add credits or turn on auto recharge to continue."
    )
    needed: int | None = None
    available: int | None = None


@dataclass(eq=False, kw_only=True)
class DepositTooLow(SlipwayError):
    """akash deployment/20: below the chain's minimum for a new deployment. Amounts in µUSD."""

    code = "deposit_too_low"
    sentence = "Deposit too low"
    minimum: int | None = None


class DepositNotPositive(SlipwayError):
    """akash escrow/16."""

    code = "deposit_not_positive"
    sentence = "The deposit must be at least 0.000001 USD"


class FeesUnavailable(SlipwayError):
    """The treasury cannot pay the fee: no allowance, an empty one, or no uakt. The operator's to mend."""

    code = "fees_unavailable"
    sentence = "Not enough funds to cover the transaction fee"


class TreasuryShort(SlipwayError):
    """The treasury holds less than it granted. The operator's to mend."""

    code = "treasury_short"
    sentence = "The service cannot fund deposits at the moment, please retry later"
