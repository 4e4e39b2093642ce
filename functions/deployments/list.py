"""GET /v1/deployments: the running deployments with their leases, by offset or by cursor.

Without a live status: that of one deployment has it. A walk by cursors stays right while deployments come
and go; a walk by `skip` counts them all.
"""

from slipway.domain.errors import FieldInvalid
from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import ListOut, ListQuery
from slipway.entry.wiring import chain_reads, wallets
from slipway.services import listing


@endpoint(query=ListQuery, scope="deployments:read", refuses=(*refusals.OWN, FieldInvalid))
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
