"""The OpenAPI 3.1 document of the stack."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.version import VERSION

from tools.openapi import texts
from tools.openapi.endpoints import operations, template
from tools.openapi.examples import answers
from tools.openapi.operations import HEADERS, PARAMETERS, PROBLEM, answer_model, operation_object
from tools.openapi.schemas import schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tools.openapi.endpoints import Operation
    from tools.openapi.schemas import Json

SERVER: Final = ".."
"""Relative to /v1/openapi.json: right under any host, stage or base path."""
SHARED: Final = 5
"""An answer that as many operations have stands once, under its name."""


def text() -> str:
    """The document as it is committed and served."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def document() -> Json:
    stack = template()
    found = sorted(operations(stack), key=lambda each: list(texts.TAGS).index(each.area))
    known = schemas(
        requests=[each.declared.body for each in found if each.declared.body is not None],
        answers=[PROBLEM, *(model for each in found if (model := answer_model(each)) is not None)],
    )
    examples = answers()
    described = [operation_object(each, stack, known, examples.get(each.function)) for each in found]
    shared = _share(described)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Slipway",
            "version": VERSION,
            "description": texts.INFO,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": SERVER, "description": "Where this document is served"}],
        "tags": _tags(found),
        "paths": _paths(found, described),
        "components": {
            "securitySchemes": texts.SCHEMES,
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": shared,
            "schemas": known.all,
        },
    }


def _tags(found: Iterable[Operation]) -> list[Json]:
    areas = {each.area for each in found}
    return [
        {"name": name, "description": description}
        for area, (name, description) in texts.TAGS.items()
        if area in areas
    ]


def _paths(found: Sequence[Operation], described: Sequence[Json]) -> dict[str, Json]:
    paths: dict[str, Json] = {}
    for operation, each in zip(found, described, strict=True):
        paths.setdefault(operation.path, {})[operation.method] = each
    return paths


def _share(described: Sequence[Json]) -> dict[str, Json]:
    """Puts the commonest refusal of each status, where it is common, behind a reference; gives it by name."""
    answers = [(status, each) for one in described for status, each in one["responses"].items()]
    counted: dict[str, Counter[str]] = {}
    for status, each in answers:
        if int(status) in texts.PHRASES:
            counted.setdefault(status, Counter())[_written(each)] += 1
    shared: dict[str, Any] = {}
    for status, variants in sorted(counted.items()):
        written, times = variants.most_common(1)[0]
        if times >= SHARED:
            shared[status] = written
    for one in described:
        for status, each in one["responses"].items():
            if shared.get(status) == _written(each):
                one["responses"][status] = {"$ref": f"#/components/responses/{_name(status)}"}
    return {_name(status): json.loads(written) for status, written in shared.items()}


def _written(value: Json) -> str:
    return json.dumps(value)


def _name(status: str) -> str:
    """`TooManyRequests` for 429."""
    return "".join(word.capitalize() for word in texts.PHRASES[int(status)].split())
