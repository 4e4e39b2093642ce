"""What can go wrong around the main path: settings, tokens, raw transactions, health."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.domain.error_base import SlipwayError

# -- settings


class ActsForAnother(SlipwayError):
    """The request names another user as the one to act for."""

    code = "acts_for_another"
    sentence = "Forbidden"


class DeploymentSettingNotFound(SlipwayError):
    code = "deployment_setting_not_found"
    sentence = "Deployment setting not found"


class DeploymentSettingExists(SlipwayError):
    code = "deployment_setting_exists"
    sentence = "The deployment has its setting already; change it with PATCH"


class WalletSettingNotFound(SlipwayError):
    code = "wallet_setting_not_found"
    sentence = "WalletSetting Not Found"


class PaymentsNotSetUp(SlipwayError):
    """Credit can only be reloaded from a payment method, and the user has none."""

    code = "payments_not_set_up"
    sentence = "User payments not set up"


# -- provider tokens and raw transactions


class TokenNeedsWallet(SlipwayError):
    code = "token_needs_wallet"
    sentence = "User does not have a wallet"


@dataclass(eq=False, kw_only=True)
class TokenRightsInvalid(SlipwayError):
    """`leases` is not one of AEP-64's forms; `faults` has one text for each thing to mend."""

    code = "token_rights_invalid"
    sentence = "The rights of the token are not valid"
    faults: list[str]

    def __str__(self) -> str:
        return ".\n".join(self.faults)


@dataclass(eq=False, kw_only=True)
class MessageUndecodable(SlipwayError):
    """Message `index` of a raw transaction is not the protobuf that its type says."""

    code = "message_undecodable"
    sentence = "Failed to decode message at index {index} (typeUrl: {type_url})"
    index: int
    type_url: str


# -- the service itself


class CertificatesRemoved(SlipwayError):
    code = "certificates_removed"
    sentence = (
        "This endpoint has been removed. "
        "mTLS certificates are no longer required as identity is now verified via API key."
    )


class NotReady(SlipwayError):
    """The tables cannot be read, so hardly any request can be served."""

    code = "not_ready"
    sentence = "The service is not ready"


class StoreUnavailable(SlipwayError):
    """A table cannot be read or written at the moment."""

    code = "store_unavailable"
    sentence = "The service cannot reach its data at the moment, please retry"


# -- its documentation


class DocumentScopeUnknown(SlipwayError):
    code = "document_scope_unknown"
    sentence = '"scope" query is invalid. Valid options: "full", "console"'


class AssetNotFound(SlipwayError):
    """The page is of another version than its server, or somebody guesses."""

    code = "asset_not_found"
    sentence = "404 Not Found"
