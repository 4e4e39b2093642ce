"""The root of the tree of errors, and how one crosses from a Lambda function to another.

Every error has a stable `code`, a sentence for the user and typed facts (dataclass fields). The signer's
errors cross a Lambda boundary: `to_wire` and `from_wire` carry them as JSON.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

_BY_CODE: dict[str, type[SlipwayError]] = {}


@dataclass(eq=False, kw_only=True)
class SlipwayError(Exception):
    """Root of the tree. `code` is stable; clients may branch on it."""

    code: ClassVar[str] = "internal"
    sentence: ClassVar[str] = "Internal server error"
    """What the user reads; facts stand in braces."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _BY_CODE.setdefault(cls.code, cls)

    @property
    def facts(self) -> dict[str, Any]:
        """The error's typed facts as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> Self:
        return cls(**facts)

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)


def to_wire(error: SlipwayError) -> dict[str, Any]:
    return {"code": error.code, "facts": error.facts}


def from_wire(wire: dict[str, Any]) -> SlipwayError:
    """The error that `to_wire` wrote; one that this version does not know becomes an `InternalFault`."""
    code = str(wire.get("code"))
    try:
        return _BY_CODE.get(code, InternalFault).of_facts(dict(wire.get("facts") or {}))
    except TypeError:
        return InternalFault(what=code)


def catalogue() -> dict[str, type[SlipwayError]]:
    """Every error by its code."""
    return dict(_BY_CODE)


@dataclass(eq=False, kw_only=True)
class InternalFault(SlipwayError):
    """A fault of ours. `what` is for the operator's log; a user sees only the request id."""

    code = "internal_fault"
    sentence = "Internal server error"
    what: str
