"""The table of docs/sandbox-provider-tests.md: its tests exist, and it leaves out no section of the paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import recordings

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "sandbox-provider-tests.md"
ROW = re.compile(r"^\| ([0-9.]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`([a-z0-9_.]+)`")
TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
SECTIONS = {"00", "1", "2", "3", "4", "5", "6", "11"}
"""The others tell of other programs, and of a port that no lease needs."""
LISTS = {"00", "3", "11"}
"""Sections whose points are numbered."""


def rows() -> dict[str, tuple[str, ...]]:
    found = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {section: tuple(NAME.findall(tests)) for section, _, tests in found}


def sections(paper: str) -> set[str]:
    """The numbered points of the lists, and the innermost headings of the others."""
    found = set()
    for part in re.split(r"^## ", paper, flags=re.MULTILINE):
        number = part.partition(".")[0]
        if number not in SECTIONS:
            continue
        pattern = r"^(\d+)\. " if number in LISTS else rf"^### {number}\.(\d+) "
        points = re.findall(pattern, part.partition("\n")[2], re.MULTILINE)
        found |= {f"{number}.{point}" for point in points} or {number}
    return found


def test_every_test_that_the_table_names_is_there() -> None:
    known: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        known.setdefault(path.stem, set()).update(TEST.findall(path.read_text(encoding="utf-8")))
    named = [(section, name.partition(".")) for section, names in rows().items() for name in names]

    missing = [
        f"§{section}: {module}.{function}"
        for section, (module, _, function) in named
        if module not in known or (function and function not in known[module])
    ]

    assert missing == []
    assert all(rows().values())


def test_no_section_of_the_paper_is_left_out() -> None:
    paper = recordings.path("gateway").parents[1] / "protocol" / "provider-gateway.md"
    if not paper.is_file():
        pytest.skip("the protocol papers are not beside the recordings")

    wanted = sections(paper.read_text(encoding="utf-8"))

    assert len(wanted) > 40
    assert wanted - set(rows()) == set()
