"""POST /v1/sdl/validate: what an SDL would put on chain and cost at most; nothing is sent or paid.

Mistakes are part of the answer, with line and column; the status is 200 all the same.
"""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.sdl import ValidateIn, ValidateOut
from slipway.services.sdl_validation import validate


@endpoint(body=ValidateIn, scope="deployments:read")
def handler(request: Request[ValidateIn]) -> ValidateOut:
    return ValidateOut.of(validate(request.body.data.sdl, request.body.data.dialect))
