"""Pages of Akash's own lists: by state, with keys that carry the states, the place and whose rows they are.

A key is a CRC-32 of what follows it: the states, a prefix, the next row's key, and a mark that says whose
rows the page goes through, each behind its length (node util/query). `total` is what the page holds.
"""

from __future__ import annotations

from binascii import crc32
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.chain.rest.router import in_order, page_json
from sandbox.chain.rest.status import INVALID_ARGUMENT, RestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.chain.rest.router import Json, PageRequest, Query

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: the states it goes through, the key of its first row, and whose rows they are."""

    states: tuple[int, ...]
    prefix: bytes
    key: bytes
    mark: bytes = b""

    def encode(self) -> bytes:
        parts = [bytes(self.states), self.prefix, self.key, *([self.mark] if self.mark else [])]
        data = b"".join(bytes([len(part)]) + part for part in parts)
        return crc32(data).to_bytes(4, "big") + data

    @classmethod
    def decode(cls, raw: bytes) -> Place:
        """Raises RestError for a key that no page gave out."""
        checksum, data = int.from_bytes(raw[:4], "big"), raw[4:]
        if not data:
            raise RestError(INVALID_ARGUMENT, "pagination: invalid key: invalid key length")
        if crc32(data) != checksum:
            found = f"0x{checksum:08x} != 0x{crc32(data):08x}"
            raise RestError(INVALID_ARGUMENT, f"pagination: invalid key: invalid checksum, {found}")
        states, prefix, key, *mark = _parts(data)
        return cls(tuple(states), prefix, key, b"".join(mark[:1]))


@dataclass(frozen=True, slots=True)
class Section:
    """Rows, by key in order, of one stretch of a list, and the states still to go through from there."""

    states: tuple[int, ...]
    rows: Iterable[tuple[bytes, Any]]


def states_of(query: Query, name: str, kind: Any, page: PageRequest) -> tuple[int, ...]:
    """The states in a page's key, the one that a filter names, or all. Refuses a word that is no state."""
    if page.key is not None:
        return Place.decode(page.key).states
    named = query.text(name)
    if not named:
        return tuple(number for number in kind.values() if number)
    if named not in kind.keys() or not kind.Value(named):  # noqa: SIM118  an enum wrapper is no mapping
        raise RestError(INVALID_ARGUMENT, "invalid state value")
    return (kind.Value(named),)


def check_offset(page: PageRequest, query: Query) -> None:
    if page.offset and not query.text("filters.state"):
        raise RestError(
            INVALID_ARGUMENT,
            "invalid request parameters. if offset is set, filter.state must be provided",
        )


def page_of(
    sections: Iterable[Section], page: PageRequest, place_at: Callable[[Section, bytes], Place]
) -> tuple[list[Any], Json]:
    """One page: section after section until it is full. Its key leads into the section it ended in.

    A page found by its key begins in the first section, and skips its offset all the same.
    """
    start = None if page.key is None else Place.decode(page.key).key
    found: list[Any] = []
    skipped = page.offset
    for section in sections:
        for key, row in in_order(section.rows, start, reverse=page.reverse):
            if skipped:
                skipped -= 1
            elif len(found) == page.size:
                return found, page_json(place_at(section, key).encode(), len(found))
            else:
                found.append(row)
        start = None
    return found, page_json(None, len(found))


def _parts(data: bytes) -> list[bytes]:
    parts = []
    while data:
        size = data[0]
        if len(data) <= size:
            raise RestError(INVALID_ARGUMENT, "pagination: invalid key: invalid state length")
        parts.append(data[1 : 1 + size])
        data = data[1 + size :]
    if len(parts) < 3 or not all(parts):
        raise RestError(INVALID_ARGUMENT, "pagination: invalid key: invalid state length")
    return parts
