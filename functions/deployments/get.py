"""GET /v1/deployments/{dseq}: one deployment, its escrow, its leases and their live status."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DeploymentOut, DseqPath
from slipway.entry.wiring import chain_reads, providers, wallets
from slipway.services import deployments


@endpoint(path=DseqPath, scope="deployments:read")
def handler(request: Request[None, None, DseqPath]) -> DeploymentOut:
    detail = deployments.read(
        user=request.user,
        dseq=request.path.dseq,
        wallets=wallets(),
        chain=chain_reads(),
        providers=providers(),
    )
    return DeploymentOut.of(detail)
