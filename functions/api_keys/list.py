"""GET /v1/api-keys and /v1/users/api-keys: all keys of the user, masked."""

from datetime import UTC, datetime

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import ManyKeys
from slipway.entry.wiring import api_keys, spending
from slipway.services import api_keys as service


@endpoint(scope="api-keys:read")
def handler(request: Request) -> ManyKeys:
    found = service.of_user(user=request.user, now=datetime.now(UTC), keys=api_keys(), spending=spending())
    return ManyKeys.of(found)
