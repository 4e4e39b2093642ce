"""GET /v1/api-keys/{id} and /v1/users/api-keys/{id}: one key, masked."""

from datetime import UTC, datetime

from slipway.domain.errors import ApiKeyNotFound
from slipway.domain.ids import KeyId
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import KeyPath, OneKey
from slipway.entry.wiring import api_keys, spending
from slipway.services import api_keys as service


@endpoint(path=KeyPath, scope="api-keys:read", refuses=(ApiKeyNotFound,))
def handler(request: Request[None, None, KeyPath]) -> OneKey:
    found = service.get(
        user=request.user,
        key=KeyId(request.path.id),
        now=datetime.now(UTC),
        keys=api_keys(),
        spending=spending(),
    )
    return OneKey.of(found)
