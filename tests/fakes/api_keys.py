"""API keys in memory: passes the same contract as the table (tests/contract/dynamo)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.budget import Spent
from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from slipway.domain.api_key import ApiKey, KeyChange
    from slipway.domain.ids import KeyId, UserId


class FakeSpending:
    """`Spending` in memory: sums by key and day, `""` for all days. `reads` has the keys of each look-up."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str], int] = {}
        self.reads: list[tuple[KeyId, ...]] = []

    def of(self, keys: Sequence[KeyId], day: str) -> Mapping[KeyId, Spent]:
        self.reads.append(tuple(keys))
        return {key: Spent(self._sum(key, ""), self._sum(key, day)) for key in keys}

    def _sum(self, key: KeyId, day: str) -> MicroUsd:
        return MicroUsd(self.sums.get((key, day), 0))


class FakeApiKeys:
    """`ApiKeys` and `KeyDirectory`. `reads` counts look-ups by digest, `uses` the writes of a last use."""

    def __init__(self) -> None:
        self._keys: dict[tuple[UserId, KeyId], ApiKey] = {}
        self.reads = 0
        self.uses: list[datetime] = []

    def add(self, key: ApiKey) -> bool:
        if (key.user, key.id) in self._keys:
            return False
        self._keys[key.user, key.id] = key
        return True

    def of_user(self, user: UserId) -> tuple[ApiKey, ...]:
        return tuple(key for key in self._keys.values() if key.user == user)

    def get(self, user: UserId, key: KeyId) -> ApiKey | None:
        return self._keys.get((user, key))

    def change(self, user: UserId, key: KeyId, change: KeyChange, *, at: datetime) -> ApiKey | None:
        found = self.get(user, key)
        if found is None:
            return None
        name = found.name if change.name is None else change.name
        budget = change.budget if change.sets_budget else found.budget
        self._keys[user, key] = changed = replace(found, name=name, budget=budget, updated_at=at)
        return changed

    def remove(self, user: UserId, key: KeyId) -> None:
        self._keys.pop((user, key), None)

    def by_digest(self, digest: str) -> ApiKey | None:
        self.reads += 1
        found = next((key for key in self._keys.values() if key.digest == digest), None)
        return found and replace(found, budget=None)

    def note_use(self, key: ApiKey, at: datetime) -> None:
        if (key.user, key.id) in self._keys:
            self.uses.append(at)
            self._keys[key.user, key.id] = replace(self._keys[key.user, key.id], last_used_at=at)
