"""provider-gateway.md §6.1; recordings 03 and 04."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.provider import claims
from sandbox.provider.claims import ClaimsInvalid
from sandbox.provider.generations import CURRENT
from sandbox.provider.gojson import GoJsonError
from tests.unit.provider.world import PROVIDER

NOW = 1000.0
SCOPES = CURRENT.scopes


def _decoded(**changed: Any) -> dict[str, Any]:
    full = {
        "iss": PROVIDER,
        "iat": 900,
        "nbf": 900,
        "exp": 1100,
        "version": "v1",
        "leases": {"access": "full"},
    }
    return claims.decode(json.dumps({**full, **changed}).encode())


def _permission(**changed: Any) -> dict[str, Any]:
    return {"provider": PROVIDER, "access": "full", **changed}


def _deployment(**changed: Any) -> dict[str, Any]:
    return {"dseq": 5, "scope": ["status"], "services": ["web"], **changed}


def _by_deployment(**changed: Any) -> dict[str, Any]:
    permission = _permission(access="granular", deployments=[_deployment(**changed)])
    return {"access": "granular", "permissions": [permission]}


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 1},
        {"iss": 5},
        {"jti": 5},
        {"exp": "soon"},
        {"exp": [1]},
        {"aud": 5},
        {"leases": "full"},
        {"leases": {"access": "granular", "permissions": [{"provider": "nobody", "access": "full"}]}},
        {"leases": _by_deployment(dseq="5")},
        {"leases": _by_deployment(dseq=-5)},
    ],
)
def test_a_wrong_type_is_no_token(changed: dict[str, Any]) -> None:
    with pytest.raises(GoJsonError):
        _decoded(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1000},
        {"nbf": 1001},
        {"exp": None},
        {"nbf": None},
        {"iat": None},
        {"version": "v2"},
        {"version": ""},
        {"leases": None},
        {"leases": {}},
        {"leases": {"access": "Full"}},
        {"leases": {"access": "full", "scope": ["status"]}},
        {"leases": {"access": "full", "permissions": [_permission()]}},
        {"leases": {"access": "scoped"}},
        {"leases": {"access": "scoped", "scope": []}},
        {"leases": {"access": "scoped", "scope": ["status", "status"]}},
        {"leases": {"access": "scoped", "scope": ["Status"]}},
        {"leases": {"access": "scoped", "scope": ["status"], "permissions": [_permission()]}},
        {"leases": {"access": "granular"}},
        {"leases": {"access": "granular", "permissions": [_permission(), _permission()]}},
        {"leases": {"access": "granular", "permissions": [_permission(access="scoped")]}},
        {"leases": {"access": "granular", "permissions": [_permission(access="none")]}},
        {"leases": {"access": "granular", "permissions": [{"access": "full"}]}},
        {"leases": {"access": "granular", "permissions": [_permission(access="granular")]}},
        {"leases": _by_deployment(dseq=0)},
        {"leases": _by_deployment(scope=[])},
        {"leases": _by_deployment(services=[])},
        {"leases": _by_deployment(services=["web", "web"])},
        {"leases": _by_deployment(oseq=1)},
    ],
)
def test_a_wrong_value_is_an_invalid_claim(changed: dict[str, Any]) -> None:
    with pytest.raises(ClaimsInvalid):
        claims.must_hold(_decoded(**changed), NOW, SCOPES)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"exp": "1100"},
        {"exp": 1000.5},
        {"exp": 1e12},
        {"iat": 5000},
        {"aud": ["a", "b"], "sub": "x", "unknown": {"a": 1}},
        {"leases": {"access": "scoped", "scope": sorted(SCOPES)}},
        {"leases": {"access": "full", "unknown": 1}},
        {"leases": {"access": "granular", "scope": ["status"], "permissions": [_permission()]}},
        {"leases": _by_deployment()},
        {"leases": _by_deployment(gseq=1, oseq=1)},
    ],
)
def test_everything_else_holds(changed: dict[str, Any]) -> None:
    claims.must_hold(_decoded(**changed), NOW, SCOPES)
