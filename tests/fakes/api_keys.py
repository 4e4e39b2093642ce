"""API keys in memory: passes the same contract as the table (tests/contract/dynamo)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.api_key import ApiKey
    from slipway.domain.ids import KeyId, UserId


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

    def rename(self, user: UserId, key: KeyId, name: str, *, at: datetime) -> ApiKey | None:
        found = self.get(user, key)
        if found is None:
            return None
        self._keys[user, key] = renamed = replace(found, name=name, updated_at=at)
        return renamed

    def remove(self, user: UserId, key: KeyId) -> None:
        self._keys.pop((user, key), None)

    def by_digest(self, digest: str) -> ApiKey | None:
        self.reads += 1
        return next((key for key in self._keys.values() if key.digest == digest), None)

    def note_use(self, key: ApiKey, at: datetime) -> None:
        if (key.user, key.id) in self._keys:
            self.uses.append(at)
            self._keys[key.user, key.id] = replace(self._keys[key.user, key.id], last_used_at=at)
