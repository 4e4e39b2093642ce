"""docs/differences.md, read by machine: where Slipway answers otherwise than the reference on purpose.

A row of its table names exchanges (`FILE/NAME`) and parts of their answers, each in backticks and with `*`
for any text, then says in words what the reference answers, what we answer, why no client breaks, and which
test shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.replay.console_compare import Difference
    from sandbox.replay.console_recording import Exchange

TABLE: Final = Path(__file__).parents[2] / "docs" / "differences.md"
_QUOTED: Final = re.compile(r"`([^`]+)`")
_CELLS: Final = 6


@dataclass(frozen=True)
class Row:
    """`number` counts from 1. `tests`: `FILE::NAME`."""

    number: int
    exchanges: tuple[str, ...]
    parts: tuple[str, ...]
    reference: str
    ours: str
    why: str
    tests: tuple[str, ...]

    def covers(self, exchange: Exchange, found: Difference) -> bool:
        return self.names(exchange) and any(_fits(one, found.part) for one in self.parts)

    def names(self, exchange: Exchange) -> bool:
        named = f"{exchange.file}/{exchange.name}"
        return any(_fits(one, named) for one in self.exchanges)


def read_rows(path: Path = TABLE) -> list[Row]:
    """Every row of every table in the file. Raises ValueError for one that lacks a cell."""
    found = [_cells(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [_row(number, cells) for number, cells in enumerate(found, 1)]


def covering(rows: Sequence[Row], exchange: Exchange, found: Difference) -> Row | None:
    return next((row for row in rows if row.covers(exchange, found)), None)


def _cells(line: str) -> list[str]:
    """A pipe within backticks is text, not the end of a cell."""
    shielded = _QUOTED.sub(lambda match: match[0].replace("|", "\0"), line)
    return [cell.strip().replace("\0", "|") for cell in shielded.strip("|").split("|")]


def _row(number: int, cells: list[str]) -> Row:
    if len(cells) != _CELLS or not all(cells):
        raise ValueError(f"row {number} has not {_CELLS} cells with something in each: {cells}")
    exchanges, parts, reference, ours, why, tests = cells
    return Row(
        number,
        tuple(_QUOTED.findall(exchanges)),
        tuple(_QUOTED.findall(parts)),
        reference,
        ours,
        why,
        tuple(_QUOTED.findall(tests)),
    )


def _fits(pattern: str, text: str) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL))
