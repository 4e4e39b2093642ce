"""POST /v1/deployments/deposit/{dseq} and /v1/deposit-deployment: move credit into a deployment's escrow.

The escrow pays the providers; the deployment ends when it is empty.
"""

from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.deployments import DeploymentOut, DepositIn, DepositPath
from slipway.entry.wiring import chain_reads, providers, signer, wallets
from slipway.services import deployments


@endpoint(
    body=DepositIn,
    path=DepositPath,
    scope="deployments:fund",
    failure="Failed to deposit",
    refuses=refusals.DEPOSIT,
)
def handler(request: Request[DepositIn, None, DepositPath]) -> DeploymentOut:
    detail = deployments.deposit(
        user=request.user,
        dseq=request.body.named(request.path),
        amount=request.body.deposit,
        intent=request.intent,
        wallets=wallets(),
        chain=chain_reads(),
        signer=signer(),
        providers=providers(),
    )
    return DeploymentOut.of(detail)
