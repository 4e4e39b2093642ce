"""JSON Schemas of the wire models, as they belong into an OpenAPI document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from slipway.entry.models.base import TAKES_NULL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Json = dict[str, Any]
    Mode = Literal["validation", "serialization"]

REF: Final = "#/components/schemas/"
_QUALIFIED: Final = re.compile(r"slipway__entry__models__(\w+?)__(\w+)")
_BOUNDS: Final = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
"""Pydantic leaves bounds behind a validator of ours by its own names."""


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        return float(dft) if isinstance(dft, Decimal) else super().encode_default(dft)

    def field_is_required(self, field: Any, total: bool) -> bool:
        """An answer has every field of its model, whether it was set or not."""
        if self.mode == "serialization" and field["type"] == "model-field":
            return True
        return super().field_is_required(field, total)


@dataclass(frozen=True)
class Schemas:
    """`of` names a type by what its schema is called; `all` are the schemas by their names."""

    of: Mapping[Any, Json]
    all: Mapping[str, Json]


def schemas(requests: Iterable[Any], answers: Iterable[Any]) -> Schemas:
    """The schemas of these types and of all that they hold. Raises ValueError for two of one name."""
    asked, told = _of_mode(requests, "validation"), _of_mode(answers, "serialization")
    if twice := asked.all.keys() & told.all.keys():
        raise ValueError(f"in requests and in answers: {sorted(twice)}")
    return Schemas(of={**asked.of, **told.of}, all=dict(sorted({**asked.all, **told.all}.items())))


def _of_mode(wanted: Iterable[Any], mode: Mode) -> Schemas:
    listed = list(dict.fromkeys(wanted))
    found, rest = TypeAdapter.json_schemas(
        [(place, mode, TypeAdapter(kind)) for place, kind in enumerate(listed)],
        ref_template=f"{REF}{{model}}",
        schema_generator=_Generator,
    )
    asked = mode == "validation"
    return Schemas(
        of={listed[place]: tidied(schema, asked=asked) for (place, _), schema in found.items()},
        all={_name(name): tidied(each, asked=asked) for name, each in rest.get("$defs", {}).items()},
    )


def fields(model: type[Any] | None) -> dict[str, tuple[Json, bool]]:
    """Schema and whether it has to be there, for each field of a query or path, by its name on the wire."""
    if model is None:
        return {}
    schema = tidied(TypeAdapter(model).json_schema(schema_generator=_Generator), asked=True)
    required = schema.get("required", ())
    return {name: (each, name in required) for name, each in schema.get("properties", {}).items()}


def tidied(schema: Any, *, asked: bool) -> Any:
    """Without what says nothing: titles that repeat a name and, where it is `asked` of a client, `null` for
    what may be left out."""
    if isinstance(schema, list):
        return [tidied(each, asked=asked) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = dict(_tidied(schema, asked))
    if "$ref" in kept:
        kept["$ref"] = REF + _name(kept["$ref"].removeprefix(REF))
    if kept.pop(TAKES_NULL, False):
        return {key: value for key, value in kept.items() if key != "default"}
    return _without_null(kept) if asked and "default" in kept and kept["default"] is None else kept


def _tidied(schema: Json, asked: bool) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key == "properties":
            yield key, {name: tidied(each, asked=asked) for name, each in value.items()}
        elif key == "description":
            yield key, " ".join(value.split())
        elif key != "title" and (asked or key != "default"):
            yield _BOUNDS.get(key, key), tidied(value, asked=asked)


def _without_null(schema: Json) -> Json:
    """Optional fields of requests have None for their default; their null is refused."""
    kept = {key: value for key, value in schema.items() if key != "default"}
    choices = [each for each in kept.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) != 1:
        return kept
    del kept["anyOf"]
    return {**choices[0], **kept}


def _name(name: str) -> str:
    """Two models of one name are told apart by their module: `ApiKeysCreateIn`, `DeploymentsCreateIn`."""
    qualified = _QUALIFIED.fullmatch(name)
    if qualified is None:
        return name
    return "".join(word.capitalize() for word in qualified[1].split("_")) + qualified[2]
