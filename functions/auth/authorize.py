"""The authorizer of every route: who is asking, as an IAM policy with the caller in its context.

Loaded before every request, so it imports neither pydantic nor an HTTP client. It denies what pretends to be
an API key and is none, on public routes too. Whoever shows nothing, or no good token, passes as nobody: the
endpoint refuses, unless it is public. It cannot answer 400: for two credentials at once it allows the call
and leaves `refusal`, and the endpoint refuses.
"""

from datetime import UTC, datetime
from typing import Any

from slipway.domain.api_key import ApiKeyRefused
from slipway.domain.errors import AmbiguousCredentials, CredentialsRefused
from slipway.entry import authorizer, settings, wiring
from slipway.entry.observability import begin, event
from slipway.services.authentication import TokenRules, authenticate


def handler(raw: dict[str, Any], _context: object) -> dict[str, Any]:
    asked = authorizer.read(raw)
    begin(asked.request_id, key_id="")
    jwt = settings.jwt()
    environment = settings.key_environment()
    try:
        identity = authenticate(
            api_key=asked.api_key,
            authorization=asked.authorization,
            environment=environment,
            now=datetime.now(UTC),
            keys=wiring.api_keys(),
            tokens=wiring.tokens(),
            rules=TokenRules(jwt.issuer, jwt.audience) if jwt else None,
        )
    except AmbiguousCredentials:
        return authorizer.ambiguous(asked)
    except ApiKeyRefused as error:
        event("CREDENTIALS_REFUSED", reason=error.code, **error.facts)
        return authorizer.deny(asked, str(error))
    except CredentialsRefused:
        return authorizer.anonymous(asked)
    return authorizer.allow(asked, identity, environment)
