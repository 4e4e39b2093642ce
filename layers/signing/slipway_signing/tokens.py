"""Tokens for providers (AEP-64): ES256K by the wallet's own key, one provider and one scope each.

A provider keeps no clock leeway and any token it is shown can be shown to others, so tokens live a minute,
begin a little in the past and name their provider.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.errors import PolicyRefused

from slipway_signing.address import is_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.keys import SigningKey

LIFETIME_SECONDS: Final = 60
BACKDATED_SECONDS: Final = 10
"""`nbf` this far back: a provider whose clock is behind ours refuses a token that begins now."""
MIN_REMAINING_SECONDS: Final = 20
"""A kept token is handed out while a call with its deadline still fits into it."""
MAX_KEPT: Final = 512
"""Tokens kept by one process; the oldest goes first."""

SCOPES: Final = frozenset(
    {
        "send-manifest",
        "get-manifest",
        "logs",
        "shell",
        "events",
        "status",
        "restart",
        "hostname-migrate",
        "ip-migrate",
    }
)
"""`attestation` is left out: a scope that an older provider does not know voids the whole token."""


@dataclass(frozen=True, slots=True)
class Token:
    """`expires_at` is in Unix seconds."""

    text: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose token, for whom and what. All three are what a kept token is found by."""

    address: str
    provider: str
    scope: str


class TokenMint:
    """Mints tokens and keeps the last ones. `now` gives Unix seconds, `new_id` a unique text."""

    def __init__(self, *, now: Callable[[], int], new_id: Callable[[], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._kept: dict[Asked, Token] = {}

    def token(self, asked: Asked, key: SigningKey) -> Token:
        """A token for one provider and scope, good for at least `MIN_REMAINING_SECONDS`.

        Raises PolicyRefused for a scope that no provider has or a provider that is no address.
        """
        if asked.scope not in SCOPES:
            raise PolicyRefused(rule="token_scope", what=asked.scope)
        if not is_address(asked.provider):
            raise PolicyRefused(rule="token_provider", what="provider")
        kept = self._kept.pop(asked, None)
        if kept is None or kept.expires_at - self._now() < MIN_REMAINING_SECONDS:
            kept = self._mint(asked, key)
        self._keep(asked, kept)
        return kept

    def _keep(self, asked: Asked, token: Token) -> None:
        self._kept[asked] = token
        if len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]

    def _mint(self, asked: Asked, key: SigningKey) -> Token:
        now = self._now()
        claims = {
            "iss": asked.address,
            "iat": now,
            "nbf": now - BACKDATED_SECONDS,
            "exp": now + LIFETIME_SECONDS,
            "jti": self._new_id(),
            "version": "v1",
            "leases": {
                "access": "granular",
                "permissions": [{"provider": asked.provider, "access": "scoped", "scope": [asked.scope]}],
            },
        }
        signing_input = f"{_part({'alg': 'ES256K', 'typ': 'JWT'})}.{_part(claims)}"
        signature = key.sign_digest(hashlib.sha256(signing_input.encode()).digest())
        return Token(text=f"{signing_input}.{_base64url(signature)}", expires_at=now + LIFETIME_SECONDS)


def _part(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
