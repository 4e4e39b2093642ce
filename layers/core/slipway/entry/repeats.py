"""Idempotency-Key at the edge: reading it, and deciding which answers a repeat gets."""

from __future__ import annotations

import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import TransactionExpired
from slipway.domain.idempotency import Answer, Record
from slipway.entry import proxy
from slipway.entry.problems import Problem, Refused, problem_of
from slipway.services import idempotency
from slipway.services.idempotency import KEPT_FOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from slipway.domain.ids import IntentId, UserId
    from slipway.services.idempotency import IdempotencyStore

CHANGING: Final = ("POST", "PUT", "PATCH", "DELETE")
_KEY: Final = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
"""1 to 255 printable ASCII characters; UUIDs are usual."""

KEY_INVALID: Final = Problem(
    400,
    "Bad Idempotency-Key",
    message="Idempotency-Key must be 1 to 255 printable ASCII characters",
    reason="idempotency_key_invalid",
)


def idempotency_key(call: proxy.Call) -> str | None:
    """The key of a changing request. Raises Refused."""
    key = call.headers.get("idempotency-key")
    if key is None or call.method not in CHANGING:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(KEY_INVALID)
    return key


@dataclass(frozen=True, slots=True)
class Repeats:
    """The records of one endpoint. `failure` is what it puts before refusals of the chain."""

    store: IdempotencyStore
    now: Callable[[], datetime]
    failure: str | None

    def begin(self, call: proxy.Call, key: str, *, user: UserId, intent: IntentId, seconds: float) -> Record:
        """Claim the key for the `seconds` that this invocation may still live.

        Raises IdempotencyKeyReused, IdempotentRequestRunning.
        """
        now = self.now()
        wanted = Record(
            id=idempotency.record_id(user, call.method, call.route, key),
            fingerprint=idempotency.fingerprint(call.path, call.query, call.body),
            intent=intent,
            claim=str(uuid.uuid4()),
            running_until=now + timedelta(seconds=seconds),
            expires_at=now + KEPT_FOR,
        )
        return idempotency.claim(self.store, wanted, now=now)

    @contextmanager
    def attempt(self, record: Record, request_id: str, *, next_intent: IntentId) -> Iterator[None]:
        """Keep a definite refusal as the answer; after any other error the record stays open."""
        try:
            yield
        except Exception as error:
            problem = problem_of(error, failure=self.failure)
            if problem.is_definite:
                answer = Answer(problem.status, proxy.dumps(problem.body(request_id)))
                idempotency.finish(self.store, record, answer, now=self.now())
            else:
                again = next_intent if isinstance(error, TransactionExpired) else None
                idempotency.leave_open(self.store, record, now=self.now(), next_intent=again)
            raise

    def finish(self, record: Record, answer: Answer | None) -> None:
        """Keep the answer; None where it must not be kept."""
        if answer is None:
            idempotency.leave_open(self.store, record, now=self.now())
        else:
            idempotency.finish(self.store, record, answer, now=self.now())
