"""GET /v1/deployments/{dseq}: one deployment, its escrow, its leases and their live status.

`status` of a lease is what its provider says at this moment, null where it does not answer. A service is up
when `available` is `total`; `uris` are its host names.
"""

from slipway.domain.errors import DeploymentNotFound
from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DeploymentOut, DseqPath
from slipway.entry.wiring import chain_reads, providers, wallets
from slipway.services import deployments


@endpoint(path=DseqPath, scope="deployments:read", refuses=(*refusals.OWN, DeploymentNotFound))
def handler(request: Request[None, None, DseqPath]) -> DeploymentOut:
    detail = deployments.read(
        user=request.user,
        dseq=request.path.dseq,
        wallets=wallets(),
        chain=chain_reads(),
        providers=providers(),
    )
    return DeploymentOut.of(detail)
