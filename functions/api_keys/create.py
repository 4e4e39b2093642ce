"""POST /v1/api-keys and /v1/users/api-keys: a new key, shown in this answer only.

Keep `apiKey`: nothing shows it again. A key opens no more than the credentials that made it.
"""

import secrets
from datetime import UTC, datetime

from slipway.domain.api_key import SECRET_BYTES, ApiKeyHasBudget, ApiKeyRefused, ApiKeyShownOnce
from slipway.domain.errors import ExpiryNotInFuture, ScopeMissing, TooManyApiKeys
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.api_keys import CreatedKey, CreateIn
from slipway.entry.settings import key_environment
from slipway.entry.wiring import api_keys
from slipway.services import api_keys as service


@endpoint(
    body=CreateIn,
    scope="api-keys:write",
    status=201,
    holds_secret=True,
    refuses=(
        ExpiryNotInFuture,
        ScopeMissing,
        TooManyApiKeys,
        ApiKeyHasBudget,
        ApiKeyRefused,
        ApiKeyShownOnce,
    ),
)
def handler(request: Request[CreateIn]) -> CreatedKey:
    new = service.create(
        user=request.user,
        caller=request.key_id,
        name=request.body.data.name,
        expires_at=request.body.data.expires_at,
        scopes=request.body.data.wanted(),
        budget=request.body.budget,
        granted=request.scopes,
        intent=request.intent,
        environment=key_environment(),
        entropy=secrets.token_bytes(SECRET_BYTES),
        now=datetime.now(UTC),
        keys=api_keys(),
    )
    return CreatedKey.of(new)
