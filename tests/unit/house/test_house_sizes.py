"""Style 8: files under 300 lines, functions never over sixty."""

from __future__ import annotations

import ast

from tests.unit.house.source import sources

FOLDERS = ("layers", "functions", "sandbox", "tests", "bench", "tools")
FILE_LINES = 300
FUNCTION_LINES = 60
VAGUE = {"common", "data", "helper", "helpers", "manager", "misc", "shared", "util", "utils"}


def test_no_file_is_long() -> None:
    long = {source.place: len(source.text.splitlines()) for source in sources(*FOLDERS)}

    assert {place: lines for place, lines in long.items() if lines >= FILE_LINES} == {}


def test_no_function_is_long() -> None:
    long = {
        f"{source.place}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for source in sources(*FOLDERS)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {place: lines for place, lines in long.items() if lines > FUNCTION_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [source.place for source in sources(*FOLDERS) if source.path.stem in VAGUE] == []
