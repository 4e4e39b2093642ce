"""Who the user is: what the sign-in told, kept from the first sight on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from slipway.domain.errors import WalletNotFound, WalletOpening
from slipway.domain.user import User

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import UserId
    from slipway.domain.user import Profile
    from slipway.services.ports import Wallets


class Users(Protocol):
    """One row a user."""

    def get(self, user: UserId) -> User | None: ...

    def note(self, user: User) -> User:
        """Write profile and last activity; the row as it then stands, made at the first sight of all."""
        ...


@dataclass(frozen=True, slots=True)
class Me:
    """`has_wallet`: a wallet exists, though it may still be on its way."""

    user: User
    has_wallet: bool


def me(*, user: UserId, profile: Profile | None, now: datetime, users: Users, wallets: Wallets) -> Me:
    """The caller. `profile` is what came with the sign-in, None with an API key."""
    return Me(_noted(user, profile, now, users), _has_wallet(user, wallets))


def _noted(user: UserId, profile: Profile | None, now: datetime, users: Users) -> User:
    known = users.get(user)
    if known is None:
        return users.note(User(user, created_at=now, last_active_at=now, profile=profile))
    if not known.must_be_noted(profile, now):
        return known
    return users.note(replace(known, last_active_at=now, profile=profile or known.profile))


def _has_wallet(user: UserId, wallets: Wallets) -> bool:
    try:
        wallets.of(user)
    except WalletNotFound:
        return False
    except WalletOpening:
        return True
    return True
