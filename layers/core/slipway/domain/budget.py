"""Budgets of API keys: how much credit a key's deposits may come to, in all and in a day (UTC).

The API keeps the limits with the key, the signer holds deposits against them and keeps the sums. Both find
them by the names that stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from slipway.domain.ids import KeyId, UserId

TOTAL_LIMIT: Final = "budget_total"
DAY_LIMIT: Final = "budget_per_day"
"""Names of a key's limits beside the key."""

TOTAL_SUM: Final = "spent"
"""The name of all that a key's deposits came to; `day_sum` is that of one day's."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a key's deposits may come to; None is no limit."""

    total: MicroUsd | None = None
    per_day: MicroUsd | None = None

    @property
    def limits_nothing(self) -> bool:
        return self.total is None and self.per_day is None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a key's deposits came to, those that may still land counted."""

    total: MicroUsd
    today: MicroUsd


NOTHING_SPENT: Final = Spent(MicroUsd(0), MicroUsd(0))


def day_of(at: datetime) -> str:
    """The UTC day, as `20270115`."""
    return at.astimezone(UTC).strftime("%Y%m%d")


def day_sum(day: str) -> str:
    """`day` is `day_of`'s."""
    return f"d{day}"


def key_place(user: UserId | str, key: KeyId | str) -> tuple[str, str]:
    """Where a user's key stands in the table of API keys: its `pk` and `sk`."""
    return f"USER#{user}", f"KEY#{key}"
