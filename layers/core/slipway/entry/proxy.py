"""API Gateway's REST proxy events and answers (payload version 1.0); no other module knows their shape."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.api_key import expanded
from slipway.domain.errors import AmbiguousCredentials, CredentialsRefused, ScopeMissing
from slipway.domain.ids import KeyId, UserId
from slipway.domain.user import Profile
from slipway.entry.authorizer import AMBIGUOUS

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json; charset=UTF-8"
PROBLEM_JSON: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, as the authorizer found. `key_id` is empty for a signed-in user, `user` for nobody."""

    user: UserId
    key_id: KeyId
    scopes: frozenset[str]
    profile: Profile | None = None

    def must_hold(self, scope: str) -> None:
        """Raises CredentialsRefused for nobody, ScopeMissing."""
        if not self.user:
            raise CredentialsRefused
        if scope not in self.scopes:
            raise ScopeMissing(scope=scope)


NOBODY: Final = Caller(UserId(""), KeyId(""), frozenset())


@dataclass(frozen=True, slots=True)
class Call:
    """One request. Header names are in lower case; `route` is the path as the template declares it, `target`
    as the client wrote it behind the stage."""

    method: str
    route: str
    target: str
    request_id: str
    headers: Mapping[str, str]
    path: dict[str, str]
    query: dict[str, list[str]]
    body: bytes
    authorizer: Mapping[str, Any]

    @property
    def key_id(self) -> KeyId:
        """Of the API key that the authorizer let in; empty where none came."""
        return KeyId(self.authorizer.get("key_id") or "")

    def caller(self) -> Caller:
        """NOBODY where no credential came. Raises AmbiguousCredentials."""
        if self.authorizer.get("refusal") == AMBIGUOUS:
            raise AmbiguousCredentials
        user = self.authorizer.get("user_id")
        if not user:
            return NOBODY
        scopes = frozenset(str(self.authorizer.get("scopes", "")).split())
        return Caller(UserId(user), self.key_id, expanded(scopes), self._profile())

    def _profile(self) -> Profile | None:
        email = self.authorizer.get("email")
        verified = self.authorizer.get("email_verified") == "true"
        return Profile(email, verified, self.authorizer.get("username")) if email else None

    def logged(self) -> dict[str, Any]:
        """What the request's log line may say of it."""
        return {
            "method": self.method,
            "route": self.route,
            "user_id": self.authorizer.get("user_id"),
            "key_id": self.authorizer.get("key_id"),
        }


def read(event: Mapping[str, Any]) -> Call:
    context = event.get("requestContext") or {}
    return Call(
        method=event["httpMethod"],
        route=event["resource"],
        target=event.get("path") or event["resource"],
        request_id=context.get("requestId", ""),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        path=dict(event.get("pathParameters") or {}),
        query={name: list(values) for name, values in _query(event).items()},
        body=_body(event),
        authorizer=context.get("authorizer") or {},
    )


def _query(event: Mapping[str, Any]) -> Mapping[str, list[str]]:
    return event.get("multiValueQueryStringParameters") or {}


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text.encode(errors="replace")


def answer(status: int, body: str, request_id: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """A proxy answer; an empty body is none. Nothing of a user's may stay in a cache: only headers that say
    otherwise let it, and another content type than JSON's."""
    found = {"x-request-id": request_id, "cache-control": "private, no-store"}
    if body:
        found["content-type"] = JSON if status < 400 else PROBLEM_JSON
    found |= headers
    return {"statusCode": status, "headers": found, "body": body, "isBase64Encoded": False}


def dumps(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
