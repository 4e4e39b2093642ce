"""Every refusal of the sandbox's modules has the code and the text of the paper's table (§7)."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING

import pytest

from sandbox.chain import errors, modules
from sandbox.chain.errors import Refusal
from tests import recordings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = re.compile(r"^\| (\w+) \| (\d+) \| Err\w+ \| ([^|]+) \| \w+ \|$", re.MULTILINE)
TABLED = {"deployment", "market", "escrow", "cert", "provider", "akash"}


def refusals() -> Iterator[Refusal]:
    names = [f"{modules.__name__}.{found.name}" for found in pkgutil.iter_modules(modules.__path__)]
    for module in [errors, *map(importlib.import_module, names)]:
        yield from (found for found in vars(module).values() if isinstance(found, Refusal))


@pytest.fixture(scope="module")
def table() -> dict[tuple[str, int], str]:
    paper = recordings.path("chain").parents[1] / "protocol" / "akash-chain.md"
    if not paper.is_file():
        pytest.skip("the protocol papers are not beside the recordings")
    rows = ROW.findall(paper.read_text(encoding="utf-8"))
    return {(codespace, int(code)): text for codespace, code, text in rows}


def test_the_modules_refuse_in_the_chains_words(table: dict[tuple[str, int], str]) -> None:
    own = {(found.codespace, found.code, found.text) for found in refusals() if found.codespace in TABLED}

    unlike = {
        found: table.get(found[:2])
        for found in own
        if table.get(found[:2]) != found[2] and found[:2] not in {("akash", 3), ("akash", 4)}
    }

    assert len(own) > 60
    assert unlike == {}
