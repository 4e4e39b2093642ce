"""PATCH /v1/api-keys/{id} and /v1/users/api-keys/{id}: rename a key, or change its budget."""

from datetime import UTC, datetime

from slipway.domain.api_key import ApiKeyHasBudget, ApiKeyRefused
from slipway.domain.errors import ApiKeyNotFound
from slipway.domain.ids import KeyId
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import KeyPath, OneKey, UpdateIn
from slipway.entry.wiring import api_keys, spending
from slipway.services import api_keys as service


@endpoint(
    body=UpdateIn,
    path=KeyPath,
    scope="api-keys:write",
    refuses=(ApiKeyNotFound, ApiKeyHasBudget, ApiKeyRefused),
)
def handler(request: Request[UpdateIn, None, KeyPath]) -> OneKey:
    changed = service.change(
        user=request.user,
        caller=request.key_id,
        key=KeyId(request.path.id),
        change=request.body.change,
        now=datetime.now(UTC),
        keys=api_keys(),
        spending=spending(),
    )
    return OneKey.of(changed)
