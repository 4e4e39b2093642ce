"""Whether DynamoDB answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NOBODY = "readiness"


class DynamoHealth:
    """`Tables`, by one read from a table with the key `user_id`: the tables of a region are up or down
    together."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def can_be_read(self) -> bool:
        try:
            self._client.get_item(TableName=self._table, Key={"user_id": {"S": _NOBODY}})
        except (BotoCoreError, ClientError):
            return False
        return True
