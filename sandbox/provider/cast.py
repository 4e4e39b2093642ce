"""The sandbox's providers: they differ in price, region and what they offer, and one of them is bad."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from slipway_signing.address import address_of

from sandbox import genesis
from sandbox.provider.config import Faults, Inventory, ProviderConfig, Tariff
from sandbox.provider.wallet import provider_key

FUNDS: Final = {"uact": 100_000_000_000, "uakt": 100_000_000_000}
"""Bid deposits for two hundred thousand open bids, and fees for millions of transactions."""

EPHEMERAL_ONLY: Final[Mapping[str, str]] = {}
BETA2: Final = {"capabilities/storage/1/class": "beta2", "capabilities/storage/1/persistent": "true"}
BETA3: Final = {"capabilities/storage/2/class": "beta3", "capabilities/storage/2/persistent": "true"}
GPUS: Final = {
    "capabilities/gpu/vendor/nvidia/model/a100": "true",
    "capabilities/gpu/vendor/nvidia/model/a100/ram/80Gi": "true",
    "capabilities/gpu/vendor/nvidia/model/rtx4090": "true",
}


def _tariff(factor: str, *, gpu: int = 0) -> Tariff:
    """A multiple of about what one pays on the network: two dollars a month for a CPU, one for a GiB."""
    times = Decimal(factor)
    return Tariff(
        cpu=5 * times, memory_gib=2 * times, storage_gib=Decimal("0.1") * times, gpu=Decimal(gpu) * times
    )


def _attributes(region: str, tier: str, **more: Mapping[str, str]) -> dict[str, str]:
    offered = {"host": "akash", "organization": "slipway", "region": region, "tier": tier}
    return {key: value for part in (offered, *more.values()) for key, value in sorted(part.items())}


CAST: Final = (
    ProviderConfig("meadow", _tariff("1"), _attributes("eu", "community", storage=BETA2)),
    ProviderConfig("harbor", _tariff("1.6"), _attributes("us", "community", storage=BETA2)),
    ProviderConfig("hollow", _tariff("1.3"), _attributes("eu", "community", storage=EPHEMERAL_ONLY)),
    ProviderConfig(
        "summit",
        _tariff("3", gpu=300),
        _attributes("us", "premium", fast=BETA2, faster=BETA3, gpus=GPUS, ip={"feat-endpoint-ip": "true"}),
        inventory=Inventory(gpus=8),
    ),
    ProviderConfig(
        "wreck",
        _tariff("0.5"),
        _attributes("us", "community", storage=BETA2),
        faults=Faults(refuse_manifests=(422, "manifest rejected: this provider accepts none")),
    ),
)
"""Cheapest first would be wreck, meadow, hollow, harbor, summit. `wreck` bids lowest and keeps no promise."""


def genesis_accounts(providers: Iterable[ProviderConfig] = CAST) -> list[dict[str, Any]]:
    """The providers' accounts with the coins for their bids and fees, in the form of `genesis.account`."""
    return [
        genesis.account(each.name, address_of(provider_key(each.name).public_key), FUNDS)
        for each in providers
    ]
