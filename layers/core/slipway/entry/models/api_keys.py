"""Bodies of the API key endpoints (console-api.md §1.1, §2), with scopes beside the reference's fields."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, Field, PlainValidator

from slipway.domain.api_key import ALL_SCOPES_MARK, READ_SCOPES, SCOPES, expanded
from slipway.entry.issues import Issue, refusal, type_of, wrong_type
from slipway.entry.models.base import Expects, Model, UuidField

if TYPE_CHECKING:
    from slipway.domain.api_key import ApiKey
    from slipway.services.api_keys import NewKey

MAX_NAME: Final = 256
"""Long enough for any label; the reference stored 10,000 characters."""

READ: Final = "read"
"""Short for every scope that only reads."""

_UTC_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def _printable(name: str) -> str:
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        raise refusal(Issue("custom", "Control characters are not allowed"))
    return name


NameField = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_printable)]


def _utc_time(value: object) -> datetime:
    """`2027-01-01T00:00:00Z`, with or without fractions. The reference refuses all else with two issues."""
    if not isinstance(value, str):
        raise refusal(wrong_type("string", type_of(value)))
    try:
        if _UTC_TIME.fullmatch(value):
            return datetime.fromisoformat(value[:26].rstrip("Z")).replace(tzinfo=UTC)
    except ValueError:
        pass  # a day or an hour that does not exist
    raise refusal(
        Issue("invalid_string", "Invalid datetime", facts={"validation": "datetime"}),
        Issue("custom", "Expiration date must be in the future"),
    )


TimeField = Annotated[
    datetime | None, PlainValidator(_utc_time, json_schema_input_type=str), Expects("string")
]


def _scope(value: object) -> str:
    if not isinstance(value, str):
        raise refusal(wrong_type("string", type_of(value)))
    options = [ALL_SCOPES_MARK, READ, *sorted(SCOPES)]
    if value not in options:
        listed = " | ".join(f"'{option}'" for option in options)
        message = f"Invalid enum value. Expected {listed}, received '{value}'"
        raise refusal(Issue("invalid_enum_value", message, facts={"received": value, "options": options}))
    return value


ScopeField = Annotated[str, PlainValidator(_scope, json_schema_input_type=str), Expects("string")]


class CreateData(Model):
    """`scopes` default to `*`, all that the caller holds; `read` is short for those that only read."""

    name: NameField
    expires_at: TimeField = Field(default=None, validation_alias="expiresAt")
    scopes: Annotated[list[ScopeField], Field(min_length=1, max_length=20)] = Field(default_factory=list)

    def wanted(self) -> frozenset[str] | None:
        """None for all that the caller holds."""
        named = frozenset(self.scopes)
        if not named or ALL_SCOPES_MARK in named:
            return None
        return named - {READ} | (READ_SCOPES if READ in named else frozenset())


class CreateIn(Model):
    data: CreateData


class UpdateData(Model):
    """Nothing but the name can change."""

    name: NameField


class UpdateIn(Model):
    data: UpdateData


class KeyPath(Model):
    id: UuidField


class KeyOut(Model):
    """A key as its user sees it; times as the reference writes them (`2026-11-22T15:46:26.248Z`)."""

    id: str
    user_id: str = Field(serialization_alias="userId")
    name: str
    expires_at: str | None = Field(serialization_alias="expiresAt")
    created_at: str = Field(serialization_alias="createdAt")
    updated_at: str = Field(serialization_alias="updatedAt")
    last_used_at: str | None = Field(serialization_alias="lastUsedAt")
    key_format: str = Field(serialization_alias="keyFormat")
    scopes: list[str]

    @classmethod
    def of(cls, key: ApiKey) -> KeyOut:
        return cls(
            id=key.id,
            user_id=key.user,
            name=key.name,
            expires_at=_written(key.expires_at) if key.expires_at else None,
            created_at=_written(key.created_at),
            updated_at=_written(key.updated_at),
            last_used_at=_written(key.last_used_at) if key.last_used_at else None,
            key_format=key.key_format,
            scopes=sorted(expanded(key.scopes)),
        )


class NewKeyOut(KeyOut):
    """`apiKey` is shown here and nowhere else."""

    api_key: str = Field(serialization_alias="apiKey")


class OneKey(Model):
    data: KeyOut

    @classmethod
    def of(cls, key: ApiKey) -> OneKey:
        return cls(data=KeyOut.of(key))


class CreatedKey(Model):
    data: NewKeyOut

    @classmethod
    def of(cls, new: NewKey) -> CreatedKey:
        return cls(data=NewKeyOut(**KeyOut.of(new.key).model_dump(by_alias=False), api_key=new.text))


class ManyKeys(Model):
    data: list[KeyOut]

    @classmethod
    def of(cls, keys: tuple[ApiKey, ...]) -> ManyKeys:
        return cls(data=[KeyOut.of(key) for key in keys])


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
