"""What API keys spent, from the table in which the signer counts: an item a key, with one sum a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slipway.adapters.dynamo_faults import translated
from slipway.domain.budget import NOTHING_SPENT, TOTAL_SUM, Spent, day_sum
from slipway.domain.errors import InternalFault
from slipway.domain.ids import KeyId
from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

_BATCH: Final = 100
"""Keys of one BatchGetItem; DynamoDB takes no more."""
_ATTEMPTS: Final = 3
"""DynamoDB may leave keys of a batch for the next call; leaving some three times is a fault."""


@translated
class DynamoSpending:
    """`Spending` on a table with the key `key_id`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def of(self, keys: Sequence[KeyId], day: str) -> Mapping[KeyId, Spent]:
        found: dict[KeyId, Spent] = dict.fromkeys(keys, NOTHING_SPENT)
        for first in range(0, len(keys), _BATCH):
            for item in self._items(keys[first : first + _BATCH], day):
                found[KeyId(item["key_id"]["S"])] = Spent(_sum(item, TOTAL_SUM), _sum(item, day_sum(day)))
        return found

    def _items(self, keys: Sequence[KeyId], day: str) -> list[dict[str, Any]]:
        wanted: Any = {
            self._table: {
                "Keys": [{"key_id": {"S": key}} for key in keys],
                "ProjectionExpression": "key_id, #total, #today",
                "ExpressionAttributeNames": {"#total": TOTAL_SUM, "#today": day_sum(day)},
                "ConsistentRead": True,
            }
        }
        items: list[dict[str, Any]] = []
        for _ in range(_ATTEMPTS):
            answer = self._client.batch_get_item(RequestItems=wanted)
            items += answer["Responses"].get(self._table, [])
            if not (wanted := answer.get("UnprocessedKeys")):
                return items
        raise InternalFault(what="sums of budgets not read")


def _sum(item: Mapping[str, Any], name: str) -> MicroUsd:
    return MicroUsd(int(item[name]["N"]) if name in item else 0)
