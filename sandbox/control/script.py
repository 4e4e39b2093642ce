"""Scripts: commands a line, checked whole before the first of them is done."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.control.commands import CommandRefusedError, parse_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sandbox.control.commands import Command
    from sandbox.control.panel import ControlPanel

MOST_LINES: Final = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """A line, and the command in it."""

    line: str
    command: Command

    @property
    def name(self) -> str:
        return self.line.split()[0]

    @property
    def arguments(self) -> dict[str, Any]:
        """As they were written, for the control port."""
        pairs = (word.partition("=") for word in self.line.split()[1:])
        return {name: value for name, _, value in pairs}


@dataclass(frozen=True, slots=True)
class Script:
    """Steps in order."""

    steps: tuple[Step, ...]

    @classmethod
    def read(cls, path: Path) -> Script:
        """Raises OSError, and CommandRefusedError that names the line."""
        return cls.of(path.read_text(encoding="utf-8").splitlines())

    @classmethod
    def of(cls, lines: Iterable[str]) -> Script:
        steps = []
        for number, line in enumerate(lines, start=1):
            if number > MOST_LINES:
                raise CommandRefusedError(f"a script has at most {MOST_LINES} lines")
            try:
                command = parse_line(line)
            except CommandRefusedError as error:
                raise CommandRefusedError(f"line {number}: {error}") from error
            if command:
                steps.append(Step(line.partition("#")[0].strip(), command))
        return cls(tuple(steps))

    async def play(self, panel: ControlPanel) -> None:
        """Do the steps one after the other; one that is refused is logged and passed over."""
        for step in self.steps:
            try:
                await panel.run(step.command)
            except CommandRefusedError as error:
                _log.error("%s: %s", step.line, error)
