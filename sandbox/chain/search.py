"""CometBFT's query language over included transactions: conditions on events, joined by AND."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.chain.rest.status import INTERNAL, RestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sandbox.chain.blocks import Record

MOST_PER_PAGE: Final = 100
_CONDITION: Final = re.compile(
    r"\s*(?P<name>[^\s=<>]+)\s*(?P<relation><=|>=|=|<|>|CONTAINS\b|EXISTS\b)\s*(?P<value>'[^']*'|\d+)?\s*"
)
_NUMBERS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """`name relation value`, as `message.sender='akash1…'` or `tx.height>5`."""

    name: str
    relation: str
    value: str

    def holds(self, values: Iterable[str]) -> bool:
        if self.relation == "EXISTS":
            return any(True for _ in values)
        if self.relation == "CONTAINS":
            return any(self.value in value for value in values)
        if self.relation == "=":
            return any(self.value == value for value in values)
        compare = _NUMBERS[self.relation]
        return any(compare(int(value), int(self.value)) for value in values if value.isdigit())


def find(records: Iterable[Record], text: str) -> list[Record]:
    """The transactions for which every condition holds, oldest first."""
    wanted = parse(text)
    return [record for record in records if all(one.holds(_values(record, one.name)) for one in wanted)]


def page(found: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    """One page, from 1 on; raises RestError for one that there is not. Nobody gets more than a hundred."""
    size = min(size, MOST_PER_PAGE)
    pages = max(-(-len(found) // size), 1)
    if not 0 < number <= pages:
        raise RestError(INTERNAL, f"page should be within [1, {pages}] range, given {number}")
    return found[(number - 1) * size : number * size]


def parse(text: str) -> list[Condition]:
    """Raises RestError for what is no query."""
    found = []
    for part in _joined(text):
        match = _CONDITION.fullmatch(part)
        if match is None or (match["value"] is None) == (match["relation"] != "EXISTS"):
            raise RestError(INTERNAL, f"failed to parse query: {text!r}")
        found.append(Condition(match["name"], match["relation"], (match["value"] or "").strip("'")))
    return found


def _joined(text: str) -> list[str]:
    """The parts between ANDs that stand outside of quotes."""
    parts = [""]
    for piece in re.split(r"('[^']*')", text):
        if piece.startswith("'"):
            parts[-1] += piece
            continue
        first, *others = re.split(r"\bAND\b", piece)
        parts[-1] += first
        parts.extend(others)
    return parts


def _values(record: Record, name: str) -> Iterable[str]:
    if name == "tx.height":
        return [str(record.block.height)]
    if name == "tx.hash":
        return [record.tx.hash]
    kind, _, key = name.rpartition(".")
    return [
        value
        for event in record.outcome.events
        if event.type == kind
        for attribute, value in event.attributes
        if attribute == key
    ]
