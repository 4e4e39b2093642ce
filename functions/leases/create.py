"""POST /v1/leases: take bids, and bring the manifest to every provider that made one of them."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DeploymentOut
from slipway.entry.models.leases import LeasesIn
from slipway.entry.wiring import chain_reads, providers, signer, wallets
from slipway.services import leases


@endpoint(body=LeasesIn, scope="leases:write", failure="Failed to create lease")
def handler(request: Request[LeasesIn]) -> DeploymentOut:
    detail = leases.create(
        user=request.user,
        choices=request.body.choices(),
        manifest=request.body.manifest,
        intent=request.intent,
        wallets=wallets(),
        chain=chain_reads(),
        signer=signer(before_delivery=True),
        providers=providers(),
    )
    return DeploymentOut.of(detail)
