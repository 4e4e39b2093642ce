"""API Gateway's own answers: what it refuses by itself, as the template's GatewayResponses shape it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.gateway.api import GatewayResponse

DEFAULT_TEMPLATE: Final = '{"message":$context.error.messageString}'
JSON: Final = "application/json"

_VARIABLE: Final = re.compile(r"\$(?:context\.(\w+(?:\.\w+)*)|\{context\.(\w+(?:\.\w+)*)\})")


@dataclass(frozen=True)
class Kind:
    """A type of gateway response with API Gateway's own status and message for it."""

    name: str
    status: int
    message: str | None


ACCESS_DENIED: Final = Kind("ACCESS_DENIED", 403, "User is not authorized to access this resource")
AUTHORIZER_CONFIGURATION_ERROR: Final = Kind("AUTHORIZER_CONFIGURATION_ERROR", 500, None)
AUTHORIZER_FAILURE: Final = Kind("AUTHORIZER_FAILURE", 500, None)
BAD_INTEGRATION: Final = Kind("DEFAULT_5XX", 502, "Internal server error")
INTEGRATION_TIMEOUT: Final = Kind("INTEGRATION_TIMEOUT", 504, "Endpoint request timed out")
MISSING_AUTHENTICATION_TOKEN: Final = Kind(
    "MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token"
)
REQUEST_TOO_LARGE: Final = Kind("REQUEST_TOO_LARGE", 413, "Request Too Long")
UNAUTHORIZED: Final = Kind("UNAUTHORIZED", 401, "Unauthorized")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names keep their case, a name may come more than once."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Refusal(Exception):
    """API Gateway answers by itself. `authorizer` is the context that the authorizer left, if one has run."""

    def __init__(
        self, kind: Kind, message: str | None = None, authorizer: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(kind.name)
        self.kind, self.message, self.authorizer = kind, message, authorizer or {}


def answer(refusal: Refusal, responses: Mapping[str, GatewayResponse], context: Mapping[str, Any]) -> Answer:
    """The refusal as the client sees it. `context` is the request's `requestContext`."""
    kind = refusal.kind
    general = responses.get("DEFAULT_5XX" if kind.status >= 500 else "DEFAULT_4XX", GatewayResponse())
    own = responses.get(kind.name, GatewayResponse())
    variables = {**context, "authorizer": refusal.authorizer, "error": _error(kind, refusal.message)}
    templates = own.templates or general.templates or {JSON: DEFAULT_TEMPLATE}
    content_type = JSON if JSON in templates else next(iter(templates))
    headers = {"Content-Type": content_type, "x-amzn-ErrorType": _error_type(kind)}
    for name, mapping in {**general.headers, **own.headers}.items():
        _set(headers, name, _mapped(mapping, variables))
    return Answer(
        status=own.status or general.status or kind.status,
        headers=tuple(headers.items()),
        body=_rendered(templates[content_type], variables).encode(),
    )


def _error(kind: Kind, message: str | None) -> dict[str, str]:
    text = message or kind.message
    return {
        "message": text or "",
        "messageString": "null" if text is None else json.dumps(text),
        "responseType": kind.name,
    }


def _error_type(kind: Kind) -> str:
    words = "".join(word.capitalize() for word in kind.name.split("_"))
    return f"{words}Exception"


def _set(headers: dict[str, str], name: str, value: str) -> None:
    for known in [known for known in headers if known.lower() == name.lower()]:
        del headers[known]
    headers[name] = value


def _mapped(mapping: str, variables: Mapping[str, Any]) -> str:
    """A header's mapping expression: 'text' in quotes, or `context.name`."""
    if mapping.startswith("'"):
        return mapping[1:-1]
    return _value(mapping.removeprefix("context."), variables)


def _rendered(template: str, variables: Mapping[str, Any]) -> str:
    """The template with each `$context.name` replaced; nothing else of the template language works here."""
    return _VARIABLE.sub(lambda match: _value(match[1] or match[2], variables), template)


def _value(path: str, variables: Mapping[str, Any]) -> str:
    """A context variable's text; one that is not there is empty."""
    found: Any = variables
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return "" if found is None else str(found)
