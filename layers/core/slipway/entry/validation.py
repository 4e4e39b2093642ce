"""Validation faults as clients know them: pydantic's errors translated into zod's issues, one table.

The wording was checked against the recorded answers of the reference (recordings/console).
"""

from __future__ import annotations

import types
import typing
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from slipway.entry.issues import REFUSAL, Issue, Path, type_of, wrong_type
from slipway.entry.models.base import Expects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ModelT = TypeVar("ModelT", bound=BaseModel)


class Invalid(Exception):
    """The request does not fit its model; holds every issue."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("Validation error")
        self.issues = issues


def validate(model: type[ModelT], value: object) -> ModelT:
    """`value` as an instance of `model`. Raises Invalid."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise Invalid(tuple(issue for fault in faults for issue in _issues(model, fault))) from None


def _issues(model: type[BaseModel], fault: Mapping[str, Any]) -> list[Issue]:
    path: Path = tuple(fault["loc"])
    if fault["type"] == REFUSAL:
        own: tuple[Issue, ...] = fault["ctx"]["issues"]
        return [Issue(each.code, each.message, path + each.path, each.facts) for each in own]
    if fault["type"] == "missing":
        return [wrong_type(_expected_at(model, path), "undefined", path)]
    word = _WORDED.get(fault["type"])
    if word is not None:
        return [word(fault, path)]
    if expected := _TYPES.get(fault["type"]):
        return [wrong_type(expected, type_of(fault["input"]), path)]
    return [Issue("custom", str(fault["msg"]), path)]


_TYPES: Final = {
    "string_type": "string",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "list_type": "array",
    "tuple_type": "array",
    "int_type": "number",
    "float_type": "number",
    "decimal_type": "number",
    "bool_type": "boolean",
}


def _bound(code: str, key: str, fact: str, words: str, *, inclusive: bool) -> Callable[..., Issue]:
    def word(fault: Mapping[str, Any], path: Path) -> Issue:
        limit = _plain(fault["ctx"][key])
        facts = {fact: limit, "type": "number", "inclusive": inclusive, "exact": False}
        return Issue(code, f"Number must be {words} {limit}", path, facts)

    return word


def _length(code: str, key: str, fact: str, kind: str, words: str) -> Callable[..., Issue]:
    unit = "character(s)" if kind == "String" else "element(s)"

    def word(fault: Mapping[str, Any], path: Path) -> Issue:
        limit = fault["ctx"][key]
        facts = {fact: limit, "type": kind.lower(), "inclusive": True, "exact": False}
        return Issue(code, f"{kind} must contain {words} {limit} {unit}", path, facts)

    return word


def _enum(fault: Mapping[str, Any], path: Path) -> Issue:
    expected = str(fault["ctx"]["expected"]).replace(" or ", ", ")
    options = [option.strip("'") for option in expected.split(", ")]
    received = fault["input"]
    listed = " | ".join(f"'{option}'" for option in options)
    if not isinstance(received, str):
        return wrong_type(listed, type_of(received), path)
    message = f"Invalid enum value. Expected {listed}, received '{received}'"
    return Issue("invalid_enum_value", message, path, {"received": received, "options": options})


def _unicode(fault: Mapping[str, Any], path: Path) -> Issue:
    return Issue("custom", "Not valid Unicode text", path)


def _regex(fault: Mapping[str, Any], path: Path) -> Issue:
    return Issue("invalid_string", "Invalid", path, {"validation": "regex"})


_WORDED: Final[Mapping[str, Callable[..., Issue]]] = {
    "greater_than": _bound("too_small", "gt", "minimum", "greater than", inclusive=False),
    "greater_than_equal": _bound("too_small", "ge", "minimum", "greater than or equal to", inclusive=True),
    "less_than": _bound("too_big", "lt", "maximum", "less than", inclusive=False),
    "less_than_equal": _bound("too_big", "le", "maximum", "less than or equal to", inclusive=True),
    "string_too_short": _length("too_small", "min_length", "minimum", "String", "at least"),
    "string_too_long": _length("too_big", "max_length", "maximum", "String", "at most"),
    "too_short": _length("too_small", "min_length", "minimum", "Array", "at least"),
    "too_long": _length("too_big", "max_length", "maximum", "Array", "at most"),
    "literal_error": _enum,
    "enum": _enum,
    "string_pattern_mismatch": _regex,
    "string_unicode": _unicode,
}


def _plain(limit: object) -> int | float | str:
    """A limit as JSON carries it."""
    if isinstance(limit, Decimal):
        return int(limit) if limit == limit.to_integral_value() else float(limit)
    return limit if isinstance(limit, int | float) else str(limit)


def _expected_at(model: type[BaseModel], path: Path) -> str:
    """What a client should have put at `path`, by the annotations on the way there."""
    annotation: Any = model
    for part in path:
        annotation = _field_of(annotation, part) if isinstance(part, str) else _item_of(annotation)
    return _name_of(annotation)


def _field_of(annotation: Any, name: str) -> Any:
    owner = _bare(annotation)
    if not (isinstance(owner, type) and issubclass(owner, BaseModel)):
        return object
    for own, field in owner.model_fields.items():
        if name in (own, field.alias, field.validation_alias):
            return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return object


def _item_of(annotation: Any) -> Any:
    arguments = get_args(_bare(annotation))
    return arguments[0] if arguments else object


def _bare(annotation: Any) -> Any:
    """Without Annotated and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (typing.Union, types.UnionType):
        return _bare(next(each for each in get_args(annotation) if each is not type(None)))
    return annotation


_NAMES: Final = {str: "string", bool: "boolean", int: "number", Decimal: "number", float: "number"}


def _name_of(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        marks = [each.type for each in get_args(annotation)[1:] if isinstance(each, Expects)]
        return marks[0] if marks else _name_of(get_args(annotation)[0])
    bare = _bare(annotation)
    if bare is not annotation:
        return _name_of(bare)
    if get_origin(bare) in (list, tuple):
        return "array"
    if get_origin(bare) is Literal:
        return " | ".join(f"'{option}'" for option in get_args(bare))
    return _NAMES.get(bare, "object")
