"""Idempotency-Key: the same request again gets the same answer, and nothing happens twice.

A record is kept for 24 hours under user, method, route and key. It holds the intent id that the first request
got: a request that died half-way is taken up again with the same intent, so no transaction is made twice.
Only definite outcomes are kept; after any other the record stays open for a repeat. An intent that expired on
chain can never land, so the next repeat gets a new one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from slipway.domain.errors import IdempotencyKeyReused, IdempotentRequestRunning

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.idempotency import Answer, Record
    from slipway.domain.ids import IntentId, UserId

KEPT_FOR: Final = timedelta(hours=24)
"""Clients retry for minutes; a day covers an outage of theirs, and the table forgets by itself."""

MAX_ANSWER_BYTES: Final = 350_000
"""A DynamoDB item ends at 400 KB. A longer answer is not kept: a repeat runs again, with the same intent."""

_JOINT: Final = "\x1f"
"""Stands in no method, route or printable key, so no two different names join to the same text."""


class IdempotencyStore(Protocol):
    def insert(self, record: Record, *, now: datetime) -> Record | None:
        """Store the record if none is there or the one there has expired. Returns the one in the way."""
        ...

    def replace(self, record: Record, *, held_by: str) -> bool:
        """Store the record if the one there still has the claim `held_by`."""
        ...


def record_id(user: UserId, method: str, route: str, key: str) -> str:
    return hashlib.sha256(_JOINT.join((user, method, route, key)).encode()).hexdigest()


def fingerprint(path: dict[str, str], query: dict[str, list[str]], body: bytes) -> str:
    """Tells whether a repeat is the same request. Only this hash is kept of the body."""
    target = json.dumps([path, query], sort_keys=True)
    return hashlib.sha256(target.encode() + b"\0" + body).hexdigest()


def claim(store: IdempotencyStore, wanted: Record, *, now: datetime) -> Record:
    """The record to work under, or one that has its answer already.

    Raises IdempotencyKeyReused, IdempotentRequestRunning.
    """
    found = store.insert(wanted, now=now)
    if found is None:
        return wanted
    if found.fingerprint != wanted.fingerprint:
        raise IdempotencyKeyReused
    if found.answer is not None:
        return found
    if found.running_until > now:
        raise IdempotentRequestRunning
    taken = replace(found, claim=wanted.claim, running_until=wanted.running_until)
    if not store.replace(taken, held_by=found.claim):
        raise IdempotentRequestRunning  # another repeat took it in the same moment
    return taken


def finish(store: IdempotencyStore, record: Record, answer: Answer, *, now: datetime) -> None:
    """Keep the answer. Without effect where this invocation overran and another took the record."""
    if len(answer.body.encode()) > MAX_ANSWER_BYTES:
        leave_open(store, record, now=now)
    else:
        store.replace(replace(record, answer=answer), held_by=record.claim)


def leave_open(
    store: IdempotencyStore, record: Record, *, now: datetime, next_intent: IntentId | None = None
) -> None:
    """Let the next repeat run at once; with `next_intent`, as an attempt of its own."""
    intent = next_intent or record.intent
    store.replace(replace(record, intent=intent, running_until=now), held_by=record.claim)
