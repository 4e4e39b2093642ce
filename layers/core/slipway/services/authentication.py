"""Who is asking: an API key or a token of the sign-in, never both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from slipway.domain.api_key import ALL_SCOPES_MARK, ApiKeyRefused, digest_of, is_well_formed
from slipway.domain.errors import AmbiguousCredentials, CredentialsRefused
from slipway.domain.ids import KeyId, UserId
from slipway.domain.user import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.api_key import ApiKey

_BEARER: Final = "bearer "

CLOCK_LEEWAY_SECONDS: Final = 10
"""Clocks of two AWS services differ by less; a token that ended longer ago is refused."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`key_id` is empty for a user who signed in with a token; `scopes` may hold `*`. `profile` is what an id
    token told."""

    user: UserId
    key_id: KeyId
    scopes: frozenset[str]
    profile: Profile | None = None


class KeyDirectory(Protocol):
    """Keys by the digest of their text."""

    def by_digest(self, digest: str) -> ApiKey | None:
        """As of now: a key that was deleted before the call is not found. Its name may be a former one, and
        its budget is not told."""
        ...

    def note_use(self, key: ApiKey, at: datetime) -> None:
        """Never fails the caller: a key deleted meanwhile stays deleted."""
        ...


class Tokens(Protocol):
    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token with a good signature. Raises CredentialsRefused."""
        ...


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Whose tokens count. `audience` is the client id of the user pool's app."""

    issuer: str
    audience: str


def authenticate(
    *,
    api_key: str | None,
    authorization: str | None,
    environment: str,
    now: datetime,
    keys: KeyDirectory,
    tokens: Tokens | None,
    rules: TokenRules | None,
) -> Identity:
    """The caller. A blank header counts as none, as the reference has it.

    Raises AmbiguousCredentials, ApiKeyRefused, CredentialsRefused.
    """
    key, header = (api_key or "").strip(), (authorization or "").strip()
    if key and header:
        raise AmbiguousCredentials
    if key:
        return _by_key(key, environment, now, keys)
    if tokens is None or rules is None or not header.lower().startswith(_BEARER):
        raise CredentialsRefused
    return _by_claims(tokens.claims(header[len(_BEARER) :].strip()), rules, now)


def _by_key(text: str, environment: str, now: datetime, keys: KeyDirectory) -> Identity:
    """The checksum is compared before any read, so garbage costs nothing."""
    if not is_well_formed(text, environment):
        raise ApiKeyRefused(why="malformed")
    key = keys.by_digest(digest_of(text))
    if key is None:
        raise ApiKeyRefused(why="unknown")
    if key.has_expired(now):
        raise ApiKeyRefused(why="expired")
    if key.last_use_is_due(now):
        keys.note_use(key, now)
    return Identity(key.user, key.id, key.scopes)


def _by_claims(claims: Mapping[str, Any], rules: TokenRules, now: datetime) -> Identity:
    """Cognito's rules: an access token names its client in `client_id`, an id token in `aud`."""
    client = claims.get({"access": "client_id", "id": "aud"}.get(str(claims.get("token_use")), ""))
    ends, user = claims.get("exp"), claims.get("sub")
    if claims.get("iss") != rules.issuer or client != rules.audience:
        raise CredentialsRefused
    if not isinstance(ends, int | float) or ends + CLOCK_LEEWAY_SECONDS <= now.timestamp():
        raise CredentialsRefused
    if not isinstance(user, str) or not user:
        raise CredentialsRefused
    return Identity(UserId(user), KeyId(""), frozenset({ALL_SCOPES_MARK}), _profile(claims))


def _profile(claims: Mapping[str, Any]) -> Profile | None:
    """Of an id token with an address; an access token names nobody."""
    email, username = claims.get("email"), claims.get("preferred_username")
    if not isinstance(email, str) or not email:
        return None
    verified = claims.get("email_verified") in (True, "true")
    return Profile(email, verified, username if isinstance(username, str) and username else None)
