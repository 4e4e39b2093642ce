"""What is remembered of a request that came with an Idempotency-Key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import IntentId


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was answered."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Record:
    """`claim` names the invocation that holds the record until `running_until`; `answer` comes at the end."""

    id: str
    fingerprint: str
    intent: IntentId
    claim: str
    running_until: datetime
    expires_at: datetime
    answer: Answer | None = None
