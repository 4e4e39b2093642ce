"""POST /v1/leases: take bids, and bring the manifest to every provider that made one of them.

Leases that exist already are kept, so the same call again does what is missing: a 503 with `leases` says
whose manifest could not be delivered yet.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DeploymentOut
from slipway.entry.models.leases import LeasesIn
from slipway.entry.wiring import chain_reads, providers, signer, wallets
from slipway.services import leases


@endpoint(body=LeasesIn, scope="leases:write", failure="Failed to create lease", refuses=refusals.LEASE)
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
