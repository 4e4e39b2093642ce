"""One operation as an OpenAPI 3.1 Operation Object."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from slipway.entry.files import File
from slipway.entry.problem_bodies import ProblemBody
from slipway.entry.proxy import PROBLEM_JSON

from tools.openapi import refusals
from tools.openapi.examples import Sample
from tools.openapi.schemas import fields
from tools.openapi.texts import PHRASES, TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.aws.template import Template
    from tools.openapi.endpoints import Operation
    from tools.openapi.schemas import Json, Schemas

PROBLEM: Final = ProblemBody
JSON_MEDIA: Final = "application/json"
DONE: Final = "Done."
NAMED_SOMEWHERE: Final = "dseq"
"""Endpoints that may read it in the path or elsewhere want it in one of both (entry/models/naming.py)."""

REQUEST_ID: Final = "x-request-id"
HEADERS: Final[Mapping[str, Json]] = {
    REQUEST_ID: {
        "description": "Names the request in logs; `request_id` of a problem is the same.",
        "schema": {"type": "string"},
    },
    "retry-after": {
        "description": "Seconds after which a repeat makes sense.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "idempotent-replayed": {
        "description": "`true` where an earlier request with the same `Idempotency-Key` was answered this.",
        "schema": {"const": "true"},
    },
    "etag": {"description": "Names this version of the file.", "schema": {"type": "string"}},
    "cache-control": {"description": "How long it may be kept.", "schema": {"type": "string"}},
}
PARAMETERS: Final[Mapping[str, Json]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A text that no other request of yours has, such as a UUID: repeats are harmless.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `etag` that you hold: the answer is 304 while it is the newest.",
        "schema": {"type": "string"},
    },
}


def operation_object(operation: Operation, stack: Template, schemas: Schemas, example: Any) -> Json:
    """`example` is what its sample event is answered, if there is one to show."""
    sample = Sample.of(operation)
    found: Json = {
        "operationId": operation.id,
        "tags": [TAGS[operation.area][0]],
        "summary": operation.summary,
    }
    if description := _description(operation):
        found["description"] = description
    if operation.is_gone:
        found["deprecated"] = True
    found["security"] = security(operation)
    if parameters := list(_parameters(operation, sample)):
        found["parameters"] = parameters
    if operation.declared.body is not None:
        found["requestBody"] = _request_body(operation, schemas, sample)
    found["responses"] = {
        str(status): each for status, each in _responses(operation, stack, schemas, example)
    }
    return found


def security(operation: Operation) -> list[Json]:
    """One of these has to be satisfied; none is asked of anybody on a public operation."""
    declared = operation.declared
    scope = declared.scope or declared.own_scope
    if scope is None:
        return []
    known: list[Json] = [{"ApiKeyAuth": [scope]}, {"BearerAuth": []}]
    return known if declared.scope is not None else [{}, *known]


def _description(operation: Operation) -> str:
    declared = operation.declared
    parts = [operation.description]
    if declared.scope is not None:
        parts.append(f"An API key needs the scope `{declared.scope}`.")
    elif declared.own_scope is not None:
        parts.append(f"Public in part; an API key for the rest needs the scope `{declared.own_scope}`.")
    return "\n\n".join(part for part in parts if part)


def _parameters(operation: Operation, sample: Sample) -> Iterator[Json]:
    in_path = fields(operation.declared.path)
    for name in operation.parameters:
        schema, _ = in_path[name]
        yield _parameter(name, "path", schema, True, sample.path.get(name))
    for name, (schema, required) in fields(operation.declared.query).items():
        named_here = name == NAMED_SOMEWHERE and _is_unnamed(operation)
        value = sample.path.get(name) if named_here else sample.query.get(name)
        yield _parameter(name, "query", schema, required or named_here, value)
    if refusals.takes_key(operation):
        yield {"$ref": "#/components/parameters/IdempotencyKey"}
    if operation.answers is File:
        yield {"$ref": "#/components/parameters/IfNoneMatch"}


def _parameter(name: str, place: str, schema: Json, required: bool, value: str | None) -> Json:
    kept = dict(schema)
    description = kept.pop("description", None)
    found = {"name": name, "in": place, "required": required, "schema": kept}
    told = {"description": description, "example": value}
    return found | {key: each for key, each in told.items() if each is not None}


def _is_unnamed(operation: Operation) -> bool:
    """Whether this path lacks the dseq that another path of the same function has."""
    could = NAMED_SOMEWHERE in fields(operation.declared.path)
    return could and NAMED_SOMEWHERE not in operation.parameters


def _request_body(operation: Operation, schemas: Schemas, sample: Sample) -> Json:
    schema, example = schemas.of[operation.declared.body], sample.body
    if _is_unnamed(operation):
        schema = {"allOf": [schema, {"properties": {"data": {"required": [NAMED_SOMEWHERE]}}}]}
        example = {"data": {NAMED_SOMEWHERE: sample.path[NAMED_SOMEWHERE], **example["data"]}}
    content = {"schema": schema, "example": example}
    return {"required": True, "content": {JSON_MEDIA: content}}


def _responses(
    operation: Operation, stack: Template, schemas: Schemas, example: Any
) -> Iterator[tuple[int, Json]]:
    if not operation.is_gone:
        yield from _successes(operation, schemas, example)
    for status, listed in refusals.by_status(operation, stack).items():
        names = [REQUEST_ID]
        if any(each.comes_back for each in listed):
            names.append("retry-after")
        if any(each.is_kept for each in listed):
            names.append("idempotent-replayed")
        schema = refusals.narrowed(listed, schemas.of[PROBLEM])
        told = refusals.told(listed)
        content = {} if operation.method == "head" else {PROBLEM_JSON: {"schema": schema}}
        yield status, _response(f"{PHRASES[status]}.\n\n{told}", names, content)


def _successes(operation: Operation, schemas: Schemas, example: Any) -> Iterator[tuple[int, Json]]:
    declared = operation.declared
    names = [REQUEST_ID, *(["idempotent-replayed"] if refusals.takes_key(operation) else [])]
    if operation.answers is File:
        names += ["etag", "cache-control"]
        content = {each: {"schema": _file_schema(each)} for each in declared.media_types}
        yield HTTPStatus.OK, _response(DONE, names, content)
        yield HTTPStatus.NOT_MODIFIED, _response("What you hold is the newest.", names, {})
    elif operation.answers is type(None):
        yield HTTPStatus.NO_CONTENT, _response("Done; there is no more to say.", names, {})
    else:
        answer: Json = {"schema": schemas.of[operation.answers]}
        if example is not None:
            answer["example"] = example
        content = {} if operation.method == "head" else {JSON_MEDIA: answer}
        yield declared.status, _response(DONE, names, content)


def _file_schema(media_type: str) -> Json:
    return {"type": "object"} if media_type == JSON_MEDIA else {"type": "string"}


def _response(description: str, headers: list[str], content: Json) -> Json:
    named = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    found: Json = {"description": description, "headers": named}
    return {**found, "content": content} if content else found


def answer_model(operation: Operation) -> Any:
    """None where it answers with a file, with nothing, or only with refusals."""
    has_none = operation.is_gone or operation.answers in (File, type(None))
    return None if has_none else operation.answers
