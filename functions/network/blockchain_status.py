"""GET /v1/blockchain-status: whether the network can be reached. Public."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.health import BlockchainStatusOut
from slipway.entry.wiring import chain_reads
from slipway.services.health import chain_is_reachable


@endpoint(scope=None)
def handler(request: Request) -> BlockchainStatusOut:
    return BlockchainStatusOut.of(chain_is_reachable(chain=chain_reads()))
