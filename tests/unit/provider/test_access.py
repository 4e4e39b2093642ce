"""Recording 04: what a token lets one do."""

from __future__ import annotations

from typing import Any

from sandbox.provider.access import Access, Subject
from tests.unit.provider.world import PROVIDER

LEASE = Subject(5, 1, 1)


def _granular(*permissions: dict[str, Any]) -> Access:
    return Access("owner", {"access": "granular", "scope": None, "permissions": list(permissions)})


def _permission(access: str, **more: Any) -> dict[str, Any]:
    return {"provider": PROVIDER, "access": access, "scope": None, "deployments": None, **more}


def _deployment(**changed: Any) -> dict[str, Any]:
    return {"dseq": 5, "gseq": 0, "oseq": 0, "scope": ["status"], "services": ["web"], **changed}


def test_a_client_certificate_may_do_all() -> None:
    caller = Access("owner")

    assert caller.covers_provider(PROVIDER) and caller.covers(PROVIDER, LEASE)
    assert caller.allows(PROVIDER, LEASE, "shell")


def test_a_scoped_token_carries_its_scopes_everywhere() -> None:
    caller = Access("owner", {"access": "scoped", "scope": ["status"], "permissions": None})

    assert caller.allows("any provider", LEASE, "status")
    assert not caller.allows("any provider", LEASE, "logs")


def test_a_granular_token_covers_only_the_providers_it_names() -> None:
    caller = _granular(_permission("full"))

    assert caller.covers_provider(PROVIDER) and caller.allows(PROVIDER, LEASE, "logs")
    assert not caller.covers_provider("another")


def test_a_provider_with_scopes_has_those_for_every_deployment() -> None:
    caller = _granular(_permission("scoped", scope=["status", "logs"]))

    assert caller.covers(PROVIDER, LEASE) and caller.allows(PROVIDER, LEASE, "logs")
    assert not caller.allows(PROVIDER, LEASE, "shell")


def test_a_listed_deployment_is_covered_in_all_its_groups() -> None:
    caller = _granular(_permission("granular", deployments=[_deployment()]))

    assert caller.covers(PROVIDER, LEASE) and caller.allows(PROVIDER, LEASE, "status")
    assert not caller.allows(PROVIDER, LEASE, "logs")
    assert not caller.covers(PROVIDER, Subject(6, 1, 1))


def test_a_listed_group_covers_no_other() -> None:
    caller = _granular(_permission("granular", deployments=[_deployment(gseq=2)]))

    assert caller.covers(PROVIDER, Subject(5, 2, 1))
    assert not caller.covers(PROVIDER, LEASE)


def test_deployments_are_searched_until_one_has_the_scope() -> None:
    listed = [_deployment(), _deployment(scope=["logs"])]
    caller = _granular(_permission("granular", deployments=listed))

    assert caller.allows(PROVIDER, LEASE, "logs")


def test_a_request_about_a_whole_deployment_asks_for_no_group() -> None:
    caller = _granular(_permission("granular", deployments=[_deployment(gseq=2, scope=["send-manifest"])]))

    assert caller.allows(PROVIDER, Subject(5), "send-manifest")
