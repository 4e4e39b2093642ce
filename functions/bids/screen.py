"""POST /v1/bid-screening: the providers that could bid on a group, before anything is deployed. Public.

Takes a group as the chain writes it, such as `POST /v1/sdl/validate` answers for an SDL. A provider is there
when it answers, matches the requirements and has enough free; whether it bids is its own decision.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.bid_screening import ScreenedProvidersOut, ScreeningIn
from slipway.entry.wiring import provider_registry, provider_sightings
from slipway.services.bid_screening import screen


@endpoint(body=ScreeningIn, scope=None, refuses=refusals.CHAIN)
def handler(request: Request[ScreeningIn]) -> ScreenedProvidersOut:
    found = screen(request.body.wanted(), registry=provider_registry(), sightings=provider_sightings())
    return ScreenedProvidersOut.of(found)
