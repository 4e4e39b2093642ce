"""REQUEST authorizer events and the IAM policies that answer them. No pydantic: see functions/auth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.services.authentication import Identity

AMBIGUOUS: Final = "ambiguous_credentials"
"""What stands in the context as `refusal` where both credentials came."""

NOBODY: Final = "anonymous"


@dataclass(frozen=True, slots=True)
class Asked:
    """The credentials of one request. A header that came twice is joined, as HTTP has it."""

    request_id: str
    method_arn: str
    api_key: str | None
    authorization: str | None


def read(event: Mapping[str, Any]) -> Asked:
    sent: Mapping[str, list[str]] = event.get("multiValueHeaders") or {}
    headers = {name.lower(): values for name, values in sent.items()}
    return Asked(
        request_id=(event.get("requestContext") or {}).get("requestId", ""),
        method_arn=event["methodArn"],
        api_key=_joined(headers.get("x-api-key")),
        authorization=_joined(headers.get("authorization")),
    )


def _joined(values: list[str] | None) -> str | None:
    return ", ".join(values) if values else None


def allow(asked: Asked, identity: Identity, environment: str) -> dict[str, Any]:
    context = {
        "user_id": identity.user,
        "key_id": identity.key_id,
        "scopes": " ".join(sorted(identity.scopes)),
        "environment": environment,
    }
    if (profile := identity.profile) is not None:
        context |= {"email": profile.email, "email_verified": "true" if profile.email_verified else "false"}
        context |= {"username": profile.username} if profile.username else {}
    return _policy(asked, "Allow", identity.user, context)


def anonymous(asked: Asked) -> dict[str, Any]:
    """Nobody, with no rights: public endpoints answer, and all others refuse when the request is sound."""
    return _policy(asked, "Allow", NOBODY, {})


def ambiguous(asked: Asked) -> dict[str, Any]:
    return _policy(asked, "Allow", NOBODY, {"refusal": AMBIGUOUS})


def deny(asked: Asked, message: str) -> dict[str, Any]:
    """`message` goes into the gateway's own 401 as it is: it holds no quotes and nothing of the request."""
    return _policy(asked, "Deny", NOBODY, {"message": message})


def _policy(
    asked: Asked, effect: Literal["Allow", "Deny"], principal: str, context: dict[str, str]
) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": _stage_of(asked.method_arn)}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }


def _stage_of(method_arn: str) -> str:
    """`arn:…:api/stage/*`: all methods of this stage and nothing else; a cached policy would be right too."""
    api, stage = method_arn.split("/")[:2]
    return f"{api}/{stage}/*"
