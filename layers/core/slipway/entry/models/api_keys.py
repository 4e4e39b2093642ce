"""Bodies of the API key endpoints (console-api.md §1.1, §2), with scopes and budgets beside them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from slipway.domain.api_key import ALL_SCOPES_MARK, READ_SCOPES, SCOPES, KeyChange, Scope, expanded
from slipway.domain.budget import NOTHING_SPENT, Budget
from slipway.domain.money import from_usd, to_usd
from slipway.entry.issues import Issue, refusal, type_of, wrong_type
from slipway.entry.models.base import TAKES_NULL, Expects, Model, NumberField, UuidField
from slipway.services.api_keys import KeyAndSpent

if TYPE_CHECKING:
    from decimal import Decimal

    from slipway.domain.budget import Spent
    from slipway.domain.money import MicroUsd
    from slipway.services.api_keys import NewKey

MAX_NAME: Final = 256
"""Long enough for any label; the reference stored 10,000 characters."""

MAX_BUDGET_USD: Final = 1_000_000_000
"""More than any treasury holds; without a bound a number could be too long for the table."""

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
    datetime | None, PlainValidator(_utc_time, json_schema_input_type=datetime), Expects("string")
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


_SCOPE_IN: Final = Literal["*", "read"] | Scope

ScopeField = Annotated[str, PlainValidator(_scope, json_schema_input_type=_SCOPE_IN), Expects("string")]


LimitField = Annotated[NumberField, Field(ge=0, le=MAX_BUDGET_USD)]


class BudgetIn(Model):
    """In USD, down to the micro-USD; null or left out is no limit."""

    total: LimitField | None = Field(
        default=None, json_schema_extra={TAKES_NULL: True}, description="USD, in all."
    )
    per_day: LimitField | None = Field(
        default=None,
        validation_alias="perDay",
        json_schema_extra={TAKES_NULL: True},
        description="USD, in a day (UTC).",
    )

    def limits(self) -> Budget | None:
        """None where nothing is limited."""
        found = Budget(_limit(self.total), _limit(self.per_day))
        return None if found.limits_nothing else found


def _limit(usd: Decimal | None) -> MicroUsd | None:
    return None if usd is None else from_usd(usd)


class CreateData(Model):
    """`scopes` default to `*`, all that the caller holds; `read` is short for those that only read."""

    name: NameField
    expires_at: TimeField = Field(
        default=None, validation_alias="expiresAt", description="In UTC, ending in Z, and in the future."
    )
    scopes: Annotated[list[ScopeField], Field(min_length=1, max_length=20)] = Field(default_factory=list)
    budget: BudgetIn | None = Field(default=None, json_schema_extra={TAKES_NULL: True})

    def wanted(self) -> frozenset[str] | None:
        """None for all that the caller holds."""
        named = frozenset(self.scopes)
        if not named or ALL_SCOPES_MARK in named:
            return None
        return named - {READ} | (READ_SCOPES if READ in named else frozenset())


class CreateIn(Model):
    data: CreateData

    @property
    def budget(self) -> Budget | None:
        return self.data.budget.limits() if self.data.budget else None


class UpdateData(Model):
    """The name, the budget, or both. A budget takes the place of the former one; null removes it."""

    name: NameField = Field(default=None)  # type: ignore[assignment]  # left out, it stays as it is
    budget: BudgetIn | None = Field(default=None, json_schema_extra={TAKES_NULL: True})

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        """The name is the reference's one field: who sends no budget must send it."""
        if not self.model_fields_set:
            raise refusal(wrong_type("string", "undefined", ("name",)))
        return self


class UpdateIn(Model):
    data: UpdateData

    @property
    def change(self) -> KeyChange:
        asked = self.data
        sets_budget = "budget" in asked.model_fields_set
        return KeyChange(asked.name, sets_budget, asked.budget.limits() if asked.budget else None)


class KeyPath(Model):
    id: UuidField


class BudgetOut(Model):
    """In USD; null is no limit. Floats only here: JSON's clients know no other number."""

    total: float | None
    per_day: float | None = Field(serialization_alias="perDay")
    spent: float
    spent_today: float = Field(serialization_alias="spentToday")

    @classmethod
    def of(cls, budget: Budget, spent: Spent) -> BudgetOut:
        return cls(
            total=None if budget.total is None else float(to_usd(budget.total)),
            per_day=None if budget.per_day is None else float(to_usd(budget.per_day)),
            spent=float(to_usd(spent.total)),
            spent_today=float(to_usd(spent.today)),
        )


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
    budget: BudgetOut | None

    @classmethod
    def of(cls, found: KeyAndSpent) -> KeyOut:
        key, spent = found.key, found.spent or NOTHING_SPENT
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
            budget=BudgetOut.of(key.budget, spent) if key.budget else None,
        )


class NewKeyOut(KeyOut):
    """`apiKey` is shown here and nowhere else."""

    api_key: str = Field(serialization_alias="apiKey", description="Put it into `x-api-key`.")


class OneKey(Model):
    data: KeyOut

    @classmethod
    def of(cls, found: KeyAndSpent) -> OneKey:
        return cls(data=KeyOut.of(found))


class CreatedKey(Model):
    data: NewKeyOut

    @classmethod
    def of(cls, new: NewKey) -> CreatedKey:
        shown = KeyOut.of(KeyAndSpent(new.key, None)).model_dump(by_alias=False)
        return cls(data=NewKeyOut(**shown, api_key=new.text))


class ManyKeys(Model):
    data: list[KeyOut]

    @classmethod
    def of(cls, found: tuple[KeyAndSpent, ...]) -> ManyKeys:
        return cls(data=[KeyOut.of(each) for each in found])


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
