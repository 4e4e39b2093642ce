"""`IntentStore` in DynamoDB."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from slipway_signing.intents import Intent, Overtaken

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_JSON_FIELDS: Final = frozenset({"error", "former_hashes"})
_FIELDS: Final = tuple(field.name for field in dataclasses.fields(Intent))


class DynamoIntents:
    """One item an intent; attribute names are the field names, absent where empty."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, intent: Intent) -> Intent:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(intent),
                ConditionExpression="attribute_not_exists(intent_id)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            stored = self.get(intent.intent_id)
            if stored is None:
                raise Overtaken from None
            return stored
        return intent

    def get(self, intent_id: str) -> Intent | None:
        answer = self._client.get_item(
            TableName=self._table, Key={"intent_id": {"S": intent_id}}, ConsistentRead=True
        )
        return _intent(answer["Item"]) if "Item" in answer else None

    def advance(self, after: Intent) -> Intent:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(after),
                ConditionExpression="#version = :before",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":before": {"N": str(after.version - 1)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise Overtaken from None
        return after


def _item(intent: Intent) -> dict[str, AttributeValueTypeDef]:
    fields = {name: getattr(intent, name) for name in _FIELDS}
    return {name: _attribute(name, value) for name, value in fields.items() if value not in (None, b"", ())}


def _attribute(name: str, value: Any) -> AttributeValueTypeDef:
    if name in _JSON_FIELDS:
        return {"S": json.dumps(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def _intent(item: dict[str, AttributeValueTypeDef]) -> Intent:
    stored = {name: _value(name, attribute) for name, attribute in item.items() if name in _FIELDS}
    return Intent(**{"user_id": None, "deposit_max": None, **stored})


def _value(name: str, attribute: AttributeValueTypeDef) -> Any:
    if "N" in attribute:
        return int(attribute["N"])
    if "BOOL" in attribute:
        return attribute["BOOL"]
    if "B" in attribute:
        return bytes(attribute["B"])
    text = attribute["S"]
    if name == "former_hashes":
        return tuple(json.loads(text))
    return json.loads(text) if name in _JSON_FIELDS else text
