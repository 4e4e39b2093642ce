"""What can go wrong with deployments, bids, leases and providers. `domain/errors.py` gathers all errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slipway.domain.error_base import SlipwayError


class DeploymentNotFound(SlipwayError):
    code = "deployment_not_found"
    sentence = "Deployment not found"


class DeploymentClosed(SlipwayError):
    code = "deployment_closed"
    sentence = "Deployment closed"


class DeploymentExists(SlipwayError):
    code = "deployment_exists"
    sentence = "Deployment with provided dseq and owner already exists"


@dataclass(eq=False, kw_only=True)
class InvalidGroups(SlipwayError):
    """The chain refused the groups (limits, names, prices). `why` is one of our own short words for it."""

    code = "invalid_groups"
    sentence = "Invalid SDL: {why}"
    why: str = "resources outside the chain's limits"


class InvalidVersion(SlipwayError):
    """akash deployment/9, /10: an empty hash, or the same one again."""

    code = "invalid_version"
    sentence = "The manifest version is the one that the chain already has"


@dataclass(eq=False, kw_only=True)
class GroupsChanged(SlipwayError):
    """An update may change images, env and commands, never resources. `texts` name each difference."""

    code = "groups_changed"
    texts: list[str]

    def __str__(self) -> str:
        return "manifest cross-validation error: " + "; ".join(self.texts)


class BidNotFound(SlipwayError):
    code = "bid_not_found"
    sentence = "Bid not found"


class BidNotOpen(SlipwayError):
    code = "bid_not_open"
    sentence = (
        "Cannot create lease: The selected bid is no longer open. Please refresh and select an available bid."
    )


class OrderNotOpen(SlipwayError):
    code = "order_not_open"
    sentence = "Cannot create lease: The order is no longer open."


class GroupNotOpen(SlipwayError):
    code = "group_not_open"
    sentence = "Cannot create lease: The group is no longer open."


class LeaseNotFound(SlipwayError):
    code = "lease_not_found"
    sentence = "Lease not found"


class LeaseNotActive(SlipwayError):
    code = "lease_not_active"
    sentence = "The lease is not active"


class EscrowClosed(SlipwayError):
    code = "escrow_closed"
    sentence = "Deployment closed"


class EscrowOverdrawn(SlipwayError):
    code = "escrow_overdrawn"
    sentence = "The deployment's escrow ran out of money"


class EscrowNotSettled(SlipwayError):
    """The chain's settlement panicked (`negative decimal coin amount`); the same call works a block later."""

    code = "escrow_not_settled"
    sentence = "The escrow cannot be settled yet, please retry in a moment"


# -- providers


@dataclass(eq=False, kw_only=True)
class ProviderNotFound(SlipwayError):
    code = "provider_not_found"
    sentence = "Provider {provider} not found"
    provider: str


@dataclass(eq=False, kw_only=True)
class ManifestNotDelivered(SlipwayError):
    """A provider did not take the manifest. `outcomes` has one entry a lease (services/leases.py)."""

    code = "manifest_not_delivered"
    sentence = "{text}"
    text: str
    refused: bool
    outcomes: list[dict[str, Any]]
