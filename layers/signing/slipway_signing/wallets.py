"""Wallet rows: which key belongs to which user.

The signer reads them to know what it may sign with, and notes the wallet's first committed transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypedDict

from slipway_signing.dynamo_faults import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


Custody = Literal["kms", "sealed"]
State = Literal["opening", "ready", "moving"]
"""Only `ready` signs. `moving`: the operator gives the wallet another key."""

_CLAIM: Final = "opening#"
_ADDRESS: Final = "address#"
"""Prefixes of the keys of what stands beside the wallets: claims, and who an address belongs to. No user id
has a `#`."""


class NamesTypeDef(TypedDict, total=False):
    """What a call without reserved words leaves out: DynamoDB takes no empty names."""

    ExpressionAttributeNames: dict[str, str]


@dataclass(frozen=True, slots=True)
class WalletRow:
    """`public_key` is 33 bytes. `first_tx_height` is None until the wallet's own first transaction commits.

    `opening_attempt` numbers the intents that grant credit and fees: a failed one is followed by another.
    `sealed` is the private key's ciphertext in that custody. `generation` counts the keys that the user had.
    """

    user_id: str
    address: str
    public_key: bytes
    key_id: str
    granter: str
    created_at: str
    state: State = "opening"
    first_tx_height: int | None = None
    opening_attempt: int = 1
    custody: Custody = "kms"
    sealed: bytes = b""
    generation: int = 1


class WalletStore(Protocol):
    """One row a user."""

    def get(self, user_id: str) -> WalletRow | None: ...

    def open(self, row: WalletRow) -> WalletRow:
        """Write `row` unless the user has one; what is stored, ours or the first one's."""
        ...

    def owner_of(self, address: str) -> str | None:
        """The user whose wallet an address is, or was before it moved; None for no wallet of ours."""
        ...

    def all(self) -> Iterator[WalletRow]:
        """Every wallet, in no order."""
        ...

    def change_state(self, user_id: str, *, before: State, after: State) -> bool:
        """Whether the wallet was in `before` and is in `after` now."""
        ...

    def rekey(self, row: WalletRow) -> bool:
        """Put `row` in the place of the wallet's former generation while that is `moving`; whether it was."""
        ...

    def claim_opening(self, user_id: str, *, now: int, lasts: int) -> bool:
        """Whether the caller alone may make the user's key for `lasts` seconds from `now` (Unix seconds)."""
        ...

    def mark_ready(self, user_id: str) -> None:
        """A no-op but for a wallet that is being opened."""
        ...

    def next_opening(self, user_id: str, *, failed: int) -> None:
        """Count `failed` as over; a no-op where another caller has already."""
        ...

    def mark_first_tx(self, user_id: str, height: int) -> None:
        """Keep the first height; a no-op afterwards."""
        ...


@translated
class DynamoWallets:
    """`WalletStore` in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, user_id: str) -> WalletRow | None:
        answer = self._client.get_item(TableName=self._table, Key=_key(user_id), ConsistentRead=True)
        return _row(answer["Item"]) if "Item" in answer else None

    def open(self, row: WalletRow) -> WalletRow:
        self._note_address(row)
        try:
            self._client.put_item(
                TableName=self._table, Item=_item(row), ConditionExpression="attribute_not_exists(user_id)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return self.get(row.user_id) or row
        return row

    def owner_of(self, address: str) -> str | None:
        answer = self._client.get_item(
            TableName=self._table, Key=_key(f"{_ADDRESS}{address}"), ConsistentRead=True
        )
        return answer["Item"]["owner"]["S"] if "Item" in answer else None

    def all(self) -> Iterator[WalletRow]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table, FilterExpression="attribute_exists(key_id)", ConsistentRead=True
        )
        for page in pages:
            yield from (_row(item) for item in page["Items"])

    def change_state(self, user_id: str, *, before: State, after: State) -> bool:
        return self._set_if(
            user_id,
            update="SET #state = :after",
            condition="#state = :before",
            values={":after": {"S": after}, ":before": {"S": before}},
            names={"#state": "state"},
        )

    def rekey(self, row: WalletRow) -> bool:
        self._note_address(row)
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(row),
                ConditionExpression="#state = :moving AND (generation = :former OR (attribute_not_exists("
                "generation) AND :former = :first))",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={
                    ":moving": {"S": "moving"},
                    ":former": {"N": str(row.generation - 1)},
                    ":first": {"N": "1"},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _note_address(self, row: WalletRow) -> None:
        """Before the wallet has it: nothing is granted to an address that is not noted."""
        item: dict[str, AttributeValueTypeDef] = {
            **_key(f"{_ADDRESS}{row.address}"),
            "owner": {"S": row.user_id},
        }
        self._client.put_item(TableName=self._table, Item=item)

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
        self.change_state(user_id, before="opening", after="ready")

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
        self,
        user_id: str,
        *,
        update: str,
        condition: str,
        values: dict[str, AttributeValueTypeDef],
        names: dict[str, str] | None = None,
    ) -> bool:
        named: NamesTypeDef = {"ExpressionAttributeNames": names} if names else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(user_id),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                **named,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


_STATES: Final[dict[str, State]] = {"ready": "ready", "moving": "moving"}


def _key(user_id: str) -> dict[str, AttributeValueTypeDef]:
    return {"user_id": {"S": user_id}}


def _item(row: WalletRow) -> dict[str, AttributeValueTypeDef]:
    return {
        "user_id": {"S": row.user_id},
        "address": {"S": row.address},
        "public_key": {"S": row.public_key.hex()},
        "key_id": {"S": row.key_id},
        "custody": {"S": row.custody},
        "generation": {"N": str(row.generation)},
        **({"sealed": {"B": row.sealed}} if row.sealed else {}),
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
        state=_STATES.get(item["state"]["S"], "opening"),
        first_tx_height=int(height["N"]) if height and "N" in height else None,
        opening_attempt=int(item.get("opening_attempt", {"N": "1"})["N"]),
        custody="sealed" if item["custody"]["S"] == "sealed" else "kms",
        sealed=bytes(item["sealed"]["B"]) if "sealed" in item else b"",
        generation=int(item.get("generation", {"N": "1"})["N"]),
    )
