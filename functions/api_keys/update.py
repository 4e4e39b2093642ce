"""PATCH /v1/api-keys/{id} and /v1/users/api-keys/{id}: rename a key."""

from datetime import UTC, datetime

from slipway.domain.ids import KeyId
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import KeyPath, OneKey, UpdateIn
from slipway.entry.wiring import api_keys
from slipway.services import api_keys as service


@endpoint(body=UpdateIn, path=KeyPath, scope="api-keys:write")
def handler(request: Request[UpdateIn, None, KeyPath]) -> OneKey:
    renamed = service.rename(
        user=request.user,
        key=KeyId(request.path.id),
        name=request.body.data.name,
        now=datetime.now(UTC),
        keys=api_keys(),
    )
    return OneKey.of(renamed)
