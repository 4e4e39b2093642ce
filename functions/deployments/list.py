"""GET /v1/deployments: the running deployments with their leases, by offset or by cursor."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import ListOut, ListQuery
from slipway.entry.wiring import chain_reads, wallets
from slipway.services import listing


@endpoint(query=ListQuery, scope="deployments:read")
def handler(request: Request[None, ListQuery]) -> ListOut:
    page = listing.page(
        user=request.user,
        skip=request.query.skip,
        limit=request.query.limit,
        cursor=request.query.cursor,
        wallets=wallets(),
        chain=chain_reads(),
    )
    return ListOut.of(page)
