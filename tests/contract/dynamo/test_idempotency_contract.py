"""One contract for the idempotency table and for the fake that other tests use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slipway.adapters.dynamo_idempotency import DynamoIdempotency
from slipway.domain.errors import StoreUnavailable
from slipway.domain.idempotency import Answer, Record
from slipway.domain.ids import IntentId

from tests.fakes.idempotency import FakeIdempotency
from tests.fakes.tables import create_idempotency_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_record(claim: str = "first") -> Record:
    return Record(
        id="record",
        fingerprint="same",
        intent=IntentId(f"intent of {claim}"),
        claim=claim,
        running_until=NOON + timedelta(seconds=10),
        expires_at=NOON + timedelta(hours=24),
    )


@pytest.fixture(params=["fake", "dynamo"])
def store(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeIdempotency()
    client = request.getfixturevalue("dynamodb")
    create_idempotency_table(client, "records")
    return DynamoIdempotency(client, "records")


def test_the_first_is_stored_and_later_ones_see_it(store: Any) -> None:
    assert store.insert(a_record("first"), now=NOON) is None

    assert store.insert(a_record("second"), now=NOON) == a_record("first")


def test_an_expired_record_makes_room_before_the_table_forgets_it(store: Any) -> None:
    store.insert(a_record("first"), now=NOON)
    next_day = NOON + timedelta(hours=24)

    assert store.insert(a_record("second"), now=next_day) is None

    assert store.insert(a_record("third"), now=NOON) == a_record("second")


def test_who_holds_the_record_stores_the_answer(store: Any) -> None:
    store.insert(a_record("first"), now=NOON)
    answered = replace(a_record("first"), answer=Answer(201, '{"data":"é"}'))

    assert store.replace(answered, held_by="first")

    assert store.insert(a_record("second"), now=NOON) == answered


def test_who_lost_the_record_stores_nothing(store: Any) -> None:
    store.insert(a_record("first"), now=NOON)
    store.replace(a_record("second"), held_by="first")

    assert not store.replace(replace(a_record("first"), answer=Answer(201, "late")), held_by="first")

    assert store.insert(a_record("third"), now=NOON) == a_record("second")


def test_nothing_is_replaced_where_nothing_is(store: Any) -> None:
    assert not store.replace(a_record(), held_by="first")

    assert store.insert(a_record("second"), now=NOON) is None


def test_the_tables_own_faults_are_not_taken_for_an_answer(dynamodb: DynamoDBClient) -> None:
    store = DynamoIdempotency(dynamodb, "no-such-table")

    with pytest.raises(StoreUnavailable):
        store.insert(a_record(), now=NOON)
    with pytest.raises(StoreUnavailable):
        store.replace(a_record(), held_by="first")
