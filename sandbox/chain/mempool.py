"""Transactions that wait for a block, and which ones a node has seen (CometBFT's mempool and its cache)."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from sandbox.chain.errors import IN_MEMPOOL, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.chain.transaction import Transaction

CACHE_SIZE: Final = 10_000
"""Hashes that are remembered, as CometBFT's cache_size: the same bytes are refused for as long."""
MOST_WAITING: Final = 5_000
"""As CometBFT's mempool size; a chain that cannot keep up must say so instead of growing."""
FULL: Final = Refusal("sdk", 20, "mempool is full")


class Mempool:
    """Waiting transactions in the order of their arrival."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Transaction] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def see(self, digest: str) -> None:
        """Note a transaction that arrived. Raises sdk/19 when it has been seen, sdk/20 without room."""
        if digest in self._seen:
            raise IN_MEMPOOL.error()
        if len(self._waiting) >= MOST_WAITING:
            raise FULL.error()
        self._seen[digest] = None
        if len(self._seen) > CACHE_SIZE:
            self._seen.popitem(last=False)

    def add(self, tx: Transaction) -> None:
        self._waiting[tx.hash] = tx

    def forget(self, digest: str) -> None:
        """A refused transaction may be sent again."""
        self._seen.pop(digest, None)
        self._waiting.pop(digest, None)

    def take(self, most: int) -> list[Transaction]:
        """Remove and return the next block's transactions."""
        return [self._waiting.popitem(last=False)[1] for _ in range(min(most, len(self._waiting)))]

    def waiting(self) -> list[Transaction]:
        return list(self._waiting.values())

    def remember(self, digests: Iterable[str]) -> None:
        """Included transactions of an earlier run of the node."""
        for digest in digests:
            self._seen[digest] = None
