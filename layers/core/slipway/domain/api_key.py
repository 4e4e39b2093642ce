"""API keys: their text, their scopes, and what is remembered of them. The text itself is kept nowhere.

A key reads `sw.<environment>.<43 characters><6 characters>`: 256 random bits in Base62, then the CRC-32 of
all that stands before it, so that a mistyped key is refused without a read and scanners know a real one.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from slipway.domain.errors import CredentialsRefused, SlipwayError

if TYPE_CHECKING:
    from slipway.domain.budget import Budget
    from slipway.domain.ids import KeyId, UserId

Scope = Literal[
    "api-keys:read",
    "api-keys:write",
    "bids:read",
    "certificates:write",
    "deployments:fund",
    "deployments:read",
    "deployments:write",
    "leases:write",
    "provider-tokens:write",
    "settings:read",
    "settings:write",
    "user:read",
    "wallets:read",
]

SCOPES: Final[frozenset[str]] = frozenset(get_args(Scope))
READ_SCOPES: Final = frozenset(scope for scope in SCOPES if scope.endswith(":read"))

ALL_SCOPES_MARK: Final = "*"
"""Stands for every scope, later ones too: what a key without limits has, and a signed-in user."""

PREFIX: Final = "sw"
SECRET_BYTES: Final = 32
"""256 random bits: nobody guesses one, so a plain SHA-256 is enough to store (no salt, no slow hash)."""

MAX_KEYS: Final = 100
"""Keys of one user, expired ones counted. A list is one page of the table (about 300 bytes a key), and no
client needs a hundred; without a limit one user could fill the table."""

LAST_USED_EVERY: Final = timedelta(minutes=1)
"""The last use is written at most this often: a write costs more than all that a request reads."""

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_LENGTH: Final = 43
"""62^43 is the first power of 62 above 2^256."""
_CHECKSUM_LENGTH: Final = 6
"""62^6 is above 2^32."""
_FORM: Final = re.compile(
    rf"{PREFIX}\.(?P<environment>[a-z0-9]+)\.[0-9A-Za-z]{{{_SECRET_LENGTH}}}(?P<checksum>[0-9A-Za-z]{{6}})"
)
_SHOWN: Final = 6


@dataclass(eq=False, kw_only=True)
class ApiKeyRefused(CredentialsRefused):
    """`why` is for the log: `malformed`, `unknown`, `expired`. The caller never learns which."""

    code = "api_key_refused"
    sentence = "Invalid API key"
    why: str


@dataclass(eq=False, kw_only=True)
class ApiKeyShownOnce(SlipwayError):
    """A repeat of the request that made key `id`. The key's text was in the first answer, kept nowhere."""

    code = "api_key_shown_once"
    sentence = (
        "This request has already made API key {id}, which is shown only once. "
        "If its answer was lost, delete that key and create another with a new Idempotency-Key"
    )
    id: str


class ApiKeyHasBudget(SlipwayError):
    """A key that could make another one, or change a budget, would have none."""

    code = "api_key_has_budget"
    sentence = (
        "This API key has a budget, so it can neither make API keys nor change a budget. "
        "Sign in or use an API key without a budget to continue."
    )


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`key_format` is the masked text; `digest` finds the key that a caller shows. No scopes, no rights."""

    id: KeyId
    user: UserId
    name: str
    digest: str
    key_format: str
    environment: str
    scopes: frozenset[str]
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    budget: Budget | None = None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def last_use_is_due(self, now: datetime) -> bool:
        return self.last_used_at is None or now - self.last_used_at >= LAST_USED_EVERY


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What is to become of a key; `name` None leaves the name, `sets_budget` False the budget."""

    name: str | None = None
    sets_budget: bool = False
    budget: Budget | None = None


def mint(environment: str, entropy: bytes) -> str:
    """The text of a new key. `entropy` has 32 bytes of a cryptographic generator."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError(f"a key needs {SECRET_BYTES} bytes")
    body = f"{PREFIX}.{environment}.{_base62(int.from_bytes(entropy), _SECRET_LENGTH)}"
    return body + _checksum(body)


def is_well_formed(text: str, environment: str) -> bool:
    """Whether `text` could be a key of `environment`: form, environment and checksum."""
    form = _FORM.fullmatch(text)
    if form is None or form["environment"] != environment:
        return False
    return _checksum(text[:-_CHECKSUM_LENGTH]) == form["checksum"]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def masked(text: str) -> str:
    """`sw.sandbox.a1b2c3***d4e5f6`: tells a user's keys apart. The last six are the checksum: with both ends
    known, 188 of the 256 bits stay unknown."""
    head, _, secret = text.rpartition(".")
    return f"{head}.{secret[:_SHOWN]}***{secret[-_SHOWN:]}"


def expanded(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes with `*` spelt out."""
    return SCOPES if ALL_SCOPES_MARK in scopes else scopes


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits
