"""Wallet rows: which key belongs to which user.

The signer reads them to know what it may sign with, and notes the wallet's first committed transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


_CLAIM: Final = "opening#"
"""Prefix of a claim's key; no user id has a `#`."""


@dataclass(frozen=True, slots=True)
class WalletRow:
    """`public_key` is 33 bytes. `first_tx_height` is None until the wallet's own first transaction commits.

    `opening_attempt` numbers the intents that grant credit and fees: a failed one is followed by another.
    """

    user_id: str
    address: str
    public_key: bytes
    key_id: str
    granter: str
    created_at: str
    state: Literal["opening", "ready"] = "opening"
    first_tx_height: int | None = None
    opening_attempt: int = 1


class WalletStore(Protocol):
    """One row a user."""

    def get(self, user_id: str) -> WalletRow | None: ...

    def open(self, row: WalletRow) -> WalletRow:
        """Write `row` unless the user has one; what is stored, ours or the first one's."""
        ...

    def claim_opening(self, user_id: str, *, now: int, lasts: int) -> bool:
        """Whether the caller alone may make the user's key for `lasts` seconds from `now` (Unix seconds)."""
        ...

    def mark_ready(self, user_id: str) -> None: ...

    def next_opening(self, user_id: str, *, failed: int) -> None:
        """Count `failed` as over; a no-op where another caller has already."""
        ...

    def mark_first_tx(self, user_id: str, height: int) -> None:
        """Keep the first height; a no-op afterwards."""
        ...


class DynamoWallets:
    """`WalletStore` in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, user_id: str) -> WalletRow | None:
        answer = self._client.get_item(TableName=self._table, Key=_key(user_id), ConsistentRead=True)
        return _row(answer["Item"]) if "Item" in answer else None

    def open(self, row: WalletRow) -> WalletRow:
        try:
            self._client.put_item(
                TableName=self._table, Item=_item(row), ConditionExpression="attribute_not_exists(user_id)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return self.get(row.user_id) or row
        return row

    def claim_opening(self, user_id: str, *, now: int, lasts: int) -> bool:
        """The claim is a row of its own, so that no reader meets a wallet without an address."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item={"user_id": {"S": f"{_CLAIM}{user_id}"}, "claimed_until": {"N": str(now + lasts)}},
                ConditionExpression="attribute_not_exists(user_id) OR claimed_until <= :now",
                ExpressionAttributeValues={":now": {"N": str(now)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def mark_ready(self, user_id: str) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=_key(user_id),
            UpdateExpression="SET #state = :ready",
            ConditionExpression="attribute_exists(user_id)",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":ready": {"S": "ready"}},
        )

    def next_opening(self, user_id: str, *, failed: int) -> None:
        self._set_if(
            user_id,
            update="SET opening_attempt = :next",
            condition="opening_attempt = :failed",
            values={":next": {"N": str(failed + 1)}, ":failed": {"N": str(failed)}},
        )

    def mark_first_tx(self, user_id: str, height: int) -> None:
        self._set_if(
            user_id,
            update="SET first_tx_height = :height",
            condition="attribute_exists(user_id) AND attribute_not_exists(first_tx_height)",
            values={":height": {"N": str(height)}},
        )

    def _set_if(
        self, user_id: str, *, update: str, condition: str, values: dict[str, AttributeValueTypeDef]
    ) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(user_id),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _key(user_id: str) -> dict[str, AttributeValueTypeDef]:
    return {"user_id": {"S": user_id}}


def _item(row: WalletRow) -> dict[str, AttributeValueTypeDef]:
    return {
        "user_id": {"S": row.user_id},
        "address": {"S": row.address},
        "public_key": {"S": row.public_key.hex()},
        "key_id": {"S": row.key_id},
        "custody": {"S": "kms"},
        "granter": {"S": row.granter},
        "state": {"S": row.state},
        "created_at": {"S": row.created_at},
        "opening_attempt": {"N": str(row.opening_attempt)},
    }


def _row(item: dict[str, AttributeValueTypeDef]) -> WalletRow:
    height = item.get("first_tx_height")
    return WalletRow(
        user_id=item["user_id"]["S"],
        address=item["address"]["S"],
        public_key=bytes.fromhex(item["public_key"]["S"]),
        key_id=item["key_id"]["S"],
        granter=item["granter"]["S"],
        created_at=item["created_at"]["S"],
        state="ready" if item["state"]["S"] == "ready" else "opening",
        first_tx_height=int(height["N"]) if height and "N" in height else None,
        opening_attempt=int(item.get("opening_attempt", {"N": "1"})["N"]),
    )
