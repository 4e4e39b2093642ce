"""A user's API keys: make, list, read, rename, delete. Another user's key is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.api_key import (
    ALL_SCOPES_MARK,
    MAX_KEYS,
    SCOPES,
    ApiKey,
    ApiKeyShownOnce,
    digest_of,
    masked,
    mint,
)
from slipway.domain.errors import ApiKeyNotFound, ExpiryNotInFuture, ScopeMissing, TooManyApiKeys
from slipway.domain.ids import KeyId

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import IntentId, UserId


class ApiKeys(Protocol):
    """The keys of all users. A key is found by its user and id, and by the digest of its text."""

    def add(self, key: ApiKey) -> bool:
        """False, with nothing written, where the user has a key with this id already."""
        ...

    def of_user(self, user: UserId) -> tuple[ApiKey, ...]: ...

    def get(self, user: UserId, key: KeyId) -> ApiKey | None: ...

    def rename(self, user: UserId, key: KeyId, name: str, *, at: datetime) -> ApiKey | None:
        """The key as it then stands; None where there is none."""
        ...

    def remove(self, user: UserId, key: KeyId) -> None:
        """From the next request on the key opens nothing. One that is not there is no error."""
        ...


@dataclass(frozen=True, slots=True)
class NewKey:
    """`text` is shown now and never again."""

    key: ApiKey
    text: str


def create(
    *,
    user: UserId,
    name: str,
    expires_at: datetime | None,
    scopes: frozenset[str] | None,
    granted: frozenset[str],
    intent: IntentId,
    environment: str,
    entropy: bytes,
    now: datetime,
    keys: ApiKeys,
) -> NewKey:
    """A new key with `scopes`, or with all that its maker holds (`granted`).

    The intent is the key's id, so a repeat makes no second key. Raises ExpiryNotInFuture, ScopeMissing for a
    scope that the maker lacks, TooManyApiKeys, ApiKeyShownOnce for a repeat.
    """
    if expires_at is not None and expires_at <= now:
        raise ExpiryNotInFuture
    allowed = _allowed(scopes, granted)
    # two at once may both see the last place free: one key too many does no harm
    held = keys.of_user(user)
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


def of_user(*, user: UserId, keys: ApiKeys) -> tuple[ApiKey, ...]:
    """All keys of the user, expired ones too, oldest first."""
    return tuple(sorted(keys.of_user(user), key=lambda key: (key.created_at, key.id)))


def get(*, user: UserId, key: KeyId, keys: ApiKeys) -> ApiKey:
    """Raises ApiKeyNotFound."""
    found = keys.get(user, key)
    if found is None:
        raise ApiKeyNotFound
    return found


def rename(*, user: UserId, key: KeyId, name: str, now: datetime, keys: ApiKeys) -> ApiKey:
    """Raises ApiKeyNotFound."""
    found = keys.rename(user, key, name, at=now)
    if found is None:
        raise ApiKeyNotFound
    return found


def delete(*, user: UserId, key: KeyId, keys: ApiKeys) -> None:
    """A key that is not there, or not the user's, is as good as deleted."""
    keys.remove(user, key)
