"""Go's types as far as a manifest and a token need them: decoding JSON into them, with Go's errors, and back.

A struct is a dict by JSON name with every field present, a slice a list or None, a pointer its value or None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sandbox.provider.gojson import GoJsonError, Json, Number, Object

UINT32: Final = 32
UINT64: Final = 64


@dataclass(frozen=True)
class Where:
    """The struct whose field is being decoded and the JSON names that led to it."""

    struct: str = ""
    path: tuple[str, ...] = ()

    def field(self, struct: str, name: str) -> "Where":
        return Where(struct.rpartition(".")[2], (*self.path, name))

    def mismatch(self, value: Json, kind: str, *, shown: str = "") -> GoJsonError:
        target = f"Go struct field {self.struct}.{'.'.join(self.path)}" if self.struct else "Go value"
        return GoJsonError(f"json: cannot unmarshal {_described(value)}{shown} into {target} of type {kind}")


class GoType(Protocol):
    """One Go type. `decode` raises GoJsonError; `encode` gives what `json.dumps` takes."""

    @property
    def name(self) -> str: ...

    def zero(self) -> Any: ...

    def decode(self, value: Json, before: Any, where: Where) -> Any: ...

    def encode(self, value: Any) -> Any: ...


@dataclass(frozen=True)
class Text:
    name: str = "string"

    def zero(self) -> str:
        return ""

    def decode(self, value: Json, before: str, where: Where) -> str:
        if value is None:
            return before
        if not isinstance(value, str) or isinstance(value, Number):
            raise where.mismatch(value, self.name)
        return value

    def encode(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Flag:
    name: str = "bool"

    def zero(self) -> bool:
        return False

    def decode(self, value: Json, before: bool, where: Where) -> bool:
        if value is None:
            return before
        if not isinstance(value, bool):
            raise where.mismatch(value, self.name)
        return value

    def encode(self, value: bool) -> bool:
        return value


@dataclass(frozen=True)
class Integer:
    """An integer of `bits` bits, unsigned unless it says otherwise."""

    bits: int = UINT32
    name: str = "uint32"
    signed: bool = False

    def zero(self) -> int:
        return 0

    def decode(self, value: Json, before: int, where: Where) -> int:
        if value is None:
            return before
        if not isinstance(value, Number):
            raise where.mismatch(value, self.name)
        low, high = (-(1 << self.bits - 1), 1 << self.bits - 1) if self.signed else (0, 1 << self.bits)
        if not value.lstrip("-").isdecimal() or not low <= int(value) < high:
            raise where.mismatch(value, self.name, shown=f" {value}")
        return int(value)

    def encode(self, value: int) -> int:
        return value


@dataclass(frozen=True)
class Custom:
    """A type with its own UnmarshalJSON: `reads` gets the JSON value, also null, and raises GoJsonError."""

    name: str
    reads: Callable[[Json], Any]
    empty: Any
    writes: Callable[[Any], Any] = staticmethod(lambda value: value)  # noqa: RUF009

    def zero(self) -> Any:
        return self.empty

    def decode(self, value: Json, before: Any, where: Where) -> Any:
        return self.reads(value)

    def encode(self, value: Any) -> Any:
        return self.writes(value)


@dataclass(frozen=True)
class Slice:
    name: str
    of: GoType

    def zero(self) -> None:
        return None

    def decode(self, value: Json, before: list[Any] | None, where: Where) -> list[Any] | None:
        if value is None:
            return None
        if not isinstance(value, list):
            raise where.mismatch(value, self.name)
        return [self.of.decode(item, self.of.zero(), where) for item in value]

    def encode(self, value: list[Any] | None) -> list[Any] | None:
        return None if value is None else [self.of.encode(item) for item in value]


@dataclass(frozen=True)
class Pointer:
    to: GoType

    @property
    def name(self) -> str:
        return self.to.name

    def zero(self) -> None:
        return None

    def decode(self, value: Json, before: Any, where: Where) -> Any:
        if value is None:
            return None
        return self.to.decode(value, self.to.zero() if before is None else before, where)

    def encode(self, value: Any) -> Any:
        return None if value is None else self.to.encode(value)


@dataclass(frozen=True)
class Field:
    kind: GoType
    omit_empty: bool = False


@dataclass(frozen=True)
class Struct:
    name: str
    fields: Mapping[str, Field]

    def zero(self) -> dict[str, Any]:
        return {name: field.kind.zero() for name, field in self.fields.items()}

    def decode(self, value: Json, before: dict[str, Any], where: Where) -> dict[str, Any]:
        if value is None:
            return before
        if not isinstance(value, Object):
            raise where.mismatch(value, self.name)
        decoded = dict(before)
        for key, member in value.members:
            if name := self._field(key):
                inner = where.field(self.name, name)
                decoded[name] = self.fields[name].kind.decode(member, decoded[name], inner)
        return decoded

    def encode(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: field.kind.encode(value[name])
            for name, field in self.fields.items()
            if not (field.omit_empty and not value[name])
        }

    def _field(self, key: str) -> str | None:
        """The field a key names: exactly, or else in any case of letters, as Go matches."""
        if key in self.fields:
            return key
        return next((name for name in self.fields if name.casefold() == key.casefold()), None)


def _described(value: Json) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Number):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
