"""Users as the service knows them: what their sign-in said, and when it first saw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import UserId

SEEN_EVERY: Final = timedelta(hours=1)
"""The last activity is written at most this often: a write costs more than all that a request reads."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a token of the sign-in tells of its user. `username` is the one the user chose, if any."""

    email: str
    email_verified: bool
    username: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """`profile` is None until the user signs in: an API key tells nothing of who made it."""

    id: UserId
    created_at: datetime
    last_active_at: datetime
    profile: Profile | None = None

    @property
    def username(self) -> str:
        """The chosen one, else what stands before the @ of the address, else a part of the id."""
        if self.profile is None:
            return f"user-{self.id[:8]}"
        return self.profile.username or self.profile.email.partition("@")[0]

    def must_be_noted(self, profile: Profile | None, now: datetime) -> bool:
        """Whether what is known now is not yet written, or was written too long ago."""
        is_news = profile is not None and profile != self.profile
        return is_news or now - self.last_active_at >= SEEN_EVERY
