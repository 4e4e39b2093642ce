"""Users in DynamoDB: one item a user."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from slipway.adapters.dynamo_faults import translated
from slipway.domain.ids import UserId
from slipway.domain.user import Profile, User

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]


@translated
class DynamoUsers:
    """`Users` on a table with the key `user_id`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def get(self, user: UserId) -> User | None:
        found = self._client.get_item(TableName=self._table, Key=_key(user), ConsistentRead=True)
        item = found.get("Item")
        return _user(item) if item else None

    def note(self, user: User) -> User:
        """One write: of two first sights at once, the first one's time of creation stays."""
        texts = {"last_active_at": user.last_active_at.isoformat(), **_profile_texts(user.profile)}
        sets = [f"{name} = :{name}" for name in texts]
        found = self._client.update_item(
            TableName=self._table,
            Key=_key(user.id),
            UpdateExpression="SET created_at = if_not_exists(created_at, :created_at), " + ", ".join(sets),
            ExpressionAttributeValues={
                ":created_at": {"S": user.created_at.isoformat()},
                **{f":{name}": {"S": text} for name, text in texts.items()},
            },
            ReturnValues="ALL_NEW",
        )
        return _user(found["Attributes"])


def _key(user: UserId) -> Item:
    return {"user_id": {"S": user}}


def _profile_texts(profile: Profile | None) -> dict[str, str]:
    """No username is an empty one: an update cannot leave out what an earlier one set."""
    if profile is None:
        return {}
    return {
        "email": profile.email,
        "email_verified": "yes" if profile.email_verified else "no",
        "username": profile.username or "",
    }


def _user(item: Item) -> User:
    texts = {name: value["S"] for name, value in item.items()}
    email = texts.get("email")
    return User(
        id=UserId(texts["user_id"]),
        created_at=datetime.fromisoformat(texts["created_at"]),
        last_active_at=datetime.fromisoformat(texts["last_active_at"]),
        profile=Profile(email, texts["email_verified"] == "yes", texts["username"] or None)
        if email
        else None,
    )
