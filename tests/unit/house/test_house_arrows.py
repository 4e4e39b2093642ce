"""Imports point inward (design 2): functions → entry → services → domain, sdl; adapters implement ports."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from tests.unit.house.source import FUNCTIONS, Source, sources

AREAS = frozenset(path.name for path in FUNCTIONS.iterdir() if path.is_dir())
OUTSIDE = frozenset({"bench", "functions", "sandbox", "tests", "tools", *AREAS})
"""What nothing that is deployed may import; a function may not import another."""


@dataclass(frozen=True)
class Room:
    """What the modules of one folder may import, besides the standard library."""

    folder: str
    ours: tuple[str, ...]
    """Prefixes of modules of this project."""
    foreign: frozenset[str] | None
    """Third-party packages; None stands for any."""

    def allows(self, name: str) -> bool:
        top = name.split(".", maxsplit=1)[0]
        if top in sys.stdlib_module_names:
            return True
        if top in {"slipway", "slipway_signing"} or top in OUTSIDE:
            return any(f"{name}.".startswith(f"{prefix}.") for prefix in self.ours)
        return self.foreign is None or top in self.foreign


CORE = "layers/core/slipway"
INNER = ("slipway.domain", "slipway.sdl")
ROOMS = (
    Room(f"{CORE}/domain", ("slipway.domain",), frozenset()),
    Room(f"{CORE}/sdl", INNER, frozenset({"yaml"})),
    Room(f"{CORE}/services", (*INNER, "slipway.services"), frozenset()),
    Room(f"{CORE}/adapters", (*INNER, "slipway.services.ports", "slipway.adapters"), None),
    Room(f"{CORE}/entry", ("slipway",), None),
    Room(
        "layers/signing/slipway_signing",
        (
            "slipway_signing",
            "slipway.domain",
            "slipway.adapters.http",
            "slipway.entry.settings",
            "slipway.entry.observability",
        ),
        None,
    ),
    Room(
        "functions",
        ("slipway.domain", "slipway.services", "slipway.entry"),
        frozenset({"aws_lambda_powertools"}),
    ),
)
SIGNER_ROOM = Room("functions/signer", (*ROOMS[-1].ours, "slipway.adapters.http", "slipway_signing"), None)


def outward(source: Source, room: Room) -> list[str]:
    """The imports of a file that its room does not allow.

    `from a.b import C` names a.b and a.b.C, and `from a import b` may name a package and its module: a name
    passes if a longer name of the same statement is what the room allows.
    """
    allowed = {name for name in source.imports if room.allows(name)}
    covered = {name for name in source.imports if any(longer.startswith(f"{name}.") for longer in allowed)}
    return sorted(source.imports - allowed - covered)


def room_of(source: Source, room: Room) -> Room:
    return SIGNER_ROOM if source.place.startswith(f"{SIGNER_ROOM.folder}/") else room


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.folder)
def test_no_import_points_outward(room: Room) -> None:
    found = {source.place: outward(source, room_of(source, room)) for source in sources(room.folder)}

    assert {place: names for place, names in found.items() if names} == {}


def test_every_folder_of_the_core_layer_is_a_room() -> None:
    top = {source.place.removeprefix(f"{CORE}/").split("/")[0] for source in sources(CORE)}

    assert top == {"__init__.py"} | {room.folder.rpartition("/")[2] for room in ROOMS if CORE in room.folder}


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("import boto3", "domain"),
        ("from slipway.services import ports", "domain"),
        ("from slipway import entry", "services"),
        ("import httpx", "services"),
        ("from ..entry import settings", "services"),
        ("from slipway.services import deployments", "adapters"),
        ("import slipway_signing.tx", "entry"),
        ("from sandbox.chain import node", "entry"),
        ("from deployments import create", "entry"),
    ],
)
def test_an_outward_import_is_seen(
    tmp_path_factory: pytest.TempPathFactory, statement: str, place: str
) -> None:
    source = Source(next(iter(sources(f"{CORE}/{place}"))).path.with_name("imagined.py"))
    source.__dict__["text"] = statement
    [room] = [room for room in ROOMS if room.folder == f"{CORE}/{place}"]

    assert outward(source, room)


def test_packages_open_with_next_to_nothing() -> None:
    """A function imports only what it uses, so importing a package must bring nothing with it."""
    opening = [source for source in sources("layers", "functions") if source.path.name == "__init__.py"]

    assert [source.place for source in opening if source.imports or len(source.tree.body) > 1] == []
