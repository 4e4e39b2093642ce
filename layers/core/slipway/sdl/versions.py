"""The SDL's version, as blang/semver's tolerant reader takes it (recordings/sdl, point 6)."""

from __future__ import annotations

import re
from typing import Final, Literal

from slipway.sdl.text import trimmed

Rules = Literal["2.0", "2.1"]
"""Which of the two sets of rules holds: 2.1 also stands for everything newer."""

_SEMVER: Final = re.compile(
    r"(?P<major>0|[1-9][0-9]*)\.(?P<minor>0|[1-9][0-9]*)\.(?P<patch>0|[1-9][0-9]*)"
    r"(?P<pre>-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_PARTS: Final = 3
_MOST: Final = 2**64
_LONGEST: Final = 128


def rules_of(text: str) -> Rules | None:
    """None where the network refuses the version."""
    found = _SEMVER.fullmatch(_filled(trimmed(text).removeprefix("v"))) if len(text) <= _LONGEST else None
    if found is None:
        return None
    number = (int(found["major"]), int(found["minor"]), int(found["patch"]))
    if max(number) >= _MOST:
        return None
    if number == (2, 0, 0) and not found["pre"]:
        return "2.0"
    return "2.1" if number > (2, 1, 0) or (number == (2, 1, 0) and not found["pre"]) else None


def _filled(text: str) -> str:
    """`2` becomes `2.0.0`, `02.1` becomes `2.1.0`; a short version may carry no suffix."""
    parts = [_without_zeros(part) for part in text.split(".", _PARTS - 1)]
    if len(parts) < _PARTS and set(parts[-1]) & {"+", "-"}:
        return ""
    return ".".join(parts + ["0"] * (_PARTS - len(parts)))


def _without_zeros(part: str) -> str:
    if len(part) <= 1:
        return part
    bare = part.lstrip("0")
    return bare if bare and bare[0].isascii() and bare[0].isdigit() else "0" + bare
