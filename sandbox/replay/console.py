"""`python -m sandbox replay ../shared/recordings/console`: does our API answer as the Akash Console API did?

    python -m sandbox replay ../shared/recordings/console               every file, and the count
    python -m sandbox replay ../shared/recordings/console --file 05     only what differs in file 05
    python -m sandbox replay … --file 05 --lines 20-60 --values         that slice, with both values whole

Each exchange is equal; better (otherwise on purpose: docs/differences.md has a row for it); not built yet
(no function serves its path); or wrong. It prints every wrong one, the paths that are not built yet, and the
counts; the exit status is 0 only when none is wrong.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from sandbox.replay.console_rows import read_rows
from sandbox.replay.console_walk import WALKS, Outcome, Verdict, replay

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sandbox.replay.console_rows import Row

AT_ONCE: Final = 2
"""Sandboxes side by side: each keeps a core busy."""
_SHORT: Final = 160


def is_console(folder: Path) -> bool:
    """Whether the folder holds a recording of the Console API: only there do exchanges have users."""
    first = next(iter(sorted(folder.glob("*.jsonl"))), None)
    return first is not None and '"as": ' in first.read_text(encoding="utf-8")


def run(chosen: argparse.Namespace) -> int:
    counts: Counter[Verdict] = Counter()
    unbuilt: Counter[str] = Counter()
    used: set[int] = set()
    for outcome in outcomes(chosen.folder, chosen.file):
        if not outcome.exchange.file.startswith(chosen.file) or not _is_among(outcome, chosen.lines):
            continue
        counts[outcome.verdict] += 1
        used |= {row.number for row in outcome.rows if row}
        if outcome.verdict is Verdict.NOT_BUILT:
            unbuilt[family(outcome)] += 1
        _print(outcome, chosen)
    for path, count in sorted(unbuilt.items()):
        print(f"not built yet: {path} ({count})")
    if not chosen.file:
        for row in (row for row in read_rows() if row.number not in used):
            print(f"row {row.number} of docs/differences.md covers nothing: {row.exchanges}")
    print(", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict))
    return 1 if counts[Verdict.WRONG] else 0


def outcomes(folder: Path, file: str = "") -> Iterable[Outcome]:
    """Of every walk that has a file whose name begins so; two at a time, each in a process of its own."""
    there = {path.name[:2] for path in folder.glob("*.jsonl")}
    chosen = [files for files in WALKS if any(each.startswith(file[:2]) for each in files)]
    walks = [files for files in chosen if there & {*files}]
    with ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("spawn")) as pool:
        for found in pool.map(walk, repeat(folder), walks):
            yield from found


def walk(folder: Path, files: Sequence[str]) -> list[Outcome]:
    """Every exchange of the files that share a walk."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # some requests are meant to be unreadable
    return asyncio.run(_gathered(folder, files, read_rows()))


async def _gathered(folder: Path, files: Sequence[str], rows: Sequence[Row]) -> list[Outcome]:
    return [outcome async for outcome in replay(folder, files, rows)]


def family(outcome: Outcome) -> str:
    """The method and path, without what names one thing."""
    words = [part for part in outcome.exchange.path.split("/") if part]
    fixed = [word if _is_word(word) else "*" for word in words]
    return f"{outcome.exchange.method} /{'/'.join(fixed)}"


def _is_word(part: str) -> bool:
    return part.replace("-", "").isalpha() or part in ("v1", "v2") or "." in part


def _is_among(outcome: Outcome, lines: tuple[int, int]) -> bool:
    return lines[0] <= outcome.exchange.line <= lines[1]


def _print(outcome: Outcome, chosen: argparse.Namespace) -> None:
    if outcome.verdict is Verdict.NOT_BUILT or (outcome.verdict is Verdict.BETTER and not chosen.values):
        return
    for found, row in zip(outcome.found, outcome.rows, strict=True):
        said = f"row {row.number}" if row else "wrong"
        pair = [_text(value, whole=chosen.values) for value in (found.recorded, found.ours)]
        place = f"{outcome.exchange.place} {outcome.exchange.name}"
        if row is None or chosen.values:
            print(f"{place} | {said} | {found.part}: recorded {pair[0]} ours {pair[1]}")


def _text(value: Any, *, whole: bool) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if whole or len(text) <= _SHORT else text[:_SHORT] + "…"
