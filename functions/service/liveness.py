"""GET /v1/healthz/liveness: that requests are answered at all. Public."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.health import HealthOut


@endpoint(scope=None)
def handler(request: Request) -> HealthOut:
    return HealthOut.good()
