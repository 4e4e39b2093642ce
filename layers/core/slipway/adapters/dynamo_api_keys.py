"""API keys in DynamoDB: two items a key, written together.

`USER#<user id>` / `KEY#<key id>` holds all but the name of the index: lists and reads come from here, and the
signer reads the budget from here.
`HASH#<SHA-256 of the key's text>` / `KEY` holds what a request needs to be let in: one strongly consistent
read, so a deleted key stops at the next request.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from slipway.adapters.dynamo_faults import translated
from slipway.domain.api_key import MAX_KEYS, ApiKey
from slipway.domain.budget import DAY_LIMIT, TOTAL_LIMIT, Budget, key_place
from slipway.domain.errors import InternalFault
from slipway.domain.ids import KeyId, UserId
from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from slipway.domain.api_key import KeyChange

_CONDITION_FAILED: Final = "ConditionalCheckFailed"
_DELETE_ATTEMPTS: Final = 3
"""A delete may meet the write of the key's last use, once a minute; meeting it three times is a fault."""

_IS_THERE: Final = "attribute_exists(pk)"
_IS_NOT_THERE: Final = "attribute_not_exists(pk)"

_LIMITS: Final = (TOTAL_LIMIT, DAY_LIMIT)

Item = dict[str, Any]


@translated
class DynamoApiKeys:
    """`ApiKeys` and `KeyDirectory` on a table with the keys `pk` and `sk`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def add(self, key: ApiKey) -> bool:
        items = (
            {**_user_key(key.user, key.id), **_item(key), **_limits(key.budget)},
            {**_digest_key(key.digest), **_item(key)},
        )
        puts: list[Any] = [
            {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": _IS_NOT_THERE}}
            for item in items
        ]
        reasons = self._together(puts)
        if reasons - {_CONDITION_FAILED}:
            raise InternalFault(what=f"api key not added: {', '.join(sorted(reasons))}")
        return not reasons

    def of_user(self, user: UserId) -> tuple[ApiKey, ...]:
        """One page: keys beyond the limit do not exist but for a race, and a page holds thousands."""
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :user AND begins_with(sk, :key)",
            ExpressionAttributeValues={":user": {"S": f"USER#{user}"}, ":key": {"S": "KEY#"}},
            ConsistentRead=True,
            Limit=2 * MAX_KEYS,
        )
        return tuple(_key(item) for item in found["Items"])

    def get(self, user: UserId, key: KeyId) -> ApiKey | None:
        return self._read(_user_key(user, key))

    def by_digest(self, digest: str) -> ApiKey | None:
        return self._read(_digest_key(digest))

    def change(self, user: UserId, key: KeyId, change: KeyChange, *, at: datetime) -> ApiKey | None:
        """Name and budget are told from the user's item only, so one write is enough."""
        sets = {"updated_at": {"S": at.isoformat()}, **_set_by(change)}
        gone = [name for name in _LIMITS if name not in sets] if change.sets_budget else []
        setting = "SET " + ", ".join(f"#{name} = :{name}" for name in sets)
        try:
            found = self._client.update_item(
                TableName=self._table,
                Key=_user_key(user, key),
                UpdateExpression=setting + (f" REMOVE {', '.join(gone)}" if gone else ""),
                ConditionExpression=_IS_THERE,
                ExpressionAttributeNames={f"#{name}": name for name in sets},
                ExpressionAttributeValues={f":{name}": value for name, value in sets.items()},
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None
        return _key(found["Attributes"])

    def remove(self, user: UserId, key: KeyId) -> None:
        found = self.get(user, key)
        if found is None:
            return
        deletes: list[Any] = [
            {"Delete": {"TableName": self._table, "Key": each}}
            for each in (_user_key(user, key), _digest_key(found.digest))
        ]
        for _ in range(_DELETE_ATTEMPTS):
            if not (reasons := self._together(deletes)):
                return
        raise InternalFault(what=f"api key not deleted: {', '.join(sorted(reasons))}")

    def note_use(self, key: ApiKey, at: datetime) -> None:
        """Both items, so that lists show it and the next request knows it."""
        updates: list[Any] = [
            {
                "Update": {
                    "TableName": self._table,
                    "Key": each,
                    "UpdateExpression": "SET last_used_at = :at",
                    "ConditionExpression": _IS_THERE,
                    "ExpressionAttributeValues": {":at": {"S": at.isoformat()}},
                }
            }
            for each in (_user_key(key.user, key.id), _digest_key(key.digest))
        ]
        self._together(updates)

    def _read(self, key: Item) -> ApiKey | None:
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item = found.get("Item")
        return _key(item) if item else None

    def _together(self, writes: list[Any]) -> frozenset[str]:
        """All writes or none. Returns why none: empty for success, else `ConditionalCheckFailed` where an
        item was not as expected, `TransactionConflict` where another transaction held one."""
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            return frozenset(reason["Code"] for reason in error.response["CancellationReasons"]) - {"None"}
        return frozenset()


def _user_key(user: UserId, key: KeyId) -> Item:
    pk, sk = key_place(user, key)
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _digest_key(digest: str) -> Item:
    return {"pk": {"S": f"HASH#{digest}"}, "sk": {"S": "KEY"}}


def _item(key: ApiKey) -> Item:
    texts = {
        "id": key.id,
        "user_id": key.user,
        "name": key.name,
        "digest": key.digest,
        "key_format": key.key_format,
        "environment": key.environment,
        "scopes": " ".join(sorted(key.scopes)),
        "created_at": key.created_at.isoformat(),
        "updated_at": key.updated_at.isoformat(),
        "expires_at": _time_text(key.expires_at),
        "last_used_at": _time_text(key.last_used_at),
    }
    return {name: {"S": text} for name, text in texts.items() if text is not None}


def _limits(budget: Budget | None) -> Item:
    limits = {TOTAL_LIMIT: budget.total, DAY_LIMIT: budget.per_day} if budget else {}
    return {name: {"N": str(limit)} for name, limit in limits.items() if limit is not None}


def _budget(item: Item) -> Budget | None:
    total, per_day = (MicroUsd(int(item[name]["N"])) if name in item else None for name in _LIMITS)
    found = Budget(total, per_day)
    return None if found.limits_nothing else found


def _set_by(change: KeyChange) -> Item:
    named = {} if change.name is None else {"name": {"S": change.name}}
    return {**named, **(_limits(change.budget) if change.sets_budget else {})}


def _key(item: Item) -> ApiKey:
    texts = {name: value["S"] for name, value in item.items() if "S" in value}
    return ApiKey(
        id=KeyId(texts["id"]),
        user=UserId(texts["user_id"]),
        name=texts["name"],
        digest=texts["digest"],
        key_format=texts["key_format"],
        environment=texts["environment"],
        scopes=frozenset(texts["scopes"].split()),
        created_at=datetime.fromisoformat(texts["created_at"]),
        updated_at=datetime.fromisoformat(texts["updated_at"]),
        expires_at=_time(texts.get("expires_at")),
        last_used_at=_time(texts.get("last_used_at")),
        budget=_budget(item),
    )


def _time_text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
