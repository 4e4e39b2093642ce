"""Golden cases, a feature each: what these texts gave when they agreed with the network's own tools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from slipway.sdl.compiler import Compiled, compile_sdl

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


def compiled(name: str) -> Compiled:
    return compile_sdl((GOLDEN / f"{name}.yaml").read_bytes(), "next" if name == "next" else "current")


def test_there_is_a_case_for_each_feature() -> None:
    assert len(NAMES) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_the_outputs_are_those_that_were_recorded(name: str) -> None:
    expected = json.loads((GOLDEN / f"{name}.json").read_text())

    ours = compiled(name)

    assert [group.rest() for group in ours.groups] == expected["groups"]
    assert ours.manifest.groups == expected["manifest"]
    assert ours.version.hex() == expected["version"]
    assert ours.reclamation == expected["reclamation"]


def test_the_version_is_the_hash_of_the_canonical_text() -> None:
    manifest = compiled("ports").manifest

    assert manifest.text.startswith('[{"name":"z","services":[{"args":[],"command":null')
    assert r"\u003chi\u003e \u0026 " in manifest.text
    assert r"\u2028" in manifest.text
    assert "\u2028" not in manifest.text


def test_equal_ephemeral_volumes_come_out_reversed() -> None:
    [group] = compiled("storage").groups

    names = [volume.name for volume in group.units[0].resources.storage]

    assert names == ["shm", "two", "one", "default", "archive", "data"]


def test_services_of_one_profile_share_a_unit_from_version_2_1_on() -> None:
    [apart], [merged] = compiled("shared-profile-2.0").groups, compiled("shared-profile-2.1").groups

    assert [unit.count for unit in apart.units] == [1, 2]
    assert [unit.count for unit in merged.units] == [3]


def test_the_dialect_of_the_next_release_asks_for_an_enclave() -> None:
    ours = compiled("next")

    assert [each.key for each in ours.groups[0].attributes] == ["tee/type", "zone"]
    assert ours.manifest.groups[0]["services"][0]["params"]["tee"] == {"type": "cpu", "attestation": True}
