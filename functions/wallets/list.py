"""GET /v1/wallets?userId=: the caller's wallet and its credit."""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.wallets import WalletsOut, WalletsQuery
from slipway.entry.wiring import chain_reads, wallets
from slipway.services.wallets import of_user


@endpoint(query=WalletsQuery, scope="wallets:read", refuses=refusals.CHAIN)
def handler(request: Request[None, WalletsQuery]) -> WalletsOut:
    found = of_user(user=request.user, asked=request.query.user_id, wallets=wallets(), chain=chain_reads())
    return WalletsOut.of(found)
