"""The recorded gateway's exchanges, sent again to a sandbox provider: no difference that is not explained."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.__main__ import main
from sandbox.replay import gateway
from tests import recordings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RUNS = range(len(gateway.RUNS) + 1)
UNKNOWN = "18-account-not-on-the-chain"


@pytest.mark.parametrize("run", RUNS)
def test_the_provider_answers_as_the_recorded_one_did(run: int) -> None:
    folder = recordings.path("gateway")

    async def replayed() -> tuple[int, list[str]]:
        count, differing = 0, []
        async for exchange, found in gateway.replay(folder, run):
            count += 1
            differing += [f"{exchange.place} {exchange.name}: {each}" for each in found]
        return count, differing

    count, differing = asyncio.run(replayed())

    assert count
    assert differing == []


def _copy(folder: Path, change: Callable[[list[Any]], None]) -> Path:
    """The recording with some lines of its last file changed."""
    for source in recordings.path("gateway").iterdir():
        if source.stem != UNKNOWN:
            (folder / source.name).symlink_to(source)
    lines = [
        json.loads(line) for line in recordings.path(f"gateway/{UNKNOWN}.jsonl").read_text().splitlines()
    ]
    change(lines)
    (folder / f"{UNKNOWN}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    return folder


def test_the_command_counts_what_was_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["replay", str(recordings.path("gateway")), "--file", "17", "--lines", "1-12"])

    chain, count = capsys.readouterr().out.splitlines()
    assert (status, count) == (0, "5 exchanges, 0 differences")
    assert chain.startswith("7 more were asked of the chain")


def test_the_command_finds_one_changed_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def change(lines: list[Any]) -> None:
        lines[9]["response"]["body_text"] = lines[9]["response"]["body_text"].replace("500", "501", 1)

    status = main(["replay", str(_copy(tmp_path, change)), "--file", "18"])

    difference, count = capsys.readouterr().out.splitlines()
    assert (status, count) == (1, "10 exchanges, 1 differences")
    assert difference.startswith(f"{UNKNOWN}:9 public route, after the unknown ones | reservations: ")
