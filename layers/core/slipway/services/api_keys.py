"""A user's API keys: make, list, read, change, delete. Another user's key is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.api_key import (
    ALL_SCOPES_MARK,
    MAX_KEYS,
    SCOPES,
    ApiKey,
    ApiKeyHasBudget,
    ApiKeyRefused,
    ApiKeyShownOnce,
    digest_of,
    masked,
    mint,
)
from slipway.domain.budget import day_of
from slipway.domain.errors import ApiKeyNotFound, ExpiryNotInFuture, ScopeMissing, TooManyApiKeys
from slipway.domain.ids import KeyId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from slipway.domain.api_key import KeyChange
    from slipway.domain.budget import Budget, Spent
    from slipway.domain.ids import IntentId, UserId


class ApiKeys(Protocol):
    """The keys of all users. A key is found by its user and id, and by the digest of its text."""

    def add(self, key: ApiKey) -> bool:
        """False, with nothing written, where the user has a key with this id already."""
        ...

    def of_user(self, user: UserId) -> tuple[ApiKey, ...]: ...

    def get(self, user: UserId, key: KeyId) -> ApiKey | None: ...

    def change(self, user: UserId, key: KeyId, change: KeyChange, *, at: datetime) -> ApiKey | None:
        """The key as it then stands; None where there is none."""
        ...

    def remove(self, user: UserId, key: KeyId) -> None:
        """From the next request on the key opens nothing. One that is not there is no error."""
        ...


class Spending(Protocol):
    """What the deposits of keys came to; the signer counts them."""

    def of(self, keys: Sequence[KeyId], day: str) -> Mapping[KeyId, Spent]:
        """Of each of the keys; `day` (`budget.day_of`) is today."""
        ...


@dataclass(frozen=True, slots=True)
class NewKey:
    """`text` is shown now and never again."""

    key: ApiKey
    text: str


@dataclass(frozen=True, slots=True)
class KeyAndSpent:
    """`spent` is None for a key without a budget: nothing is counted for it."""

    key: ApiKey
    spent: Spent | None


def create(
    *,
    user: UserId,
    caller: KeyId,
    name: str,
    expires_at: datetime | None,
    scopes: frozenset[str] | None,
    budget: Budget | None,
    granted: frozenset[str],
    intent: IntentId,
    environment: str,
    entropy: bytes,
    now: datetime,
    keys: ApiKeys,
) -> NewKey:
    """A new key with `scopes`, or with all that its maker holds (`granted`).

    The intent is the key's id, so a repeat makes no second key. `caller` is the maker's own key, empty for
    who signed in. Raises ExpiryNotInFuture, ScopeMissing for a scope that the maker lacks, ApiKeyHasBudget,
    TooManyApiKeys, ApiKeyShownOnce for a repeat.
    """
    if expires_at is not None and expires_at <= now:
        raise ExpiryNotInFuture
    allowed = _allowed(scopes, granted)
    # two at once may both see the last place free: one key too many does no harm
    held = keys.of_user(user)
    if caller:
        _must_have_no_budget(next((key for key in held if key.id == caller), None))
    if len(held) >= MAX_KEYS and KeyId(intent) not in {key.id for key in held}:
        raise TooManyApiKeys(limit=MAX_KEYS)
    text = mint(environment, entropy)
    key = ApiKey(
        id=KeyId(intent),
        user=user,
        name=name,
        digest=digest_of(text),
        key_format=masked(text),
        environment=environment,
        scopes=allowed,
        created_at=now,
        updated_at=now,
        expires_at=expires_at,
        last_used_at=None,
        budget=budget,
    )
    if not keys.add(key):
        raise ApiKeyShownOnce(id=intent)
    return NewKey(key, text)


def _allowed(scopes: frozenset[str] | None, granted: frozenset[str]) -> frozenset[str]:
    """A key cannot make a stronger one."""
    if scopes is None:
        return frozenset({ALL_SCOPES_MARK}) if granted >= SCOPES else granted
    for scope in sorted(scopes - granted):
        raise ScopeMissing(scope=scope)
    return scopes


def _must_have_no_budget(own: ApiKey | None) -> None:
    """Raises ApiKeyHasBudget, and ApiKeyRefused for a key that was deleted after it was let in."""
    if own is None:
        raise ApiKeyRefused(why="unknown")
    if own.budget is not None:
        raise ApiKeyHasBudget


def of_user(*, user: UserId, now: datetime, keys: ApiKeys, spending: Spending) -> tuple[KeyAndSpent, ...]:
    """All keys of the user, expired ones too, oldest first."""
    found = sorted(keys.of_user(user), key=lambda key: (key.created_at, key.id))
    return _with_spent(found, now, spending)


def get(*, user: UserId, key: KeyId, now: datetime, keys: ApiKeys, spending: Spending) -> KeyAndSpent:
    """Raises ApiKeyNotFound."""
    found = keys.get(user, key)
    if found is None:
        raise ApiKeyNotFound
    return _with_spent([found], now, spending)[0]


def change(
    *,
    user: UserId,
    caller: KeyId,
    key: KeyId,
    change: KeyChange,
    now: datetime,
    keys: ApiKeys,
    spending: Spending,
) -> KeyAndSpent:
    """What was spent stays spent: a budget below it leaves no room.

    `caller` is the caller's own key, empty for who signed in. Raises ApiKeyNotFound, ApiKeyHasBudget.
    """
    if change.sets_budget and caller:
        _must_have_no_budget(keys.get(user, caller))
    found = keys.change(user, key, change, at=now)
    if found is None:
        raise ApiKeyNotFound
    return _with_spent([found], now, spending)[0]


def _with_spent(found: Sequence[ApiKey], now: datetime, spending: Spending) -> tuple[KeyAndSpent, ...]:
    """One read for all of them, and none where no key has a budget."""
    counted = [key.id for key in found if key.budget is not None]
    spent = spending.of(counted, day_of(now)) if counted else {}
    return tuple(KeyAndSpent(key, spent.get(key.id)) for key in found)


def delete(*, user: UserId, key: KeyId, keys: ApiKeys) -> None:
    """A key that is not there, or not the user's, is as good as deleted."""
    keys.remove(user, key)
