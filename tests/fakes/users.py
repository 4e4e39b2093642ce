"""Users in memory: passes the same contract as the table (tests/contract/dynamo)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.ids import UserId
    from slipway.domain.user import User


class FakeUsers:
    """`Users`. `writes` counts them."""

    def __init__(self) -> None:
        self.rows: dict[UserId, User] = {}
        self.writes = 0

    def get(self, user: UserId) -> User | None:
        return self.rows.get(user)

    def note(self, user: User) -> User:
        self.writes += 1
        known = self.rows.get(user.id)
        if known is not None:
            user = replace(user, created_at=known.created_at, profile=user.profile or known.profile)
        self.rows[user.id] = user
        return user
