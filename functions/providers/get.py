"""GET /v1/providers/{address}: one provider, its attributes and what it has free. Public."""

from slipway.domain.errors import ChainUnavailable, ProviderNotFound
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.providers import ProviderDetailOut, ProviderPath
from slipway.entry.wiring import provider_registry, provider_sightings
from slipway.services import provider_catalogue


@endpoint(path=ProviderPath, scope=None, refuses=(ProviderNotFound, ChainUnavailable))
def handler(request: Request[None, None, ProviderPath]) -> ProviderDetailOut:
    found = provider_catalogue.one(
        address=request.path.address,
        registry=provider_registry(),
        sightings=provider_sightings(),
    )
    return ProviderDetailOut.of(found)
