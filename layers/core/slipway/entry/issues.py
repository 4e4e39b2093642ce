"""One fault of a request, in the shape that existing clients know (zod's issues) and in ours.

A field type that refuses a value raises `refusal(...)`; `entry/validation.py` gathers a request's faults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from slipway.entry.problem_bodies import FaultBody

REFUSAL: Final = "slipway_issues"
"""The pydantic error type of a fault that a field type of ours words itself."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """`facts` are zod's own extra fields, such as `expected` and `received`."""

    code: str
    message: str
    path: Path = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def zod(self) -> dict[str, Any]:
        """As the older `data` array carries it."""
        return {"code": self.code, **self.facts, "path": list(self.path), "message": self.message}

    def plain(self) -> FaultBody:
        """As our `errors` array carries it: the path as one text."""
        return {"path": dotted(self.path), "message": self.message, "code": self.code}


def dotted(path: Path) -> str:
    """`("leases", 0, "dseq")` as `leases[0].dseq`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def type_of(value: object) -> str:
    """The name that JavaScript clients know a JSON value's type by."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, Sequence) else "object"


def wrong_type(expected: str, received: str, path: Path = ()) -> Issue:
    message = "Required" if received == "undefined" else f"Expected {expected}, received {received}"
    return Issue("invalid_type", message, path, {"expected": expected, "received": received})


def refusal(*issues: Issue) -> PydanticCustomError:
    """What a validator raises. The issues' paths are put behind the field's own."""
    return PydanticCustomError(REFUSAL, "refused", {"issues": issues})
