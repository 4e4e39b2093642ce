"""The budgets that users gave their API keys, read by the signer itself: no caller can say another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.domain.budget import DAY_LIMIT, TOTAL_LIMIT, key_place
from slipway.domain.errors import ApiKeyGone

from slipway_signing.budgets import Budget
from slipway_signing.dynamo_faults import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from slipway_signing.intents import Intent

ATTRIBUTES: Final = ("pk", TOTAL_LIMIT, DAY_LIMIT)
"""All that is read of a key, and all that the signer's role may read. `pk` shows that the key is there."""


@translated
class DynamoKeyBudgets:
    """The table of API keys, of which the limits alone are read."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def of(self, intent: Intent) -> Budget | None:
        """Of the key that asks for the intent; None where nothing limits it. Raises ApiKeyGone."""
        pk, sk = key_place(intent.user_id or "", intent.key_id)
        answer = self._client.get_item(
            TableName=self._table,
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            ProjectionExpression=", ".join(ATTRIBUTES),
            ConsistentRead=True,
        )
        if "Item" not in answer:
            raise ApiKeyGone
        total, per_day = _limit(answer["Item"], TOTAL_LIMIT), _limit(answer["Item"], DAY_LIMIT)
        if total is None and per_day is None:
            return None
        return Budget(key_id=intent.key_id, total=total, per_day=per_day)


def _limit(item: Mapping[str, AttributeValueTypeDef], name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None
