"""`LogStore` in DynamoDB: one item an entry, found by its chain and its place in it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from slipway_signing.dynamo_faults import translated
from slipway_signing.signing_log import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_FIELDS: Final = tuple(field.name for field in dataclasses.fields(Entry))


@translated
class DynamoLog:
    """Puts and reads; the signer's role can do nothing else to the table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def last(self, chain: str) -> Entry | None:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="#chain = :chain",
            ExpressionAttributeNames={"#chain": "chain"},
            ExpressionAttributeValues={":chain": {"S": chain}},
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=1,
        )
        return next((_entry(item) for item in answer["Items"]), None)

    def put(self, entry: Entry) -> Entry:
        """A put that was sent twice finds its own entry, and is as good as written."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item={name: _attribute(getattr(entry, name)) for name in _FIELDS},
                ConditionExpression="attribute_not_exists(seq)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as taken:
            return _entry(taken.response["Item"])  # type: ignore[typeddict-item]
        return entry

    def entries(self) -> Iterator[Entry]:
        """All there are, in no order: for an export by the operator."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True):
            yield from (_entry(item) for item in page["Items"])


def _attribute(value: Any) -> AttributeValueTypeDef:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _entry(item: dict[str, AttributeValueTypeDef]) -> Entry:
    values: dict[str, Any] = {
        name: int(item[name]["N"]) if "N" in item[name] else item[name]["S"] for name in _FIELDS
    }
    return Entry(**values)
