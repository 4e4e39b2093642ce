"""What an SDL's author has to mend, each with its place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from slipway.domain.errors import SlipwayError
from slipway.sdl.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.sdl.nodes import Entry

    Near = tuple[str, Iterable[str]]
    """A word and those it may have been meant for. The nearest is looked up only for what is kept."""

_MOST: Final = 100
"""Mistakes kept of one text: more help nobody, and a hostile text could make a hundred thousand."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `path` reads like `services.web.expose[0].port`, line and column count from 1;
    `hint` is a text to write instead, where one is near."""

    path: str
    line: int
    column: int
    message: str
    hint: str | None = None


@dataclass(eq=False, kw_only=True)
class SdlInvalid(SlipwayError):
    """The SDL cannot be deployed. Holds every mistake that one pass found, in the order of the text.

    `warnings` stay where they were found: they do not cross a Lambda boundary.
    """

    code = "sdl_invalid"
    sentence = "Invalid SDL"
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Self:
        return cls(mistakes=tuple(Mistake(**each) for each in facts["mistakes"]))

    @property
    def facts(self) -> dict[str, Any]:
        return {"mistakes": [dataclasses.asdict(each) for each in self.mistakes]}

    def __str__(self) -> str:
        first = self.mistakes[0]
        more = f" (and {len(self.mistakes) - 1} more)" if len(self.mistakes) > 1 else ""
        where = f"{first.path}: " if first.path else ""
        return f"{self.sentence}: line {first.line}: {where}{first.message}{more}"


class Findings:
    """Collects mistakes and warnings while a text is read, then while it is checked."""

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []
        self._warnings: list[Mistake] = []
        self._doubts: set[str] = set()
        self._is_read = False

    def reading_is_done(self) -> None:
        """From now on, mistakes that only follow from those found while reading are not written down."""
        self._is_read = True

    def doubt(self, at: Entry) -> None:
        """What is at `at` could not be read, so nothing can be said of it."""
        self._doubts.add(at.path)

    def is_doubtful(self, at: Entry) -> bool:
        """Whether `at`, or what holds it, could not be read."""
        above: Entry | None = at if self._doubts else None
        while above is not None:
            if above.path in self._doubts:
                return True
            above = above.parent
        return False

    def doubts_in(self, at: Entry) -> list[str]:
        """The paths at and below `at` that could not be read."""
        if not self._doubts:
            return []
        path = at.path
        return [each for each in self._doubts if each == path or each.startswith((f"{path}.", f"{path}["))]

    def mistake(self, at: Entry, message: str, hint: str | None = None, near: Near | None = None) -> None:
        if self._is_read and self.is_doubtful(at):
            return
        if not self._is_read and len(self._mistakes) < _MOST:
            self._doubts.add(at.path)
        _keep(self._mistakes, at, message, hint, near)

    def warning(self, at: Entry, message: str, hint: str | None = None, near: Near | None = None) -> None:
        _keep(self._warnings, at, message, hint, near)

    def must_be_none(self) -> None:
        """Raises SdlInvalid when a mistake was found."""
        if self._mistakes:
            wrong = {each.path for each in self._mistakes}
            besides = tuple(each for each in self.warnings if each.path not in wrong)
            raise SdlInvalid(mistakes=_in_text_order(self._mistakes), warnings=besides)

    @property
    def warnings(self) -> tuple[Mistake, ...]:
        return _in_text_order(self._warnings)


def _keep(found: list[Mistake], at: Entry, message: str, hint: str | None, near: Near | None) -> None:
    if len(found) < _MOST:
        guess = hint or (nearest(*near) if near else None)
        found.append(Mistake(at.path, at.line, at.column, message, guess))


def _in_text_order(found: list[Mistake]) -> tuple[Mistake, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.line, each.column)))
