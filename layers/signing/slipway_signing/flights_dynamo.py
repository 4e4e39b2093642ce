"""`Flights` in DynamoDB: one item a flight, found by the wallet's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway_signing.dynamo_faults import translated
from slipway_signing.flights import Flight

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


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

    def of(self, address: str) -> list[Flight]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="address = :address",
            ExpressionAttributeValues={":address": {"S": address}},
            ConsistentRead=True,
        )
        names = (item["flight"]["S"].partition("#") for page in pages for item in page["Items"])
        return [Flight(address, intent_id, number) for number, _, intent_id in names]


def _key(flight: Flight) -> dict[str, AttributeValueTypeDef]:
    return {"address": {"S": flight.address}, "flight": {"S": f"{flight.number}#{flight.intent_id}"}}
