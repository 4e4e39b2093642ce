"""GET /v1/bids/{dseq} and GET /v1/bids?dseq=: what providers offer for a deployment.

None for a moment after the deployment was made, and none at all where no provider has what it asks for. Take
those whose `state` is `open`.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.bids import BidsOut, BidsPath, BidsQuery
from slipway.entry.wiring import chain_reads, wallets
from slipway.services import bids


@endpoint(query=BidsQuery, path=BidsPath, scope="bids:read", refuses=refusals.OWN)
def handler(request: Request[None, BidsQuery, BidsPath]) -> BidsOut:
    found = bids.of_deployment(
        user=request.user,
        dseq=request.query.named(request.path),
        wallets=wallets(),
        chain=chain_reads(),
    )
    return BidsOut.of(found)
