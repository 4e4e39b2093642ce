"""A chain on disk: one SQLite file that gets every block's changes in one transaction."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain.app import Chain
from sandbox.chain.blocks import Block, Record
from sandbox.chain.context import Event
from sandbox.chain.execution import Outcome
from sandbox.chain.genesis import Genesis
from sandbox.chain.history import KEPT_BLOCKS, KEPT_RECORDS, History
from sandbox.chain.store import Store
from sandbox.chain.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sandbox.chain.app import Commit

FILE: Final = "chain.sqlite"
LOCK_SECONDS: Final = 1.0
"""How long to wait for a process that is just ending."""
_TABLES: Final = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS genesis (text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pairs (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY, height INTEGER NOT NULL, raw BLOB NOT NULL, outcome TEXT NOT NULL
);
"""


class Storage:
    """The file of one chain in a folder."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def open(cls, folder: Path) -> Storage:
        """Raises sqlite3.OperationalError when another process has it open."""
        folder.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(folder / FILE, isolation_level=None, timeout=LOCK_SECONDS)
        try:
            database.executescript(_TABLES)
        except sqlite3.Error:
            database.close()
            raise
        return cls(database)

    def load(self) -> Chain | None:
        """The chain as it was saved, None when nothing was."""
        found = self._database.execute("SELECT text FROM genesis").fetchone()
        if found is None:
            return None
        blocks = {
            height: _read_block(height, text)
            for height, text in self._database.execute("SELECT height, text FROM blocks ORDER BY height")
        }
        rows = self._database.execute("SELECT height, raw, outcome FROM records ORDER BY number")
        records = [
            Record(Transaction.decode(raw), blocks[height], _read_outcome(text))
            for height, raw, text in rows
            if height in blocks
        ]
        store = Store(self._database.execute("SELECT key, value FROM pairs"))
        tip = blocks[max(blocks)]
        return Chain(Genesis.of(json.loads(found[0])), store, tip, History(blocks.values(), records))

    def start(self, chain: Chain) -> None:
        """Write a new chain whole."""
        with self._database as database:
            database.execute("BEGIN")
            database.execute("INSERT INTO genesis VALUES (?)", (json.dumps(chain.genesis.raw),))
            database.executemany("INSERT INTO pairs VALUES (?, ?)", chain.store.pairs())
            self._add_block(chain.tip)

    def save(self, commits: Iterable[Commit]) -> None:
        """Write blocks and what they changed: all of it or, after a crash, nothing."""
        height = None
        with self._database as database:
            database.execute("BEGIN")
            for commit in commits:
                self._change(commit)
                self._add_block(commit.block)
                height = commit.block.height
            if height is not None:
                self._forget_before(height)

    def close(self) -> None:
        self._database.close()

    def _change(self, commit: Commit) -> None:
        if not commit.is_eventful:
            return
        written = [(key, value) for key, value in commit.changes.items() if value is not None]
        gone = [(key,) for key, value in commit.changes.items() if value is None]
        self._database.executemany("INSERT OR REPLACE INTO pairs VALUES (?, ?)", written)
        self._database.executemany("DELETE FROM pairs WHERE key = ?", gone)
        self._database.executemany(
            "INSERT INTO records (height, raw, outcome) VALUES (?, ?, ?)",
            ((commit.block.height, each.tx.raw, _outcome_text(each.outcome)) for each in commit.records),
        )

    def _add_block(self, block: Block) -> None:
        self._database.execute("INSERT INTO blocks VALUES (?, ?)", (block.height, _block_text(block)))

    def _forget_before(self, height: int) -> None:
        self._database.execute("DELETE FROM blocks WHERE height <= ?", (height - KEPT_BLOCKS,))
        self._database.execute(
            "DELETE FROM records WHERE number <= (SELECT max(number) FROM records) - ?", (KEPT_RECORDS,)
        )


def _block_text(block: Block) -> str:
    return json.dumps(
        {
            "time": block.time,
            "txs": [_text(tx) for tx in block.txs],
            "app_hash": _text(block.app_hash),
            "previous": _text(block.previous),
        }
    )


def _read_block(height: int, text: str) -> Block:
    found = json.loads(text)
    return Block(
        height=height,
        time=found["time"],
        txs=tuple(b64decode(tx) for tx in found["txs"]),
        app_hash=b64decode(found["app_hash"]),
        previous=b64decode(found["previous"]),
    )


def _outcome_text(outcome: Outcome) -> str:
    found: dict[str, Any] = {
        "gas_wanted": outcome.gas_wanted,
        "gas_used": outcome.gas_used,
        "codespace": outcome.codespace,
        "code": outcome.code,
        "text": outcome.text,
        "data": _text(outcome.data),
        "events": [[event.type, event.attributes] for event in outcome.events],
    }
    return json.dumps(found)


def _read_outcome(text: str) -> Outcome:
    found = json.loads(text)
    events = ((kind, tuple((key, value) for key, value in pairs)) for kind, pairs in found.pop("events"))
    data = b64decode(found.pop("data"))
    return Outcome(**found, data=data, events=tuple(Event(kind, pairs) for kind, pairs in events))


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
