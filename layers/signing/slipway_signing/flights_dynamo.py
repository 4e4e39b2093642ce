"""`Flights` in DynamoDB: one item a flight, found by the wallet's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway_signing.dynamo_faults import translated
from slipway_signing.flights import Flight

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


_LANDED: Final = "landed"
"""The sort key of what is no flight: the height of the wallet's last deposit."""


@translated
class DynamoFlights:
    """The sort key is the number and the intent's id, in this order: a number has no `#`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def enter(self, flight: Flight) -> None:
        self._client.put_item(TableName=self._table, Item=_key(flight))

    def leave(self, flight: Flight) -> None:
        self._client.delete_item(TableName=self._table, Key=_key(flight))

    def land(self, flight: Flight, height: int) -> None:
        """The height first: who finds the flight gone must find it."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**_landed(flight.address), "height": {"N": str(height)}},
                ConditionExpression="attribute_not_exists(height) OR height < :height",
                ExpressionAttributeValues={":height": {"N": str(height)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            pass  # a later deposit landed before we came to say so
        self.leave(flight)

    def landed(self, address: str) -> int:
        answer = self._client.get_item(TableName=self._table, Key=_landed(address), ConsistentRead=True)
        return int(answer["Item"]["height"]["N"]) if "Item" in answer else 0

    def of(self, address: str) -> list[Flight]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="address = :address",
            ExpressionAttributeValues={":address": {"S": address}},
            ConsistentRead=True,
        )
        names = (item["flight"]["S"].partition("#") for page in pages for item in page["Items"])
        return [Flight(address, intent_id, number) for number, mark, intent_id in names if mark]


def _landed(address: str) -> dict[str, AttributeValueTypeDef]:
    return {"address": {"S": address}, "flight": {"S": _LANDED}}


def _key(flight: Flight) -> dict[str, AttributeValueTypeDef]:
    return {"address": {"S": flight.address}, "flight": {"S": f"{flight.number}#{flight.intent_id}"}}
