"""The signer's stores in memory: what DynamoDB does in one conditional write is done under one lock."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from slipway_signing.books import Applied, Book, BookMoved
from slipway_signing.intents import Intent, Overtaken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway_signing.flights import Flight
    from slipway_signing.signing_log import Entry
    from slipway_signing.wallets import State, WalletRow


class MemoryIntents:
    """`IntentStore` in memory; `sums` are the budgets' (by key: in all, and by day)."""

    def __init__(self) -> None:
        self.rows: dict[str, Intent] = {}
        self.sums: dict[tuple[str, str], int] = {}
        self._lock = threading.RLock()

    def open(self, intent: Intent) -> Intent:
        with self._lock:
            return self.rows.setdefault(intent.intent_id, intent)

    def get(self, intent_id: str) -> Intent | None:
        return self.rows.get(intent_id)

    def advance(self, after: Intent) -> Intent:
        with self._lock:
            stored = self.rows.get(after.intent_id)
            if stored is None or stored.version != after.version - 1:
                raise Overtaken
            self.rows[after.intent_id] = after
            return after

    def count(self, after: Intent) -> Intent:
        assert after.budget is not None
        assert after.counted is not None
        key, day = after.budget.key_id, after.counted.day
        with self._lock:
            if self.rows[after.intent_id].version == after.version - 1:
                spent, today = self.sums.get((key, ""), 0), self.sums.get((key, day), 0)
                after.budget.must_cover(after.counted.amount, spent=spent, spent_today=today)
            stored = self.advance(after)
            self._add(after, after.counted.amount)
            return stored

    def release(self, after: Intent) -> Intent:
        assert after.counted is not None
        with self._lock:
            stored = self.advance(after)
            self._add(after, -after.counted.amount)
            return stored

    def unfinished(self, *, before: str, limit: int) -> list[Intent]:
        found = [one for one in self.rows.values() if not one.ended and one.created_at < before]
        return sorted(found, key=lambda one: one.created_at)[:limit]

    def _add(self, after: Intent, amount: int) -> None:
        assert after.budget is not None
        assert after.counted is not None
        for day in ("", after.counted.day):
            name = (after.budget.key_id, day)
            self.sums[name] = self.sums.get(name, 0) + amount


class MemoryLog:
    """`LogStore` in memory."""

    def __init__(self) -> None:
        self.chains: dict[str, list[Entry]] = {}
        self._lock = threading.Lock()

    def last(self, chain: str) -> Entry | None:
        return next(reversed(self.chains.get(chain, [])), None)

    def put(self, entry: Entry) -> Entry:
        with self._lock:
            chain = self.chains.setdefault(entry.chain, [])
            if entry.seq <= len(chain):
                return chain[entry.seq - 1]
            assert entry.seq == len(chain) + 1, "a gap"
            chain.append(entry)
            return entry

    @property
    def entries(self) -> list[Entry]:
        return [entry for chain in self.chains.values() for entry in chain]


class MemoryWallets:
    """`WalletStore` in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, WalletRow] = {}
        self.claims: dict[str, int] = {}
        self.owners: dict[str, str] = {}

    def get(self, user_id: str) -> WalletRow | None:
        return self.rows.get(user_id)

    def open(self, row: WalletRow) -> WalletRow:
        self.owners[row.address] = row.user_id
        return self.rows.setdefault(row.user_id, row)

    def owner_of(self, address: str) -> str | None:
        return self.owners.get(address)

    def all(self) -> Iterator[WalletRow]:
        yield from list(self.rows.values())

    def change_state(self, user_id: str, *, before: State, after: State) -> bool:
        row = self.rows.get(user_id)
        if row is None or row.state != before:
            return False
        self.rows[user_id] = replace(row, state=after)
        return True

    def rekey(self, row: WalletRow) -> bool:
        self.owners[row.address] = row.user_id
        former = self.rows.get(row.user_id)
        if former is None or former.state != "moving" or former.generation != row.generation - 1:
            return False
        self.rows[row.user_id] = row
        return True

    def claim_opening(self, user_id: str, *, now: int, lasts: int) -> bool:
        if self.claims.get(user_id, now) > now:
            return False
        self.claims[user_id] = now + lasts
        return True

    def mark_ready(self, user_id: str) -> None:
        self.change_state(user_id, before="opening", after="ready")

    def next_opening(self, user_id: str, *, failed: int) -> None:
        row = self.rows[user_id]
        if row.opening_attempt == failed:
            self.rows[user_id] = replace(row, opening_attempt=failed + 1)

    def mark_first_tx(self, user_id: str, height: int) -> None:
        row = self.rows.get(user_id)
        if row is not None and row.first_tx_height is None:
            self.rows[user_id] = replace(row, first_tx_height=height)


class MemoryFlights:
    """`Flights` in memory."""

    def __init__(self) -> None:
        self.there: set[Flight] = set()
        self.heights: dict[str, int] = {}

    def enter(self, flight: Flight) -> None:
        self.there.add(flight)

    def leave(self, flight: Flight) -> None:
        self.there.discard(flight)

    def land(self, flight: Flight, height: int) -> None:
        self.heights[flight.address] = max(height, self.landed(flight.address))
        self.leave(flight)

    def landed(self, address: str) -> int:
        return self.heights.get(address, 0)

    def of(self, address: str) -> list[Flight]:
        return [flight for flight in list(self.there) if flight.address == address]


class MemoryBooks:
    """`Books` in memory."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.done: dict[str, Applied] = {}
        self._lock = threading.RLock()

    def of(self, address: str) -> Book | None:
        return self.books.get(address)

    def write(self, after: Book) -> Book:
        with self._lock:
            stored = self.books.get(after.address)
            if (stored.version if stored else 0) != after.version - 1:
                raise BookMoved
            self.books[after.address] = after
            return after

    def close(self, after: Book, applied: Applied) -> None:
        with self._lock:
            self.write(after)
            self.done[applied.change_id] = applied

    def applied(self, change_id: str) -> Applied | None:
        return self.done.get(change_id)

    def open_books(self) -> Iterator[Book]:
        yield from [book for book in self.books.values() if book.is_open]
