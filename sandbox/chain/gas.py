"""Gas: what a transaction may use and what each touch of the state costs (Cosmos SDK store/types/gas.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.chain.errors import OUT_OF_GAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.chain.store import KV, Pair

HAS: Final = 1000
DELETE: Final = 1000
READ_FLAT: Final = 1000
READ_PER_BYTE: Final = 3
WRITE_FLAT: Final = 2000
WRITE_PER_BYTE: Final = 30
NEXT_FLAT: Final = 30
UNLIMITED: Final = 2**64 - 1


class GasMeter:
    """Counts gas and stops the transaction at its limit (sdk/11)."""

    def __init__(self, limit: int = UNLIMITED) -> None:
        self.limit = limit
        self.used = 0

    def consume(self, amount: int, location: str) -> None:
        self.used += amount
        if self.used > self.limit:
            raise OUT_OF_GAS.wrap(
                f"out of gas in location: {location}; gasWanted: {self.limit}, gasUsed: {self.used}"
            )


class MeteredStore:
    """A store whose every touch is paid from a meter, by the operation and by the byte."""

    def __init__(self, store: KV, meter: GasMeter) -> None:
        self._store = store
        self._meter = meter

    def get(self, key: bytes) -> bytes | None:
        self._meter.consume(READ_FLAT, "ReadFlat")
        value = self._store.get(key)
        self._meter.consume(READ_PER_BYTE * (len(key) + len(value or b"")), "ReadPerByte")
        return value

    def has(self, key: bytes) -> bool:
        self._meter.consume(HAS, "Has")
        return self._store.get(key) is not None

    def set(self, key: bytes, value: bytes) -> None:
        self._meter.consume(WRITE_FLAT, "WriteFlat")
        self._meter.consume(WRITE_PER_BYTE * (len(key) + len(value)), "WritePerByte")
        self._store.set(key, value)

    def delete(self, key: bytes) -> None:
        self._meter.consume(DELETE, "Delete")
        self._store.delete(key)

    def scan(self, prefix: bytes) -> Iterator[Pair]:
        """Pairs in key order as the state was at the call; each one is paid when it is taken."""
        self._meter.consume(NEXT_FLAT, "IterNextFlat")
        for key, value in list(self._store.scan(prefix)):
            self._meter.consume(NEXT_FLAT, "IterNextFlat")
            self._meter.consume(READ_PER_BYTE * (len(key) + len(value)), "ValuePerByte")
            yield key, value
