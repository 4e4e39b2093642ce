"""Who could bid on a group, before anything is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.screening import could_bid
from slipway.services import provider_catalogue

if TYPE_CHECKING:
    from slipway.domain.provider import Provider
    from slipway.domain.screening import Wanted
    from slipway.services.provider_catalogue import ProviderRegistry, ProviderSightings


def screen(
    wanted: Wanted, *, registry: ProviderRegistry, sightings: ProviderSightings
) -> tuple[Provider, ...]:
    """Audited ones first. Raises ChainUnavailable."""
    every = provider_catalogue.listed(addresses=None, registry=registry, sightings=sightings)
    return tuple(provider for provider in every if could_bid(provider, wanted))
