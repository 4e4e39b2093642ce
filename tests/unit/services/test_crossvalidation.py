"""Providers' rules about a manifest and the groups that its deployment pays for."""

from __future__ import annotations

import copy
import gzip
import json
from typing import Any

import pytest
from slipway.domain.deployment import Group
from slipway.domain.errors import GroupsChanged
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.mistakes import SdlInvalid
from slipway.services.crossvalidation import must_keep_groups

from tests import recordings
from tests.fakes.world import EXAMPLES, TWO_REGIONS

TWO_SERVICES = (EXAMPLES / "blog-with-database.yaml").read_text()


def on_chain(sdl: str) -> list[Group]:
    return [Group(n, "open", group.rest()) for n, group in enumerate(compile_sdl(sdl).groups, start=1)]


def manifest(sdl: str) -> list[Any]:
    return copy.deepcopy(compile_sdl(sdl).manifest.groups)


def told(new: list[Any], old: list[Group]) -> list[str]:
    with pytest.raises(GroupsChanged) as refused:
        must_keep_groups(new, old)
    return refused.value.texts


@pytest.mark.parametrize("sdl", [TWO_SERVICES, TWO_REGIONS], ids=["two services", "two groups"])
def test_a_manifest_fits_its_own_groups(sdl: str) -> None:
    must_keep_groups(manifest(sdl), on_chain(sdl))


def test_every_recorded_sdl_fits_its_own_groups() -> None:
    checked = 0
    with gzip.open(recordings.path("sdl") / "conformance.jsonl.gz", "rt") as lines:
        for line in lines:
            try:
                compiled = compile_sdl(json.loads(line).get("sdl") or "")
            except SdlInvalid:
                continue
            old = [Group(1, "open", group.rest()) for group in compiled.groups]
            must_keep_groups(compiled.manifest.groups, old)
            checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("size: 5Gi", "size: 6Gi", "Storage resources mismatch for ID 2"),
        ("class: beta2", "class: beta3", "Storage resources mismatch for ID 2"),
        ("units: 1\n", "units: 2\n", "CPU resources mismatch for ID 2"),
        ("size: 1Gi", "size: 2Gi", "Memory resources mismatch for ID 2"),
    ],
)
def test_another_size_names_group_service_and_resource(old: str, new: str, text: str) -> None:
    assert old in TWO_SERVICES

    texts = told(manifest(TWO_SERVICES.replace(old, new)), on_chain(TWO_SERVICES))

    assert f'group "anywhere": service "db": {text}' in texts


def test_all_differences_are_told_at_once() -> None:
    new = manifest(TWO_SERVICES)
    for service in new[0]["services"]:
        service["count"] = 3

    assert len(told(new, on_chain(TWO_SERVICES))) == 2


def test_fewer_replicas_than_are_paid_for_are_refused_too() -> None:
    old = on_chain(TWO_SERVICES.replace("count: 1", "count: 2"))

    texts = told(manifest(TWO_SERVICES), old)

    assert texts[0] == 'group "anywhere": resources ID (1): under-utilized (1) resources'


def test_one_more_port_to_the_world_needs_an_endpoint() -> None:
    new = manifest(TWO_SERVICES)
    new[0]["services"][1]["expose"][0]["global"] = True

    assert told(new, on_chain(TWO_SERVICES)) == [
        'group "anywhere": service "db": resource ID 2: over-utilized PORT endpoints'
    ]


def test_a_port_that_is_not_used_any_more_is_told() -> None:
    new = manifest(TWO_SERVICES)
    new[0]["services"][0]["expose"] = []

    assert told(new, on_chain(TWO_SERVICES)) == [
        'group "anywhere": resources ID (1): under-utilized (1) HTTP endpoints'
    ]


def test_a_service_without_its_resources_is_told() -> None:
    new = manifest(TWO_SERVICES)
    new[0]["services"][1]["resources"]["id"] = 9

    [text] = told(new, on_chain(TWO_SERVICES))

    assert text == 'group "anywhere": service "db": not found deployment group resources with ID = 9'


def test_a_group_that_is_gone_or_new_is_told() -> None:
    new = manifest(TWO_REGIONS)

    assert told(new[:1], on_chain(TWO_REGIONS)) == ["group count mismatch (1 != 2)"]
    new[0]["name"] = "asia"
    assert told(new, on_chain(TWO_REGIONS)) == ['unknown deployment group ("asia")']
