"""GET /v1/healthz/readiness: that the tables can be read. Public."""

from slipway.domain.errors import NotReady
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.health import HealthOut
from slipway.entry.wiring import tables
from slipway.services.health import must_be_ready


@endpoint(scope=None, refuses=(NotReady,))
def handler(request: Request) -> HealthOut:
    must_be_ready(tables=tables())
    return HealthOut.good()
