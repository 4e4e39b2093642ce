"""GET /v1/api-keys and /v1/users/api-keys: all keys of the user, masked."""

from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import ManyKeys
from slipway.entry.wiring import api_keys
from slipway.services import api_keys as service


@endpoint(scope="api-keys:read")
def handler(request: Request) -> ManyKeys:
    return ManyKeys.of(service.of_user(user=request.user, keys=api_keys()))
