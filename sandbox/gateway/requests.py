"""A client's request as API Gateway hands it to functions: REST proxy events (payload version 1.0)."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sandbox.gateway.api import API_ID, Api
from sandbox.gateway.routing import Match

_OWN_TO_THE_CONNECTION: Final = {"connection", "transfer-encoding", "expect", "keep-alive", "te", "upgrade"}


@dataclass(frozen=True)
class Request:
    """What came in: the target as sent, headers in their own case and order, the whole body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    protocol: str
    request_id: str
    extended_id: str
    at: datetime

    @property
    def path(self) -> str:
        """The undecoded path."""
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """Decoded names and values, in order."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        """A header's last value, by any case of its name."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None


def proxy_event(
    api: Api, request: Request, match: Match, authorizer: Mapping[str, str] | None
) -> dict[str, Any]:
    """The event of a Lambda proxy integration; `authorizer` is what the authorizer left, if one ran."""
    binary = matches_media_type(request.header("content-type"), api.binary_types)
    context = request_context(api, request, match)
    return {
        **_common(request, match),
        "requestContext": context if authorizer is None else {**context, "authorizer": dict(authorizer)},
        "body": _body(request.body, binary),
        "isBase64Encoded": binary and bool(request.body),
    }


def authorizer_event(api: Api, request: Request, match: Match) -> dict[str, Any]:
    """The event of a REQUEST authorizer: the same request without its body."""
    return {
        "type": "REQUEST",
        "methodArn": method_arn(api, request),
        **_common(request, match),
        "requestContext": request_context(api, request, match),
    }


def method_arn(api: Api, request: Request) -> str:
    """The ARN that a policy's Resource is compared with: the path as called, not the route's."""
    return f"{api.execution_arn}/{request.method}/{request.path.lstrip('/')}"


def request_context(api: Api, request: Request, match: Match | None) -> dict[str, Any]:
    """`requestContext`, without what the authorizer adds."""
    domain = request.header("host") or ""
    return {
        "accountId": api.account_id,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain.split(".")[0],
        "extendedRequestId": request.extended_id,
        "httpMethod": request.method,
        "identity": {
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent"),
            **_NO_IDENTITY,
        },
        "path": request.path,
        "protocol": request.protocol,
        "requestId": request.request_id,
        "requestTime": request.at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(request.at.timestamp() * 1000),
        "resourceId": match.route.path.strip("/").replace("/", "-") if match else "",
        "resourcePath": match.route.path if match else "",
        "stage": api.stage,
    }


_NO_IDENTITY: Final[Mapping[str, None]] = dict.fromkeys(
    ("accessKey", "accountId", "apiKey", "caller", "cognitoIdentityId", "user", "userArn")
)


def matches_media_type(content_type: str | None, kinds: Iterable[str]) -> bool:
    """Whether a Content-Type (or Accept) is one of the kinds; `image/*` and `*/*` are patterns."""
    sent = (content_type or "application/json").split(";")[0].split(",")[0].strip().lower()
    group = sent.split("/")[0]
    return any(kind.lower() in {sent, f"{group}/*", "*/*"} for kind in kinds)


def _common(request: Request, match: Match) -> dict[str, Any]:
    headers = [(name, value) for name, value in request.headers if name.lower() not in _OWN_TO_THE_CONNECTION]
    headers += [
        (
            "X-Amzn-Trace-Id",
            f"Root=1-{int(request.at.timestamp()):08x}-{request.request_id.replace('-', '')[:24]}",
        ),
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Proto", "http"),
    ]
    return {
        "resource": match.route.path,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _gathered(headers),
        "queryStringParameters": dict(request.query) or None,
        "multiValueQueryStringParameters": _gathered(request.query) or None,
        "pathParameters": dict(match.parameters) or None,
        "stageVariables": None,
    }


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _body(body: bytes, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode("utf-8", errors="replace")
