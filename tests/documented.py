"""The committed OpenAPI document as a judge of real answers: strict, so that a field it lacks is a fault."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACE: Final = Path(__file__).parents[1] / "functions" / "documentation" / "openapi.json"
TOLD_HEADERS: Final = ("retry-after", "idempotent-replayed", "etag")
"""Those that must be in the document where they are sent."""
CHANGING: Final = ("post", "put", "patch")


@dataclass(frozen=True)
class Heard:
    """One request and its answer. `target` is a path with its query, `route` the path as declared, if known;
    `sent` the body as JSON, None without one. Header names in lower case."""

    method: str
    target: str
    status: int
    headers: Mapping[str, str]
    body: Any
    sent: Any = None
    route: str | None = None


@cache
def document() -> Any:
    return json.loads(PLACE.read_text(encoding="utf-8"))


def mistakes(heard: Heard) -> list[str]:
    """In what an answer, or a request that was served, is not as the document says."""
    path = heard.route or path_of(urlsplit(heard.target).path)
    operation = document()["paths"].get(path, {}).get(heard.method.lower())
    if operation is None:
        is_nothing = heard.status == HTTPStatus.NOT_FOUND
        return [] if is_nothing else [f"{heard.method} {path} is not in the document"]
    place = f"{operation['operationId']} {heard.status}"
    answer = operation["responses"].get(str(heard.status))
    if answer is None:
        return [f"{place}: no such status: {json.dumps(heard.body)[:300]}"]
    found = [*_of_answer(heard, _resolved(answer)), *_of_request(heard, operation)]
    return [f"{place}: {each}" for each in found]


def readable(body: str | bytes | None) -> Any:
    """A request's body as JSON, as leniently as the functions read it; None where it is none."""
    text = body.decode("utf-8-sig", errors="replace") if isinstance(body, bytes) else body
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def path_of(path: str) -> str | None:
    """The path of the document that a request's path meets; a slash at its end makes no other."""
    fitting = [known for known in document()["paths"] if _pattern(known).fullmatch(path.rstrip("/"))]
    return min(fitting, key=lambda known: known.count("{"), default=None)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", re.sub(r"[.]", r"\.", path)))


def _of_answer(heard: Heard, answer: Any) -> Iterator[str]:
    headers = {name.lower() for name in answer["headers"]}
    if "x-request-id" not in heard.headers:
        yield "no x-request-id"
    yield from (f"{name} is sent" for name in TOLD_HEADERS if name in heard.headers and name not in headers)
    content = answer.get("content", {})
    if heard.body in (None, "") or heard.method == "HEAD":
        if content:
            yield "no body is sent"
        return
    media = heard.headers.get("content-type", "").partition(";")[0]
    if media not in content:
        yield f"{media} is sent, and the document has {sorted(content)}"
        return
    yield from _faults(heard.body, content[media]["schema"], closed=True)


def _of_request(heard: Heard, operation: Any) -> Iterator[str]:
    """What was served must have been a request of the document."""
    if heard.status >= 300:
        return
    named = dict(parse_qsl(urlsplit(heard.target).query, keep_blank_values=True))
    for each in map(_resolved, operation.get("parameters", ())):
        if each["in"] == "query" and each["required"] and heard.route is None and each["name"] not in named:
            yield f"served without {each['name']}"
    if heard.method.lower() in CHANGING and "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        yield from (f"served: {each}" for each in _faults(heard.sent, schema, closed=False))


def _faults(value: Any, schema: Any, *, closed: bool) -> Iterator[str]:
    validator = Draft202012Validator({**schema, "components": {"schemas": _components(closed)}})
    for error in sorted(validator.iter_errors(value), key=lambda each: each.json_path):
        yield f"{error.json_path}: {error.message[:300]}"


@cache
def _components(closed: bool) -> Any:
    schemas = document()["components"]["schemas"]
    return {name: _closed(each) for name, each in schemas.items()} if closed else schemas


def _closed(schema: Any) -> Any:
    """The same with no fields besides those that it lists."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shut = (
        {"additionalProperties": False} if schema.get("type") == "object" and "properties" in schema else {}
    )
    return {**shut, **{key: _closed(value) for key, value in schema.items()}}


def _resolved(value: Any) -> Any:
    found = value
    while "$ref" in found:
        _, *words = found["$ref"].split("/")
        found = document()
        for word in words:
            found = found[word]
    return found
