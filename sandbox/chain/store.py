"""Key-value stores: the committed state, and branches of it that are written through or thrown away whole."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

Pair = tuple[bytes, bytes]


class KV(Protocol):
    """Bytes under bytes, scanned in key order."""

    def get(self, key: bytes) -> bytes | None: ...
    def set(self, key: bytes, value: bytes) -> None: ...
    def delete(self, key: bytes) -> None: ...
    def scan(self, prefix: bytes) -> Iterable[Pair]: ...
    def first(self, prefix: bytes) -> bytes | None: ...


class Store:
    """The committed state. Keys are kept sorted, so a scan costs what it returns."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self._values = dict(pairs)
        self._keys = sorted(self._values)

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)

    def set(self, key: bytes, value: bytes) -> None:
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def delete(self, key: bytes) -> None:
        if self._values.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def scan(self, prefix: bytes) -> list[Pair]:
        first, last = bisect_left(self._keys, prefix), bisect_left(self._keys, _after(prefix))
        return [(key, self._values[key]) for key in self._keys[first:last]]

    def first(self, prefix: bytes) -> bytes | None:
        """The first key that starts with `prefix`."""
        place = bisect_left(self._keys, prefix)
        found = self._keys[place] if place < len(self._keys) else b""
        return found if found.startswith(prefix) else None

    def pairs(self) -> list[Pair]:
        """Everything, in key order: what is saved."""
        return [(key, self._values[key]) for key in self._keys]


class Journal:
    """A store that is written through, with a note of every change and of what it replaced: one block's."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.changes: dict[bytes, bytes | None] = {}
        self.replaced: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        return self._store.get(key)

    def set(self, key: bytes, value: bytes) -> None:
        self._note(key, value)
        self._store.set(key, value)

    def delete(self, key: bytes) -> None:
        self._note(key, None)
        self._store.delete(key)

    def scan(self, prefix: bytes) -> list[Pair]:
        return self._store.scan(prefix)

    def first(self, prefix: bytes) -> bytes | None:
        return self._store.first(prefix)

    def _note(self, key: bytes, value: bytes | None) -> None:
        if key not in self.changes:
            self.replaced[key] = self._store.get(key)
        self.changes[key] = value


class Branch:
    """Changes laid over a parent; `write` hands them down, dropping the branch undoes them."""

    def __init__(self, parent: KV) -> None:
        self._parent = parent
        self._changes: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        return self._changes[key] if key in self._changes else self._parent.get(key)

    def set(self, key: bytes, value: bytes) -> None:
        self._changes[key] = value

    def delete(self, key: bytes) -> None:
        self._changes[key] = None

    def scan(self, prefix: bytes) -> list[Pair]:
        touched = {key: value for key, value in self._changes.items() if key.startswith(prefix)}
        below = self._parent.scan(prefix)
        if not touched:
            return list(below)
        merged = {key: value for key, value in below if key not in touched}
        merged.update({key: value for key, value in touched.items() if value is not None})
        return sorted(merged.items())

    def first(self, prefix: bytes) -> bytes | None:
        return next((key for key, _ in self.scan(prefix)), None)

    def write(self) -> None:
        """Hand the changes to the parent."""
        for key, value in self._changes.items():
            if value is None:
                self._parent.delete(key)
            else:
                self._parent.set(key, value)
        self._changes = {}


def _after(prefix: bytes) -> bytes:
    """The first key behind all that start with `prefix`; no key of ours starts with 0xff alone."""
    trimmed = prefix.rstrip(b"\xff")
    return trimmed[:-1] + bytes([trimmed[-1] + 1]) if trimmed else b"\xff" * 64
