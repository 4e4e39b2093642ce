"""What the chain remembers of its past: recent blocks and transactions."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.chain.blocks import Block, Record
    from sandbox.chain.context import Event

KEPT_BLOCKS: Final = 10_000
"""Nearly three hours of 1 s blocks: nobody asks for older ones, and a chain must not grow for ever."""
KEPT_RECORDS: Final = 5_000
"""A transaction with its events takes some 10 kB, so about 50 MB at the most."""


class History:
    """Blocks by height and transactions by hash, the oldest forgotten first."""

    def __init__(self, blocks: Iterable[Block] = (), records: Iterable[Record] = ()) -> None:
        self._blocks: OrderedDict[int, Block] = OrderedDict()
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._events: dict[int, tuple[Event, ...]] = {}
        for block in blocks:
            self.add_block(block)
        for record in records:
            self.add_record(record)

    def add_block(self, block: Block, events: tuple[Event, ...] = ()) -> None:
        """`events` are of no transaction: what the block's beginning and end did."""
        self._blocks[block.height] = block
        if events:
            self._events[block.height] = events
        if len(self._blocks) > KEPT_BLOCKS:
            height, _ = self._blocks.popitem(last=False)
            self._events.pop(height, None)

    def add_record(self, record: Record) -> None:
        self._records[record.tx.hash] = record
        if len(self._records) > KEPT_RECORDS:
            self._records.popitem(last=False)

    def block(self, height: int) -> Block | None:
        return self._blocks.get(height)

    def events(self, height: int) -> tuple[Event, ...]:
        """A block's own events; those from before a restart are forgotten."""
        return self._events.get(height, ())

    def record(self, digest: str) -> Record | None:
        return self._records.get(digest)

    def records(self) -> Iterator[Record]:
        """Oldest first."""
        return iter(self._records.values())

    @property
    def first_height(self) -> int:
        return next(iter(self._blocks), 0)
