"""`Books` in DynamoDB: books and done changes in one table, told apart by the first letters of their keys."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from slipway_signing.books import Applied, Book, BookMoved, Change
from slipway_signing.dynamo_faults import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutTypeDef


OPEN: Final = "open"
"""The index of books that are not at rest: those that have the attribute of this name."""


@translated
class DynamoBooks:
    """A book has the attribute `open` while it is that, and is found by it."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def of(self, address: str) -> Book | None:
        answer = self._client.get_item(
            TableName=self._table, Key=_key(f"book#{address}"), ConsistentRead=True
        )
        return _book(answer["Item"]) if "Item" in answer else None

    def write(self, after: Book) -> Book:
        put = self._put(after)
        try:
            self._client.put_item(**put)
        except self._client.exceptions.ConditionalCheckFailedException:
            raise BookMoved from None
        return after

    def close(self, after: Book, applied: Applied) -> None:
        done: PutTypeDef = {"TableName": self._table, "Item": _done(applied)}
        try:
            self._client.transact_write_items(TransactItems=[{"Put": self._put(after)}, {"Put": done}])
        except self._client.exceptions.TransactionCanceledException:
            raise BookMoved from None

    def applied(self, change_id: str) -> Applied | None:
        answer = self._client.get_item(
            TableName=self._table, Key=_key(f"done#{change_id}"), ConsistentRead=True
        )
        return _applied(answer["Item"]) if "Item" in answer else None

    def open_books(self) -> Iterator[Book]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=OPEN,
            KeyConditionExpression="#open = :yes",
            ExpressionAttributeNames={"#open": OPEN},
            ExpressionAttributeValues={":yes": {"S": "1"}},
        )
        for page in pages:
            found = (self.of(item["id"]["S"].removeprefix("book#")) for item in page["Items"])
            yield from (book for book in found if book is not None and book.is_open)

    def _put(self, after: Book) -> PutTypeDef:
        put: PutTypeDef = {"TableName": self._table, "Item": _item(after)}
        if after.version == 1:
            return {**put, "ConditionExpression": "attribute_not_exists(id)"}
        return {
            **put,
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":before": {"N": str(after.version - 1)}},
        }


def _key(text: str) -> dict[str, AttributeValueTypeDef]:
    return {"id": {"S": text}}


def _item(book: Book) -> dict[str, AttributeValueTypeDef]:
    item: dict[str, AttributeValueTypeDef] = {
        **_key(f"book#{book.address}"),
        "user_id": {"S": book.user_id},
        "granter": {"S": book.granter},
        "version": {"N": str(book.version)},
        "height": {"N": str(book.height)},
        "revoked_at": {"N": str(book.revoked_at)},
    }
    if book.change is not None:
        item["change"] = {"S": json.dumps(dataclasses.asdict(book.change))}
    return {**item, OPEN: {"S": "1"}} if book.is_open else item


def _book(item: dict[str, AttributeValueTypeDef]) -> Book:
    change: dict[str, Any] | None = json.loads(item["change"]["S"]) if "change" in item else None
    return Book(
        address=item["id"]["S"].removeprefix("book#"),
        user_id=item["user_id"]["S"],
        granter=item["granter"]["S"],
        version=int(item["version"]["N"]),
        change=None if change is None else Change(**change),
        height=int(item["height"]["N"]),
        revoked_at=int(item["revoked_at"]["N"]),
    )


def _done(applied: Applied) -> dict[str, AttributeValueTypeDef]:
    return {
        **_key(f"done#{applied.change_id}"),
        "user_id": {"S": applied.user_id},
        "address": {"S": applied.address},
        "delta": {"N": str(applied.delta)},
        "height": {"N": str(applied.height)},
    }


def _applied(item: dict[str, AttributeValueTypeDef]) -> Applied:
    return Applied(
        change_id=item["id"]["S"].removeprefix("done#"),
        user_id=item["user_id"]["S"],
        address=item["address"]["S"],
        delta=int(item["delta"]["N"]),
        height=int(item["height"]["N"]),
    )
