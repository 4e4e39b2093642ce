"""One suite for the signing log's store: the fake in memory and DynamoDB (moto)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway_signing.signing_log import Decision, SigningLog, line
from slipway_signing.signing_log_verifying import verify

if TYPE_CHECKING:
    from slipway_signing.signing_log import Entry, LogStore


def append(store: LogStore, subject: str = "one", **about: int) -> Entry:
    decision = Decision("wallet/alice", "signs", subject, "request-1", about)
    return SigningLog(store, lambda: 1_800_000_000_123_456_789).append(decision)


def test_entries_follow_each_other(log: LogStore) -> None:
    first, second = append(log, moved=1), append(log, moved=2)

    assert (first.seq, second.seq, second.prev) == (1, 2, first.hash)
    assert log.last(first.chain) == second
    assert verify([line(first), line(second)]).faults == ()


def test_a_taken_place_shows_who_stands_there(log: LogStore) -> None:
    first = append(log)

    assert log.put(first) == first
    other = append(log, moved=2)
    assert log.put(first) == first
    assert log.last(first.chain) == other


def test_a_chain_that_nobody_wrote_is_empty(log: LogStore) -> None:
    assert log.last("wallet/nobody/0") is None
