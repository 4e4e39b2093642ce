"""POST /v1/deployments: an SDL onto the chain, with a deposit of the user's credit in its escrow.

Keep `dseq` and `manifest` of the answer: the first names the deployment from now on, the second goes back
with the leases. Providers bid within seconds; ask for the bids then.
"""

import time

from slipway.domain.ids import Dseq
from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import CreateIn, CreateOut
from slipway.entry.wiring import chain_reads, signer, wallets
from slipway.services import deployments


@endpoint(
    body=CreateIn,
    scope="deployments:write",
    status=201,
    failure="Failed to create deployment",
    refuses=refusals.CREATE,
)
def handler(request: Request[CreateIn]) -> CreateOut:
    created = deployments.create(
        user=request.user,
        sdl=request.body.data.sdl,
        deposit=request.body.deposit,
        dseq=Dseq(time.time_ns() // 1000),
        intent=request.intent,
        wallets=wallets(),
        chain=chain_reads(),
        signer=signer(),
    )
    return CreateOut.of(created)
