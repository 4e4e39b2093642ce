"""Tables of messages in the key-value store, with indexes that are rewritten whenever a row is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.chain.context import Context


@dataclass(frozen=True, slots=True)
class Index:
    """Rows found by something other than their key: `of(key, row)` is what they are found by."""

    prefix: bytes
    of: Callable[[bytes, Any], bytes]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one message class under one prefix."""

    prefix: bytes
    row: type[Any]
    indexes: tuple[Index, ...] = ()

    def get(self, ctx: Context, key: bytes) -> Any:
        """The row, or None."""
        raw = ctx.store.get(self.prefix + key)
        return None if raw is None else self.row.FromString(raw)

    def has(self, ctx: Context, key: bytes) -> bool:
        return ctx.store.has(self.prefix + key)

    def put(self, ctx: Context, key: bytes, row: Any) -> None:
        """Write the row and its index entries, as the SDK's collections do: old entries out, new ones in."""
        for index in self.indexes:
            self._unlink(ctx, index, key)
            ctx.store.set(index.prefix + index.of(key, row) + key, b"")
        ctx.store.set(self.prefix + key, row.SerializeToString(deterministic=True))

    def remove(self, ctx: Context, key: bytes) -> None:
        for index in self.indexes:
            self._unlink(ctx, index, key)
        ctx.store.delete(self.prefix + key)

    def scan(self, ctx: Context, prefix: bytes = b"") -> Iterator[tuple[bytes, Any]]:
        """Keys and rows whose key starts with `prefix`, in key order."""
        for full, raw in ctx.store.scan(self.prefix + prefix):
            yield full[len(self.prefix) :], self.row.FromString(raw)

    def find(self, ctx: Context, index: Index, value: bytes) -> Iterator[tuple[bytes, Any]]:
        """Keys and rows under `value` of an index, in key order."""
        for full, _ in ctx.store.scan(index.prefix + value):
            key = full[len(index.prefix) + len(value) :]
            if (row := self.get(ctx, key)) is not None:
                yield key, row

    def _unlink(self, ctx: Context, index: Index, key: bytes) -> None:
        """Every index reads the old row for itself, and pays for it."""
        if (old := self.get(ctx, key)) is not None:
            ctx.store.delete(index.prefix + index.of(key, old) + key)


def text_key(text: str) -> bytes:
    """Text inside a longer key: closed by a zero, so that one text is never the beginning of another."""
    return text.encode() + b"\x00"


def number_key(number: int, width: int = 8) -> bytes:
    return number.to_bytes(width, "big")


def moment_in(key: bytes | None, prefix: bytes) -> int | None:
    """The time with which a queue's key begins behind its prefix."""
    return None if key is None else int.from_bytes(key[len(prefix) : len(prefix) + 8], "big")
