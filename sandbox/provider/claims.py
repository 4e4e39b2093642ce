"""The claims of a provider token: their Go types, the rules of their values, and what they let one do.

A wrong type makes the token invalid (401), a wrong value its claims (400): provider-gateway.md §6, recordings
03 and 04. `services` is required in a granular token and never enforced.
"""

import math
from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

from slipway_signing.address import is_address

from sandbox.provider import gojson
from sandbox.provider.gojson import GoJsonError, Json, Number
from sandbox.provider.gotypes import UINT64, Custom, Field, Integer, Slice, Struct, Text, Where


class ClaimsInvalid(Exception):
    """Right types, wrong values: 400. The text is that of golang-jwt."""


def _seconds(value: Json) -> float | None:
    """NumericDate: a number, or a string that holds one."""
    if value is None:
        return None
    number = gojson.read_whole(value.encode()) if isinstance(value, str) else value
    if not isinstance(number, Number) or math.isinf(float(number)):
        raise GoJsonError("could not parse NumericData")
    return float(number)


def _audience(value: Json) -> Json:
    """ClaimStrings: one string or several."""
    if value is not None and not (_is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))):
        raise GoJsonError("invalid type for claim: aud is invalid")
    return value


def _account(value: Json) -> str:
    """sdk.AccAddress: a valid address or nothing."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not is_address(value):
        raise GoJsonError("decoding bech32 failed")
    return value


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and not isinstance(value, Number)


_DATE: Final = Field(Custom("jwt.NumericDate", _seconds, empty=None))
_SCOPE: Final = Field(Slice("[]string", Text()))
_DEPLOYMENT: Final = Struct(
    "Deployment",
    {
        "dseq": Field(Integer(UINT64, "uint64")),
        "gseq": Field(Integer()),
        "oseq": Field(Integer()),
        "scope": _SCOPE,
        "services": _SCOPE,
    },
)
_PERMISSION: Final = Struct(
    "Permission",
    {
        "provider": Field(Custom("types.AccAddress", _account, empty="")),
        "access": Field(Text()),
        "scope": _SCOPE,
        "deployments": Field(Slice("[]Deployment", _DEPLOYMENT)),
    },
)
_LEASES: Final = Struct(
    "Leases",
    {"access": Field(Text()), "scope": _SCOPE, "permissions": Field(Slice("[]Permission", _PERMISSION))},
)
_CLAIMS: Final = Struct(
    "Claims",
    {
        **{name: Field(Text()) for name in ("iss", "sub", "jti", "version")},
        "aud": Field(Custom("jwt.ClaimStrings", _audience, empty=None)),
        **dict.fromkeys(("exp", "nbf", "iat"), _DATE),
        "leases": Field(_LEASES),
    },
)


def decode(payload: bytes) -> dict[str, Any]:
    """The claims as Go's struct holds them. Raises GoJsonError."""
    claims: dict[str, Any] = _CLAIMS.decode(gojson.read_whole(payload), _CLAIMS.zero(), Where())
    return claims


def must_hold(claims: Mapping[str, Any], now: float, scopes: Set[str]) -> None:
    """Raises ClaimsInvalid. No leeway, no longest lifetime; the value of `iat` does not count.

    `scopes`: those that this provider knows; one that it does not spoils the whole token.
    """
    for name in ("exp", "nbf", "iat"):
        if claims[name] is None:
            raise ClaimsInvalid(f"token is missing required claim: {name} claim is required")
    if not now < claims["exp"]:
        raise ClaimsInvalid("token is expired")
    if now < claims["nbf"]:
        raise ClaimsInvalid("token is not valid yet")
    if claims["version"] != "v1" or not _leases_hold(claims["leases"], scopes):
        raise ClaimsInvalid("token claims are invalid")


def _leases_hold(leases: Mapping[str, Any], scopes: Set[str]) -> bool:
    scope, permissions = leases["scope"], leases["permissions"]
    match leases["access"]:
        case "full":
            return not scope and not permissions
        case "scoped":
            return _scope_holds(scope, scopes) and not permissions
        case "granular":
            providers = [permission["provider"] for permission in permissions or []]
            distinct = bool(providers) and _unique(providers)
            return distinct and all(_permission_holds(each, scopes) for each in permissions)
    return False


def _permission_holds(permission: Mapping[str, Any], scopes: Set[str]) -> bool:
    scope, deployments = permission["scope"], permission["deployments"]
    if not permission["provider"]:
        return False
    match permission["access"]:
        case "full":
            return not scope and not deployments
        case "scoped":
            return _scope_holds(scope, scopes) and not deployments
        case "granular":
            listed = not scope and bool(deployments)
            return listed and all(_deployment_holds(each, scopes) for each in deployments)
    return False


def _deployment_holds(deployment: Mapping[str, Any], scopes: Set[str]) -> bool:
    services = deployment["services"]
    return (
        deployment["dseq"] > 0
        and _scope_holds(deployment["scope"], scopes)
        and bool(services)
        and _unique(services)
        and bool(deployment["gseq"] or not deployment["oseq"])
    )


def _scope_holds(scope: list[str] | None, scopes: Set[str]) -> bool:
    return bool(scope) and _unique(scope or []) and scopes >= set(scope or [])


def _unique(items: Iterable[str]) -> bool:
    listed = list(items)
    return len(set(listed)) == len(listed)
