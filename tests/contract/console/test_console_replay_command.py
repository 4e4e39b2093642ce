"""`python -m sandbox replay` on recordings of the Console API: what it prints, and that it notices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.__main__ import main
from tests import recordings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.e2e

FILE = "13-certificates"


def copy(folder: Path, change: Callable[[list[Any]], None]) -> Path:
    """One short recording with some of its lines changed."""
    lines = [json.loads(line) for line in recordings.path(f"console/{FILE}.jsonl").read_text().splitlines()]
    change(lines)
    (folder / f"{FILE}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    return folder


def test_equal_and_better_are_success_and_one_changed_word_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(lines: list[Any]) -> None:
        lines[5]["response"]["body"]["message"] = "Invalid API key!"
        lines.append(
            {**lines[1], "name": "not there", "request": {**lines[1]["request"], "path": "/v1/pricing"}}
        )

    status = main(["replay", str(copy(tmp_path, change)), "--file", "13"])

    difference, not_built, count = capsys.readouterr().out.splitlines()
    assert status == 1
    assert difference == (
        f'{FILE}:5 post, bad key | wrong | body.message: recorded "Invalid API key!" ours "Invalid API key"'
    )
    assert not_built == "not built yet: POST /v1/pricing (1)"
    assert count == "5 equal, 2 better, 1 not built yet, 1 wrong"
    assert main(["replay", str(tmp_path), "--file", "13", "--lines", "1-4"]) == 0
