"""GET /v1/api-keys/{id} and /v1/users/api-keys/{id}: one key, masked."""

from slipway.domain.ids import KeyId
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import KeyPath, OneKey
from slipway.entry.wiring import api_keys
from slipway.services import api_keys as service


@endpoint(path=KeyPath, scope="api-keys:read")
def handler(request: Request[None, None, KeyPath]) -> OneKey:
    return OneKey.of(service.get(user=request.user, key=KeyId(request.path.id), keys=api_keys()))
