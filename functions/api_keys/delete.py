"""DELETE /v1/api-keys/{id} and /v1/users/api-keys/{id}: the key stops at the next request."""

from slipway.domain.errors import ApiKeyNotFound
from slipway.domain.ids import KeyId
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import KeyPath
from slipway.entry.wiring import api_keys
from slipway.services import api_keys as service


@endpoint(path=KeyPath, scope="api-keys:write", status=204, refuses=(ApiKeyNotFound,))
def handler(request: Request[None, None, KeyPath]) -> None:
    service.delete(user=request.user, key=KeyId(request.path.id), keys=api_keys())
