"""Tokens of the sign-in: signatures checked against the user pool's published keys (RFC 7517)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.errors import CredentialsRefused, InternalFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALGORITHM: Final = "RS256"
"""Cognito's only one. The token's own header is never asked which to use."""

FETCH_SECONDS: Final = 2.0
"""For all of one fetch: the authorizer itself has 5."""

MAX_BYTES: Final = 64 * 1024
"""A user pool's keys are under 1 KB."""

KEPT_SECONDS: Final = 3600.0
"""Pools rotate their keys rarely, and an unknown key id asks again at once."""

ASK_AGAIN_SECONDS: Final = 30.0
"""An unknown key id asks again no sooner: tokens with invented ids must not make a fetch each."""

MAX_TOKEN_LENGTH: Final = 8192
"""Cognito's tokens have one to two thousand characters."""


@dataclass(slots=True)
class _Cached:
    keys: Mapping[str, Any]
    at: float


class JwksTokens:
    """`Tokens`. `fetch` gets the key set's JSON; `clock` counts seconds."""

    def __init__(
        self,
        url: str,
        *,
        fetch: Callable[[str], bytes] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._fetch, self._clock = url, fetch or fetch_bounded, clock
        self._cached: _Cached | None = None

    def claims(self, token: str) -> Mapping[str, Any]:
        """Claims of a token with a good signature: times, issuer and audience are the caller's to judge.

        Raises CredentialsRefused; InternalFault where the keys cannot be read, not being the caller's fault.
        """
        import jwt  # noqa: PLC0415 (cryptography is slow to load and API keys do not need it)

        try:
            if len(token) > MAX_TOKEN_LENGTH:
                raise CredentialsRefused
            key = self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
            )
        except jwt.PyJWTError:
            raise CredentialsRefused from None
        return claims

    def _key(self, kid: str) -> Any:
        now = self._clock()
        cached = self._cached
        age = now - cached.at if cached else KEPT_SECONDS
        if cached is None or age >= KEPT_SECONDS or (kid not in cached.keys and age >= ASK_AGAIN_SECONDS):
            cached = self._cached = _Cached(_keys(self._fetch(self._url)), now)
        if kid not in cached.keys:
            raise CredentialsRefused
        return cached.keys[kid]


def _keys(body: bytes) -> dict[str, Any]:
    import jwt  # noqa: PLC0415

    try:
        found = jwt.PyJWKSet.from_dict(json.loads(body)).keys
    except (ValueError, AttributeError, jwt.PyJWTError):
        raise InternalFault(what="the sign-in's key set is malformed") from None
    return {key.key_id: key for key in found if key.key_id}


def fetch_bounded(url: str) -> bytes:
    """GET without redirects, within FETCH_SECONDS and MAX_BYTES. Raises InternalFault."""
    import urllib3  # noqa: PLC0415

    ends = time.monotonic() + FETCH_SECONDS
    body = b""
    try:
        with urllib3.PoolManager(timeout=FETCH_SECONDS, retries=False) as pool:
            answer = pool.request("GET", url, redirect=False, preload_content=False)
            for chunk in answer.stream(4096):
                body += chunk
                if len(body) > MAX_BYTES or time.monotonic() > ends:
                    raise InternalFault(what="the sign-in's key set is too long or too slow")
    except urllib3.exceptions.HTTPError as error:
        raise InternalFault(what=f"the sign-in's key set: {type(error).__name__}") from None
    if answer.status != 200:
        raise InternalFault(what=f"the sign-in's key set: HTTP {answer.status}")
    return body
