"""Idempotency records in DynamoDB. Every write is one conditional write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from slipway.adapters.dynamo_faults import translated
from slipway.domain.idempotency import Answer, Record
from slipway.domain.ids import IntentId

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONDITION_FAILED = "ConditionalCheckFailedException"


@translated
class DynamoIdempotency:
    """`IdempotencyStore` on a table with the key `id` and the TTL attribute `expires_at` (epoch seconds)."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def insert(self, record: Record, *, now: datetime) -> Record | None:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(record),
                # DynamoDB deletes expired items within days, not at once
                ConditionExpression="attribute_not_exists(id) OR expires_at <= :now",
                ExpressionAttributeValues={":now": {"N": str(int(now.timestamp()))}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _CONDITION_FAILED:
                raise
            return _record(error.response["Item"])  # type: ignore[typeddict-item]
        return None

    def replace(self, record: Record, *, held_by: str) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(record),
                ConditionExpression="claim = :held_by",
                ExpressionAttributeValues={":held_by": {"S": held_by}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _CONDITION_FAILED:
                raise
            return False
        return True


def _item(record: Record) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": {"S": record.id},
        "fingerprint": {"S": record.fingerprint},
        "intent": {"S": record.intent},
        "claim": {"S": record.claim},
        "running_until": {"S": record.running_until.isoformat()},
        "expires_at": {"N": str(int(record.expires_at.timestamp()))},
    }
    if record.answer is not None:
        item |= {"status": {"N": str(record.answer.status)}, "body": {"S": record.answer.body}}
    return item


def _record(item: dict[str, Any]) -> Record:
    status = item.get("status")
    return Record(
        id=item["id"]["S"],
        fingerprint=item["fingerprint"]["S"],
        intent=IntentId(item["intent"]["S"]),
        claim=item["claim"]["S"],
        running_until=datetime.fromisoformat(item["running_until"]["S"]),
        expires_at=datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC),
        answer=Answer(int(status["N"]), item["body"]["S"]) if status else None,
    )
