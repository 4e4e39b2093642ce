"""Pages of Akash's own lists: by state, with keys that carry the states, the place and what was filtered by.

A key is a CRC-32 of what follows it: the states, a prefix, the next row's key, and a byte that says whose
rows the page goes through, each behind its length (node util/query). `total` is what the page holds.
"""

from __future__ import annotations

from binascii import crc32
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sandbox.chain.rest.router import page_json, take
from sandbox.chain.rest.status import INVALID_ARGUMENT, RestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.chain.rest.router import Json, PageRequest, Query

Row = TypeVar("Row")
EVERYBODY: Final = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: the states it goes through, the key of its first row, and whose rows they are."""

    states: tuple[int, ...]
    prefix: bytes
    key: bytes
    owner: int = EVERYBODY

    def encode(self) -> bytes:
        parts = [bytes(self.states), self.prefix, self.key]
        if self.owner:
            parts.append(bytes([self.owner]))
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
        states, prefix, key, *owner = _parts(data)
        return cls(tuple(states), prefix, key, owner[0][0] if owner else EVERYBODY)


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
    rows: Iterable[tuple[bytes, Row]],
    page: PageRequest,
    states: tuple[int, ...],
    owner: int,
    state_of: Callable[[Row], int],
) -> tuple[list[Row], Json]:
    """One page of (key, row) in key order, of the rows whose state is among those asked for."""
    if page.key is not None:
        place = Place.decode(page.key)
        owner, page = place.owner, replace(page, key=place.key)
    wanted = ((key, row) for key, row in rows if state_of(row) in states)
    found, following = take(wanted, page)
    if following is not None:
        following = Place(states, bytes(states[:1]), following, owner).encode()
    return found, page_json(following, len(found))


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
