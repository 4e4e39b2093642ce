"""provider-gateway.md §2.3: a manifest against its deployment's groups; recording 05."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.provider import manifest
from sandbox.provider.crossvalidation import must_match
from sandbox.provider.manifest_rules import ManifestRefused
from tests.unit.provider.world import expose, group, group_spec, service

PREFIX = 'manifest cross-validation error: group "dcloud": '


def _match(groups: list[dict[str, Any]], specs: list[dict[str, Any]]) -> None:
    must_match(manifest.decode(json.dumps(groups).encode()), specs)


def _refused(groups: list[dict[str, Any]], specs: list[dict[str, Any]]) -> tuple[int, str]:
    with pytest.raises(ManifestRefused) as refused:
        _match(groups, specs)
    return refused.value.status, refused.value.text


def test_the_manifest_of_the_deployment_matches() -> None:
    groups = [group(service("api", id=1), service("web", id=2, count=2)), group(name="other")]

    _match(groups, [group_spec(each) for each in groups])


def test_group_counts_and_names_are_plain_errors() -> None:
    spec = group_spec(group())

    assert _refused([group()], [spec, group_spec(group(name="b"))]) == (
        500,
        "invalid manifest: group count mismatch (1 != 2)",
    )
    assert _refused([group(name="b")], [spec]) == (500, "invalid manifest: unknown deployment group ('b')")


@pytest.mark.parametrize(
    ("part", "value", "word"),
    [
        ("cpu", {"units": {"val": "600"}}, "CPU"),
        ("cpu", {"units": {"val": "0"}}, "CPU"),
        ("gpu", {"units": {"val": "1"}}, "GPU"),
        ("memory", {"size": {"val": "1"}}, "Memory"),
        ("storage", [], "Storage"),
    ],
)
def test_every_resource_is_compared(part: str, value: object, word: str) -> None:
    other = service()
    other["resources"][part] = value

    refused = _refused([group(other)], [group_spec(group())])

    assert refused == (422, f'{PREFIX}service "web": {word} resources mismatch for ID 1')


def test_replicas_and_endpoints_are_used_up_exactly() -> None:
    two = group_spec(group(service(count=2)))
    with_port = group_spec(group(service(expose=[expose(22), expose()])))

    assert _refused([group()], [two]) == (422, f"{PREFIX}resources ID (1): under-utilized (1) resources")
    assert _refused([group(service(count=3))], [two]) == (
        422,
        f'{PREFIX}service "web": over-utilized replicas (3) > group spec resources count (2)',
    )
    assert _refused([group()], [with_port]) == (
        422,
        f"{PREFIX}resources ID (1): under-utilized (1) PORT endpoints",
    )
    assert _refused([group(service(expose=[expose(22), expose()]))], [group_spec(group())]) == (
        422,
        f'{PREFIX}service "web": resource ID 1: over-utilized PORT endpoints',
    )


def test_a_resource_that_the_group_has_not() -> None:
    refused = _refused([group(service(id=9))], [group_spec(group())])

    assert refused == (422, f'{PREFIX}service "web": not found deployment group resources with ID = 9')
