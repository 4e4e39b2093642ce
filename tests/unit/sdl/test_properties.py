"""Laws that hold for every SDL: the order of keys says nothing, and a single fault is found where it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slipway.sdl.compiler import compile_sdl

from tests.unit.sdl.texts import mistakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEW = settings(max_examples=40, deadline=None)
NAMES = ("web", "api", "db-1", "cache")
PLACEMENTS = ("here", "There", "9th")
Path = tuple[str | int, ...]


@st.composite
def exposes(draw: st.DrawFn, service: str) -> list[dict[str, Any]]:
    ports = draw(st.lists(st.integers(1, 65535), min_size=1, max_size=4, unique=True))
    return [
        {
            "port": port,
            "as": draw(st.sampled_from([80, 443, port])),
            "proto": draw(st.sampled_from(["tcp", "udp", "TCP"])),
            "to": [{"global": True}, {"service": service}][: draw(st.integers(1, 2))],
        }
        for port in ports
    ]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    places = draw(st.lists(st.sampled_from(PLACEMENTS), min_size=1, max_size=2, unique=True))
    profiles = ["small", "big"]
    return {
        "version": draw(st.sampled_from(["2.0", "2.1"])),
        "services": {
            name: {
                "image": draw(st.text("abc:/é<", min_size=1, max_size=8)),
                "env": draw(st.lists(st.sampled_from(["A=1", "B=", "C"]), max_size=3)),
                "expose": draw(exposes(names[0])),
            }
            for name in names
        },
        "profiles": {
            "compute": {name: {"resources": draw(resources())} for name in profiles},
            "placement": {
                place: {
                    "attributes": draw(st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"))),
                    "pricing": {
                        name: {"denom": "uact", "amount": draw(st.integers(1, 10**7))} for name in profiles
                    },
                }
                for place in places
            },
        },
        "deployment": {
            name: {
                place: {"profile": draw(st.sampled_from(profiles)), "count": draw(st.integers(1, 3))}
                for place in places
            }
            for name in names
        },
    }


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    sizes = draw(st.lists(st.sampled_from(["1Gi", "1Gi", "2Gi"]), min_size=1, max_size=3))
    return {
        "cpu": {"units": draw(st.sampled_from([0.5, "250m", 4]))},
        "memory": {"size": draw(st.sampled_from(["512Mi", "1.5G"]))},
        "storage": [{"name": f"v{number}", "size": size} for number, size in enumerate(sizes)],
    }


def shuffled(value: Any, order: Callable[[list[str]], list[str]]) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key], order) for key in order(list(value))}
    return [shuffled(each, order) for each in value] if isinstance(value, list) else value


@FEW
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(document: dict[str, Any], random: Any) -> None:
    other = shuffled(document, lambda keys: random.sample(keys, len(keys)))

    ours, theirs = compile_sdl(json.dumps(document)), compile_sdl(json.dumps(other))

    assert ours.manifest == theirs.manifest
    assert ours.groups == theirs.groups
    assert ours.version == theirs.version


@FEW
@given(documents())
def test_block_and_flow_style_are_the_same(document: dict[str, Any]) -> None:
    assert compile_sdl(block(document)).version == compile_sdl(json.dumps(document)).version


def block(value: Any, indent: str = "") -> str:
    """YAML in block style, as people write it."""
    if isinstance(value, dict) and value:
        return "".join(f"{indent}{json.dumps(key)}:{_rest(each, indent)}" for key, each in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{indent}-{_rest(each, indent)}" for each in value)
    return f"{indent}{json.dumps(value)}\n"


def _rest(value: Any, indent: str) -> str:
    return (
        f"\n{block(value, indent + '  ')}" if isinstance(value, dict | list) and value else f" {block(value)}"
    )


FAULTS: dict[str, tuple[Any, ...]] = {
    "image": ("", [], {"a": "b"}),
    "port": (0, 65536, -1, "80", "x", True, []),
    "as": (-1, "8080", 2**32),
    "proto": ("http", ["tcp"]),
    "to": ("global", 5),
    "global": (1, "maybe", []),
    "units": ("0.009", "384001m", "1k", "", "nan", -1, []),
    "size": ("4GB", "1", "-1Gi", "40Ti", "", "1 Gi", {}),
    "amount": (0, -1, "1e3", ".5", 10_000_001, []),
    "denom": ("u", "", "1akt", []),
    "profile": ("none", "", []),
    "count": (-1, "1", 2**32, "x", []),
    "env": ("A=b", {"A": "b"}),
}
"""By the key that is given a wrong value."""


def fields(value: Any, path: Path = ()) -> Iterator[Path]:
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from fields(each, (*path, key))


def with_fault(document: dict[str, Any], path: Path, wrong: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(document))
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    return copy


def written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _profile_of(path: Path) -> object:
    """The compute profile that a place belongs to: what no service uses is read, but not held to limits."""
    if path[:2] == ("profiles", "compute"):
        return path[2]
    return path[4] if path[:2] == ("profiles", "placement") and path[3:4] == ("pricing",) else None


@FEW
@given(documents(), st.data())
def test_a_single_fault_is_refused_with_its_path(document: dict[str, Any], data: st.DataObject) -> None:
    used = {each["profile"] for service in document["deployment"].values() for each in service.values()}
    known = [path for path in fields(document) if path[-1] in FAULTS]
    reached = [path for path in known if _profile_of(path) in {None, *used}]
    path = data.draw(st.sampled_from(reached))
    wrong = data.draw(st.sampled_from(FAULTS[str(path[-1])]))

    found = mistakes(block(with_fault(document, path, wrong)))

    assert {mistake.path for mistake in found} == {written(path)}


@FEW
@given(documents(), st.data())
def test_an_unknown_section_is_refused_with_its_name(document: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.text("abcxyz", min_size=3, max_size=6))

    found = mistakes(block({**document, name: {}}))

    assert [mistake.path for mistake in found] == [name]


@FEW
@given(st.text(max_size=200))
def test_no_text_ends_in_anything_but_a_refusal(text: str) -> None:
    assert mistakes(text)


@FEW
@given(st.binary(max_size=200))
def test_no_bytes_end_in_anything_but_a_refusal(raw: bytes) -> None:
    assert mistakes(raw)
