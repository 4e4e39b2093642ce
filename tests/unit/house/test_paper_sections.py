"""The table of docs/sandbox-tests.md: its tests exist, and it leaves out no section of the chain's paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import recordings

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "sandbox-tests.md"
ROW = re.compile(r"^\| ([0-9.]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`([a-z0-9_.]+)`")
TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
LAST = 7
"""The sections behind it are appendices and advice."""


def rows() -> dict[str, tuple[str, ...]]:
    found = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {section: tuple(NAME.findall(tests)) for section, _, tests in found}


def known_tests() -> dict[str, set[str]]:
    """The functions of every test module, by its name; those of one name together."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.setdefault(path.stem, set()).update(TEST.findall(path.read_text(encoding="utf-8")))
    return found


def sections(paper: str) -> set[str]:
    """The numbered points of §00, and the innermost headings of the others."""
    first = paper[paper.index("\n## 00. ") : paper.index("\n## 0. ")]
    points = {f"00.{number}" for number in re.findall(r"^(\d+)\. ", first, re.MULTILINE)}
    headings = [
        number.rstrip(".")
        for number in re.findall(r"^###? (\d+(?:\.\d+)?)\.? ", paper, re.MULTILINE)
        if number.partition(".")[0] != "00" and int(number.partition(".")[0]) <= LAST
    ]
    return points | set(headings)


def test_every_test_that_the_table_names_is_there() -> None:
    known = known_tests()
    missing = []
    for section, named in rows().items():
        assert named, f"§{section} names no test"
        for name in named:
            module, _, function = name.partition(".")
            if module not in known or (function and function not in known[module]):
                missing.append(f"§{section}: {name}")

    assert missing == []


def test_no_section_of_the_paper_is_left_out() -> None:
    paper = recordings.path("chain").parents[1] / "protocol" / "akash-chain.md"
    if not paper.is_file():
        pytest.skip("the protocol papers are not beside the recordings")
    covered = set(rows())

    wanted = sections(paper.read_text(encoding="utf-8"))

    left_out = {
        section
        for section in wanted - covered
        if section.partition(".")[0] not in covered
        and not any(row.startswith(f"{section}.") for row in covered)
    }
    assert len(wanted) > 40
    assert left_out == set()
