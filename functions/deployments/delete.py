"""DELETE /v1/deployments/{dseq}: close it; what its escrow still holds is credit again.

Its containers end with it. One that is closed already is closed.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DseqPath, SuccessOut
from slipway.entry.wiring import chain_reads, signer, wallets
from slipway.services import deployments


@endpoint(
    path=DseqPath, scope="deployments:write", failure="Failed to close deployment", refuses=refusals.CLOSE
)
def handler(request: Request[None, None, DseqPath]) -> SuccessOut:
    deployments.close(
        user=request.user,
        dseq=request.path.dseq,
        intent=request.intent,
        wallets=wallets(),
        chain=chain_reads(),
        signer=signer(),
    )
    return SuccessOut.yes()
