"""Whether the tables can be read, asked of DynamoDB itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.adapters.dynamo_health import DynamoHealth

from tests.fakes.tables import create_wallets_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_a_table_that_answers_can_be_read(dynamodb: DynamoDBClient) -> None:
    create_wallets_table(dynamodb, "wallets")

    assert DynamoHealth(dynamodb, "wallets").can_be_read()


def test_one_that_does_not_cannot(dynamodb: DynamoDBClient) -> None:
    assert not DynamoHealth(dynamodb, "wallets").can_be_read()
