"""Events as API Gateway sends them to a function (REST proxy, payload version 1.0)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True)
class _Context:
    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def lambda_context(milliseconds: int = 10_000) -> LambdaContext:
    return cast("LambdaContext", _Context(milliseconds))


def proxy_event(
    method: str,
    route: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
    path: dict[str, str] | None = None,
    query: dict[str, list[str]] | None = None,
    user: str | None = "alice",
    key_id: str = "key-1",
    scopes: str = "*",
    request_id: str = "request-1",
    authorizer: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A body that is text is sent as it is; any other is sent as JSON, with its content type.

    `key_id` is that of the caller's API key, empty for a user who signed in.
    """
    sent = {} if body is None else {"Content-Type": "application/json"}
    caller = {"user_id": user, "key_id": key_id, "scopes": scopes} if user else {}
    return {
        "httpMethod": method,
        "resource": route,
        "headers": {**sent, **(headers or {})},
        "pathParameters": path,
        "multiValueQueryStringParameters": query,
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": request_id,
            "authorizer": caller if authorizer is None else authorizer,
        },
    }


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """The JSON body of a proxy answer."""
    found: dict[str, Any] = json.loads(answer["body"])
    return found
