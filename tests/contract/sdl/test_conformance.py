"""Every recorded SDL against Go's answer: the same verdict, groups, protobuf bytes, manifest and version."""

from __future__ import annotations

import base64
import functools
import gzip
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from google.protobuf import json_format
from slipway.sdl.compiler import Compiled, compile_sdl
from slipway.sdl.mistakes import SdlInvalid
from slipway_signing.pb.akash.deployment.v1beta4 import deployment_pb2

from tests import recordings

if TYPE_CHECKING:
    from slipway.sdl.decoding import Dialect

STRICTER: Final = {
    "is not supported by today's network": "params.tee and http_options.proxy_buffer_size: today's network "
    "drops both without a word, and a workload that asked for them must not run without them",
}
"""Where Go accepts and we refuse on purpose: a part of our message, and the reason."""

MOST_STRICTER: Final = 14
"""Recorded cases that these rules touch."""

Case = dict[str, Any]


@functools.cache
def cases() -> tuple[Case, ...]:
    with gzip.open(recordings.path("sdl/conformance.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@functools.cache
def outcomes() -> tuple[tuple[Case, Compiled | SdlInvalid], ...]:
    return tuple((case, _outcome(case["sdl"])) for case in cases())


def _outcome(sdl: str, dialect: Dialect = "current") -> Compiled | SdlInvalid:
    try:
        return compile_sdl(sdl, dialect)
    except SdlInvalid as refused:
        return refused


def accepted() -> list[tuple[Case, Compiled]]:
    return [(case, ours) for case, ours in outcomes() if isinstance(ours, Compiled) and case["expect"]["ok"]]


def next_cases() -> list[tuple[Case, Compiled | SdlInvalid]]:
    """What is different under the next release, with its answer as the one to expect."""
    told = [{**case, "expect": case["expect_next"]} for case in cases() if "expect_next" in case]
    return [(case, _outcome(case["sdl"], "next")) for case in told]


def differing(pairs: list[tuple[Case, Any, Any]]) -> dict[str, str]:
    return {case["id"]: f"{ours!r} is not Go's {go!r}" for case, ours, go in pairs if ours != go}


def test_all_cases_are_there() -> None:
    assert len(cases()) == 1314


def test_nothing_is_accepted_that_go_refuses() -> None:
    wrong = {
        case["id"]: case["expect"]["error"]
        for case, ours in outcomes()
        if isinstance(ours, Compiled) and not case["expect"]["ok"]
    }

    assert wrong == {}


def test_what_go_accepts_is_refused_only_by_our_stricter_rules() -> None:
    refused = {
        case["id"]: ours for case, ours in outcomes() if isinstance(ours, SdlInvalid) and case["expect"]["ok"]
    }

    unexplained = {
        name: str(error)
        for name, error in refused.items()
        if not all(any(part in each.message for part in STRICTER) for each in error.mistakes)
    }
    assert unexplained == {}
    assert len(refused) == MOST_STRICTER


def test_a_refusal_names_a_line_of_the_text() -> None:
    wrong = {
        case["id"]: mistake
        for case, ours in outcomes()
        if isinstance(ours, SdlInvalid)
        for mistake in ours.mistakes
        if not (mistake.message and 1 <= mistake.line <= case["sdl"].count("\n") + 2 and mistake.column >= 1)
    }

    assert wrong == {}


def test_groups_are_gos() -> None:
    pairs = [
        (case, [group.rest() for group in ours.groups], case["expect"]["groups"]) for case, ours in accepted()
    ]

    assert differing(pairs) == {}


def test_protobuf_bytes_are_gos() -> None:
    pairs = [(case, _packed(ours), case["expect"]["groups_pb"]) for case, ours in accepted()]

    assert differing(pairs) == {}


def _packed(compiled: Compiled) -> list[str]:
    specs = [json_format.ParseDict(group.wire(), deployment_pb2.GroupSpec()) for group in compiled.groups]
    return [base64.b64encode(spec.SerializeToString(deterministic=True)).decode() for spec in specs]


def test_manifests_are_gos() -> None:
    texts = [(case, ours.manifest.text, case["expect"]["manifest_canonical"]) for case, ours in accepted()]
    values = [(case, ours.manifest.groups, case["expect"]["manifest"]) for case, ours in accepted()]

    assert differing(texts) == {}
    assert differing(values) == {}


def test_versions_are_gos() -> None:
    pairs = [(case, ours.version.hex(), case["expect"]["version_hex"]) for case, ours in accepted()]

    assert differing(pairs) == {}


def test_reclamation_windows_are_gos() -> None:
    pairs = [
        (case, ours.reclamation, case["expect"].get("reclamation", {}).get("min_window"))
        for case, ours in accepted()
    ]

    assert differing(pairs) == {}


def test_the_next_release_agrees_too() -> None:
    verdicts = {case["id"]: isinstance(ours, Compiled) for case, ours in next_cases()}
    pairs = [(case, ours) for case, ours in next_cases() if isinstance(ours, Compiled)]

    assert verdicts == {case["id"]: case["expect"]["ok"] for case, _ in next_cases()}
    assert len(verdicts) == 14
    assert differing([(case, _packed(ours), case["expect"]["groups_pb"]) for case, ours in pairs]) == {}
    assert (
        differing([(case, ours.version.hex(), case["expect"]["version_hex"]) for case, ours in pairs]) == {}
    )
    assert (
        differing([(case, ours.manifest.text, case["expect"]["manifest_canonical"]) for case, ours in pairs])
        == {}
    )


def test_what_both_dialects_read_is_the_same_in_both() -> None:
    same = [(case, ours) for case, ours in accepted() if "expect_next" not in case]

    assert differing([(case, _outcome(case["sdl"], "next"), ours) for case, ours in same]) == {}


def test_what_the_networks_schema_refuses_is_warned_of() -> None:
    silent = [
        case["id"] for case, ours in accepted() if case["expect"].get("schema_error") and not ours.warnings
    ]

    assert silent == []


def test_real_life_texts_have_few_warnings_beyond_the_schemas() -> None:
    """A warning that comes with every second text is read by nobody."""
    warned = [
        case["id"]
        for case, ours in accepted()
        if case["source"] != "generated" and ours.warnings and not case["expect"].get("schema_error")
    ]

    assert len(warned) <= 5


@pytest.mark.parametrize("ending", ["\n", "\n...\n", "\n---\nanother: document\n"])
def test_what_follows_the_document_changes_nothing(ending: str) -> None:
    case, ours = accepted()[0]

    assert compile_sdl(case["sdl"].rstrip("\n") + ending).version == ours.version
