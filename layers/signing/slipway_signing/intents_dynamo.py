"""`IntentStore` in DynamoDB: the intents' table, and the sums of the API keys beside it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.budget import TOTAL_SUM, day_sum

from slipway_signing.budgets import Budget, Counted
from slipway_signing.dynamo_faults import translated
from slipway_signing.flights import Flight
from slipway_signing.intents import Intent, Overtaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

UNFINISHED: Final = "unfinished"
"""The index of intents that have not ended: those that have the attribute of this name."""

_FIELDS: Final = tuple(field.name for field in dataclasses.fields(Intent))
_FROM_JSON: Final[dict[str, Callable[[Any], Any]]] = {
    "error": lambda found: found,
    "former_hashes": tuple,
    "budget": lambda found: Budget(**found),
    "counted": lambda found: Counted(**found),
    "flight": lambda found: Flight(**found),
}
"""Fields that are kept as JSON text, and what makes them of it."""


@translated
class DynamoIntents:
    """One item an intent; attribute names are the field names, absent where empty.

    In the budgets' table an item a key: a sum in all, and one a day (`slipway.domain.budget` names them).
    """

    def __init__(self, client: DynamoDBClient, table: str, budgets_table: str) -> None:
        self._client = client
        self._table = table
        self._budgets = budgets_table

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

    def count(self, after: Intent) -> Intent:
        budget, counted = _budgeted(after)
        if self._both(after, self._adding(budget, counted)):
            return after
        # The refusal's numbers are read afterwards: another intent may have ended since and made room.
        budget.must_cover(counted.amount, **self._spent(budget.key_id, counted.day))
        raise Overtaken

    def release(self, after: Intent) -> Intent:
        budget, counted = _budgeted(after)
        self._both(after, self._sum(budget.key_id, counted.day, -counted.amount))
        return after

    def unfinished(self, *, before: str, limit: int) -> list[Intent]:
        answer = self._client.query(
            TableName=self._table,
            IndexName=UNFINISHED,
            KeyConditionExpression="#unfinished = :yes AND created_at < :before",
            ExpressionAttributeNames={"#unfinished": UNFINISHED},
            ExpressionAttributeValues={":yes": {"S": "1"}, ":before": {"S": before}},
            Limit=limit,
        )
        found = (self.get(item["intent_id"]["S"]) for item in answer["Items"])
        return [intent for intent in found if intent is not None and not intent.ended]

    def _both(self, after: Intent, update: UpdateTypeDef) -> bool:
        """Whether both were written; False where the sum's condition stood against it. Raises Overtaken,
        also where another transaction on the same sum was quicker."""
        put: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": _item(after),
                "ConditionExpression": "#version = :before",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":before": {"N": str(after.version - 1)}},
            }
        }
        try:
            self._client.transact_write_items(TransactItems=[put, {"Update": update}])
        except self._client.exceptions.TransactionCanceledException as cancelled:
            intent_s, sum_s = (one.get("Code", "None") for one in cancelled.response["CancellationReasons"])
            if intent_s == "None" and sum_s == "ConditionalCheckFailed":
                return False
            raise Overtaken from None
        return True

    def _adding(self, budget: Budget, counted: Counted) -> UpdateTypeDef:
        """The sum with its conditions. A limit that the amount alone exceeds leaves no room at all."""
        update = self._sum(budget.key_id, counted.day, counted.amount)
        values = dict(update["ExpressionAttributeValues"])
        conditions = []
        for name, place, limit in (
            ("#spent", ":room", budget.total),
            ("#day", ":room_today", budget.per_day),
        ):
            if limit is not None:
                values[place] = {"N": str(limit - counted.amount)}
                empty = f" OR attribute_not_exists({name})" if counted.amount <= limit else ""
                conditions.append(f"({name} <= {place}{empty})")
        if conditions:
            update["ConditionExpression"] = " AND ".join(conditions)
        update["ExpressionAttributeValues"] = values
        return update

    def _sum(self, key_id: str, day: str, amount: int) -> UpdateTypeDef:
        return {
            "TableName": self._budgets,
            "Key": {"key_id": {"S": key_id}},
            "UpdateExpression": "ADD #spent :amount, #day :amount",
            "ExpressionAttributeNames": {"#spent": TOTAL_SUM, "#day": day_sum(day)},
            "ExpressionAttributeValues": {":amount": {"N": str(amount)}},
        }

    def _spent(self, key_id: str, day: str) -> dict[str, int]:
        answer = self._client.get_item(
            TableName=self._budgets, Key={"key_id": {"S": key_id}}, ConsistentRead=True
        )
        sums = answer.get("Item", {})
        of = {"spent": TOTAL_SUM, "spent_today": day_sum(day)}
        return {name: int(sums[place]["N"]) if place in sums else 0 for name, place in of.items()}


def _budgeted(after: Intent) -> tuple[Budget, Counted]:
    if after.budget is None or after.counted is None:
        raise ValueError("an intent without a budget counts nothing")
    return after.budget, after.counted


def _item(intent: Intent) -> dict[str, AttributeValueTypeDef]:
    fields = {name: getattr(intent, name) for name in _FIELDS}
    item = {
        name: _attribute(name, value) for name, value in fields.items() if value not in (None, b"", "", ())
    }
    return item if intent.ended else {**item, UNFINISHED: {"S": "1"}}


def _attribute(name: str, value: Any) -> AttributeValueTypeDef:
    if name in _FROM_JSON:
        return {"S": json.dumps(dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value)}  # type: ignore[arg-type]
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
    return _FROM_JSON[name](json.loads(text)) if name in _FROM_JSON else text
