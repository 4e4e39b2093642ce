"""Settings in DynamoDB, all of a user's under one key.

`USER#<user id>` / `DEPLOYMENT#<dseq>` is a deployment's, `USER#<user id>` / `WALLET` the wallet's.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from slipway.adapters.dynamo_faults import translated
from slipway.domain.ids import Dseq, UserId
from slipway.domain.settings import DeploymentSetting, WalletSetting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

_CONDITION_FAILED: Final = "ConditionalCheckFailedException"
_MAX_PAGES: Final = 20
"""Of one user's rows, about 4,000 a page: who reads settings of more deployments gets the first of them."""


@translated
class DynamoSettings:
    """`DeploymentSettings` and `WalletSettings` on a table with the keys `pk` and `sk`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def of_deployment(self, user: UserId, dseq: Dseq) -> DeploymentSetting | None:
        item = self._read(_deployment_key(user, dseq))
        return _deployment(item) if item else None

    def of_user(self, user: UserId) -> tuple[DeploymentSetting, ...]:
        found: list[DeploymentSetting] = []
        start: Item = {}
        for _ in range(_MAX_PAGES):
            page = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :user AND begins_with(sk, :kind)",
                ExpressionAttributeValues={":user": {"S": f"USER#{user}"}, ":kind": {"S": "DEPLOYMENT#"}},
                **start,
            )
            found += [_deployment(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        return tuple(found)

    def add(self, setting: DeploymentSetting) -> bool:
        key = _deployment_key(setting.user, setting.dseq)
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**key, **_deployment_item(setting)},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _CONDITION_FAILED:
                raise
            return False
        return True

    def put(self, setting: DeploymentSetting) -> DeploymentSetting:
        """One write for both cases, so a change and a first read at once lose nothing."""
        kept = ("id", "user_id", "dseq", "created_at")
        sets = [
            f"#{name} = if_not_exists(#{name}, :{name})" if name in kept else f"#{name} = :{name}"
            for name in _deployment_item(setting)
        ]
        found = self._client.update_item(
            TableName=self._table,
            Key=_deployment_key(setting.user, setting.dseq),
            UpdateExpression=f"SET {', '.join(sets)}",
            ExpressionAttributeNames={f"#{name}": name for name in _deployment_item(setting)},
            ExpressionAttributeValues={
                f":{name}": value for name, value in _deployment_item(setting).items()
            },
            ReturnValues="ALL_NEW",
        )
        return _deployment(found["Attributes"])

    def of_wallet(self, user: UserId) -> WalletSetting | None:
        item = self._read(_wallet_key(user))
        return _wallet(item) if item else None

    def put_wallet(self, setting: WalletSetting) -> None:
        item = {**_wallet_key(setting.user), **_wallet_item(setting)}
        self._client.put_item(TableName=self._table, Item=item)

    def remove_wallet(self, user: UserId) -> bool:
        gone = self._client.delete_item(TableName=self._table, Key=_wallet_key(user), ReturnValues="ALL_OLD")
        return bool(gone.get("Attributes"))

    def _read(self, key: Item) -> Item | None:
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return found.get("Item")


def _deployment_key(user: UserId, dseq: Dseq) -> Item:
    return {"pk": {"S": f"USER#{user}"}, "sk": {"S": f"DEPLOYMENT#{dseq}"}}


def _wallet_key(user: UserId) -> Item:
    return {"pk": {"S": f"USER#{user}"}, "sk": {"S": "WALLET"}}


def _deployment_item(setting: DeploymentSetting) -> Item:
    return {
        "id": {"S": setting.id},
        "user_id": {"S": setting.user},
        "dseq": {"S": str(setting.dseq)},
        "auto_top_up": {"BOOL": setting.auto_top_up},
        "created_at": {"S": setting.created_at.isoformat()},
        "updated_at": {"S": setting.updated_at.isoformat()},
    }


def _deployment(item: Item) -> DeploymentSetting:
    return DeploymentSetting(
        id=item["id"]["S"],
        user=UserId(item["user_id"]["S"]),
        dseq=Dseq(int(item["dseq"]["S"])),
        auto_top_up=item["auto_top_up"]["BOOL"],
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        updated_at=datetime.fromisoformat(item["updated_at"]["S"]),
    )


def _wallet_item(setting: WalletSetting) -> Item:
    return {
        "id": {"S": setting.id},
        "user_id": {"S": setting.user},
        "auto_reload": {"BOOL": setting.auto_reload},
        "mode": {"S": setting.mode},
        "threshold_cents": {"N": str(setting.threshold_cents)},
        "amount_cents": {"N": str(setting.amount_cents)},
        "created_at": {"S": setting.created_at.isoformat()},
        "updated_at": {"S": setting.updated_at.isoformat()},
    }


def _wallet(item: Item) -> WalletSetting:
    return WalletSetting(
        id=item["id"]["S"],
        user=UserId(item["user_id"]["S"]),
        auto_reload=item["auto_reload"]["BOOL"],
        mode="threshold" if item["mode"]["S"] == "threshold" else "prediction",
        threshold_cents=int(item["threshold_cents"]["N"]),
        amount_cents=int(item["amount_cents"]["N"]),
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        updated_at=datetime.fromisoformat(item["updated_at"]["S"]),
    )
