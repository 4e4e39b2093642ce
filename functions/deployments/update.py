"""PUT /v1/deployments/{dseq}: a new manifest for the same resources.

Images, commands and environment may change, resources may not. Every provider that holds a lease gets the new
manifest; the same SDL again delivers it again and costs nothing.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DseqPath, UpdateIn, UpdateOut
from slipway.entry.wiring import chain_reads, providers, signer, wallets
from slipway.services import deployments


@endpoint(
    body=UpdateIn,
    path=DseqPath,
    scope="deployments:write",
    failure="Failed to update deployment",
    refuses=refusals.UPDATE,
)
def handler(request: Request[UpdateIn, None, DseqPath]) -> UpdateOut:
    detail = deployments.update(
        user=request.user,
        dseq=request.path.dseq,
        sdl=request.body.data.sdl,
        intent=request.intent,
        wallets=wallets(),
        chain=chain_reads(),
        signer=signer(before_delivery=True),
        providers=providers(),
    )
    return UpdateOut.of(detail)
