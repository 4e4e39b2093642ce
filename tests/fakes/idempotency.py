"""Idempotency records in memory: passes the same contract as the table (tests/contract/dynamo)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.idempotency import Record


class FakeIdempotency:
    """`IdempotencyStore`."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}

    def insert(self, record: Record, *, now: datetime) -> Record | None:
        found = self.records.get(record.id)
        if found is not None and found.expires_at > now:
            return found
        self.records[record.id] = record
        return None

    def replace(self, record: Record, *, held_by: str) -> bool:
        found = self.records.get(record.id)
        if found is None or found.claim != held_by:
            return False
        self.records[record.id] = record
        return True
