"""Provider tokens that a user asks for, to show to providers itself (AEP-64): its rights, its lifetime.

Bounded by policy here as well, whoever calls: sound rights in AEP-64's forms, for a day at most.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from slipway.domain.errors import PolicyRefused
from slipway.domain.token_rights import MAX_TTL_SECONDS, faults

from slipway_signing.tokens import BACKDATED_SECONDS, Token

if TYPE_CHECKING:
    from slipway_signing.keys import SigningKey


def user_token(key: SigningKey, *, address: str, leases: Any, ttl: Any, now: int, token_id: str) -> Token:
    """A token of `address`, good for `ttl` seconds from `now` (Unix seconds). Raises PolicyRefused."""
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not 0 < ttl <= MAX_TTL_SECONDS:
        raise PolicyRefused(rule="token_ttl", what="ttl")
    if not isinstance(leases, dict) or faults(leases):
        raise PolicyRefused(rule="token_rights", what="leases")
    claims = {
        "iss": address,
        "iat": now,
        "nbf": now - BACKDATED_SECONDS,
        "exp": now + ttl,
        "jti": token_id,
        "version": "v1",
        "leases": leases,
    }
    signing_input = f"{_part({'alg': 'ES256K', 'typ': 'JWT'})}.{_part(claims)}"
    signature = key.sign_digest(hashlib.sha256(signing_input.encode()).digest())
    return Token(text=f"{signing_input}.{_base64url(signature)}", expires_at=now + ttl)


def _part(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
