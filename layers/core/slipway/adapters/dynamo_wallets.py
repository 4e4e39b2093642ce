"""Wallets as the signer keeps them (layers/signing/slipway_signing/wallets.py): read here, never written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from slipway.adapters.dynamo_faults import translated
from slipway.domain.errors import WalletNotFound
from slipway.domain.ids import Address, UserId
from slipway.domain.wallet import Wallet

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_READ = "user_id, address, granter, #state, first_tx_height, created_at"


@translated
class DynamoWallets:
    """`Wallets` on a table with the key `user_id`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def of(self, user: UserId) -> Wallet:
        answer = self._client.get_item(
            TableName=self._table,
            Key={"user_id": {"S": user}},
            ProjectionExpression=_READ,
            ExpressionAttributeNames={"#state": "state"},
            ConsistentRead=True,  # a wallet that has just been opened, or has just sent, is that
        )
        item = answer.get("Item")
        if item is None:
            raise WalletNotFound
        wallet = _wallet(item)
        wallet.must_be_ready()
        return wallet


def _wallet(item: dict[str, AttributeValueTypeDef]) -> Wallet:
    return Wallet(
        user=UserId(item["user_id"]["S"]),
        address=Address(item["address"]["S"]),
        granter=Address(item["granter"]["S"]),
        ready=item["state"]["S"] == "ready",
        on_chain="N" in item.get("first_tx_height", {}),
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
    )
