"""A proxy function's answer as an HTTP answer, or the proof that API Gateway would not take it."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.gateway.refusals import Answer
from sandbox.gateway.requests import matches_media_type

_KNOWN: Final = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_REMAPPED: Final = {
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "host",
    "server",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "www-authenticate",
}
"""Headers that API Gateway keeps for itself and renames (developer guide, "Important notes")."""


class MalformedAnswerError(Exception):
    """The function's answer is not a proxy response."""


def http_answer(value: Any, *, accept: str | None, binary_types: tuple[str, ...]) -> Answer:
    """The HTTP answer that a proxy response stands for. Raises MalformedAnswerError."""
    if not isinstance(value, Mapping) or not set(value) <= _KNOWN:
        raise MalformedAnswerError("not a map with a proxy response's keys")
    headers = list(_headers(value))
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return Answer(
        status=_status(value.get("statusCode")),
        headers=tuple(headers),
        body=_body(value, decoded=matches_media_type(accept or "*/*", binary_types)),
    )


def _status(value: Any) -> int:
    try:
        status = int(value)
    except (TypeError, ValueError):
        raise MalformedAnswerError(f"statusCode is {json.dumps(value)}") from None
    if not 100 <= status <= 599:
        raise MalformedAnswerError(f"statusCode is {status}")
    return status


def _headers(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Both kinds of header; a name in both counts once, with the values of multiValueHeaders."""
    many, single = value.get("multiValueHeaders") or {}, value.get("headers") or {}
    if not isinstance(many, Mapping) or not isinstance(single, Mapping):
        raise MalformedAnswerError("headers and multiValueHeaders are maps")
    listed = {name.lower() for name in many}
    for name, values in many.items():
        if not isinstance(values, list):
            raise MalformedAnswerError(f"multiValueHeaders.{name} is not a list")
        yield from ((_renamed(name), _text(name, item)) for item in values)
    for name, item in single.items():
        if name.lower() not in listed:
            yield _renamed(name), _text(name, item)


def _renamed(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedAnswerError(f"header {name} is neither text nor number nor boolean")


def _body(value: Mapping[str, Any], *, decoded: bool) -> bytes:
    """The body's bytes; base64 is decoded only for a client that accepts a binary media type of the API."""
    body = value.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswerError("the body is not text")
    if not (value.get("isBase64Encoded") and decoded):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise MalformedAnswerError("the body is not base64") from None
