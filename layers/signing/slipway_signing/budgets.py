"""Budgets of API keys: how much credit a key's transactions may move, in all and in a day (UTC).

The signer counts, not its caller. What an intent moves is added to its key's sum in the same write that notes
it in the intent, and taken back in the same write that ends the intent without a transaction. So a sum is at
every moment exactly what landed or may still land, of what was asked for while the key had a budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from slipway.domain import budget
from slipway.domain.errors import BudgetExceeded

_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What a key may move, in uact, as the signer read it; None is no limit."""

    key_id: str
    total: int | None = None
    per_day: int | None = None

    def must_cover(self, amount: int, *, spent: int, spent_today: int) -> None:
        """Raises BudgetExceeded."""
        for period, limit, before in (("total", self.total, spent), ("day", self.per_day, spent_today)):
            if limit is not None and before + amount > limit:
                raise BudgetExceeded(period=period, limit=limit, spent=before, needed=amount)


@dataclass(frozen=True, slots=True)
class Counted:
    """What an intent has added to its key's sums, and to which day's."""

    amount: int
    day: str


def day_of(now_ns: int) -> str:
    """The UTC day, as `20270115`."""
    return budget.day_of(datetime.fromtimestamp(now_ns // _NANOSECONDS, UTC))
