"""GET /status: what runs. Public."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.health import StatusOut
from slipway.entry.process import memory


@endpoint(scope=None)
def handler(request: Request) -> StatusOut:
    return StatusOut.of(memory())
