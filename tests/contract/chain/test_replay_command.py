"""`python -m sandbox replay`: what it prints, and that it notices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.__main__ import main
from tests import recordings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

FIRST = "01-reads-on-an-empty-chain"


def copy_of_the_first(folder: Path, change: Callable[[list[Any]], None]) -> Path:
    """The first recording with some of its lines changed."""
    source = recordings.path("chain")
    lines = [json.loads(line) for line in (source / f"{FIRST}.jsonl").read_text().splitlines()]
    change(lines)
    (folder / f"{FIRST}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    (folder / "genesis.json").write_text((source / "genesis.json").read_text())
    return folder


def test_no_difference_is_success(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["replay", str(recordings.path("chain")), "--file", "02", "--lines", "1-10"])

    assert status == 0
    assert capsys.readouterr().out == "10 exchanges, 0 differences\n"


def test_one_changed_value_is_found_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def change(lines: list[Any]) -> None:
        lines[17]["response"]["body"]["balances"][0]["amount"] = "1"

    status = main(["replay", str(copy_of_the_first(tmp_path, change))])

    difference, count = capsys.readouterr().out.splitlines()
    assert status == 1
    assert difference == (
        f"{FIRST}:17 balances of the treasury | body.balances[0].amount: "
        'recorded "1" replayed "1000000000000"'
    )
    assert count == "58 exchanges, 1 differences"


def test_a_folder_without_a_recording_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path)]) == 2
    assert "holds no recording of a chain" in capsys.readouterr().err
