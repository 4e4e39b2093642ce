"""GET /v1/weekly-cost: what a week of the deployments with auto top-up costs."""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.wallets import WeeklyCostOut
from slipway.entry.wiring import chain_reads, user_settings, wallets
from slipway.services.deployment_settings import weekly_cost


@endpoint(scope="wallets:read", refuses=refusals.CHAIN)
def handler(request: Request) -> WeeklyCostOut:
    cost = weekly_cost(
        user=request.user,
        settings=user_settings(),
        wallets=wallets(),
        chain=chain_reads(),
    )
    return WeeklyCostOut.of(cost)
