"""A little JSON Schema, as far as AEP-64 needs it, with its faults in the words that its clients read.

The words and their order are those of the reference (recordings/console/14): all faults of all branches of a
`oneOf`, each once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Schema(Protocol):
    def faults(self, value: Any, at: str) -> Iterator[str]:
        """What is wrong with the value at a JSON pointer; nothing where it fits."""
        ...

    def json(self) -> dict[str, Any]:
        """The same as JSON Schema (2020-12)."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    text: str

    def faults(self, value: Any, at: str) -> Iterator[str]:
        if value != self.text:
            yield f"{_named(at)} must be {self.text}."

    def json(self) -> dict[str, Any]:
        return {"const": self.text}


@dataclass(frozen=True, slots=True)
class OneText:
    options: tuple[str, ...]

    def faults(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or value not in self.options:
            yield f"{_named(at)} should be one of: {', '.join(self.options)}."

    def json(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class Text:
    """`pattern` must fit as a whole; none takes any text but the empty one."""

    pattern: str | None = None

    def faults(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{_named(at)} should be string."
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield f'Invalid format: {_named(at)} does not match pattern "^{self.pattern}$"'
        elif not value:
            yield f"{_named(at)} must have at least 1 characters."

    def json(self) -> dict[str, Any]:
        form = {"pattern": f"^{self.pattern}$"} if self.pattern else {"minLength": 1}
        return {"type": "string", **form}


@dataclass(frozen=True, slots=True)
class Whole:
    least: int
    most: int

    def faults(self, value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{_named(at)} should be integer."
        elif not self.least <= value <= self.most:
            yield f"{_named(at)} should be from {self.least} to {self.most}."

    def json(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Items:
    """At least one item."""

    each: Schema
    unique: bool = False

    def faults(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{_named(at)} should be array."
            return
        if not value:
            yield f"{_named(at)} must have at least 1 items."
        for index, item in enumerate(value):
            yield from self.each.faults(item, f"{at}/{index}")
        if self.unique and (pair := _twice(value)):
            which = f"items ## {pair[0]} and {pair[1]} are identical"
            yield f"{_named(at)} must NOT have duplicate items ({which})."

    def json(self) -> dict[str, Any]:
        unique = {"uniqueItems": True} if self.unique else {}
        return {"type": "array", "items": self.each.json(), "minItems": 1, **unique}


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with these fields, all of them but the `optional` ones, and no other."""

    of: Mapping[str, Schema]
    optional: frozenset[str] = frozenset()

    def faults(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{_named(at)} should be object."
            return
        for name in self.of:
            if name not in value and name not in self.optional:
                yield f'Missing required field: "{name}" at "{at}".'
        for name in value:
            if name not in self.of:
                yield f'Additional property "{name}" is not allowed at "{at}".'
        for name, schema in self.of.items():
            if name in value:
                yield from schema.faults(value[name], f"{at}/{name}")

    def json(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: schema.json() for name, schema in self.of.items()},
            "required": [name for name in self.of if name not in self.optional],
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class OneOf:
    branches: tuple[Schema, ...]

    def faults(self, value: Any, at: str) -> Iterator[str]:
        found = [list(branch.faults(value, at)) for branch in self.branches]
        if all(found):
            yield from dict.fromkeys(text for texts in found for text in texts)

    def json(self) -> dict[str, Any]:
        return {"oneOf": [branch.json() for branch in self.branches]}


def _named(at: str) -> str:
    """`"0" at "/leases/scope"` of `/leases/scope/0`."""
    parent, _, name = at.rpartition("/")
    return f'"{name}" at "{parent}"'


def _twice(items: list[Any]) -> tuple[int, int] | None:
    """Where two items are the same, the later first, as seen from the end."""
    seen: dict[str, int] = {}
    for index in reversed(range(len(items))):
        if (known := seen.get(repr(items[index]))) is not None:
            return known, index
        seen[repr(items[index])] = index
    return None
