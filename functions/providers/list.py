"""GET /v1/providers: the providers of the network, their attributes and what they have free. Public.

`isOnline` is null for a provider that nobody has looked at yet.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.providers import ProvidersOut, ProvidersQuery
from slipway.entry.wiring import provider_registry, provider_sightings
from slipway.services import provider_catalogue


@endpoint(query=ProvidersQuery, scope=None, refuses=refusals.CHAIN)
def handler(request: Request[None, ProvidersQuery]) -> ProvidersOut:
    found = provider_catalogue.listed(
        addresses=request.query.addresses,
        registry=provider_registry(),
        sightings=provider_sightings(),
    )
    return ProvidersOut.of(found)
