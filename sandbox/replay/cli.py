"""`python -m sandbox replay FOLDER`: does our chain answer as the recorded node did?

    python -m sandbox replay ../shared/recordings/chain                 every file
    python -m sandbox replay ../shared/recordings/chain --file 03       what differs in file 03
    python -m sandbox replay ../shared/recordings/gateway               a provider's gateway
    python -m sandbox replay … --file 05 --lines 20-60 --values         that slice, with both values

The files are one walk, so those before the chosen one are always played, silently. It prints a line for each
difference and counts them on the last line; the exit status is 0 only when there is none. What may differ is
listed, with its reason, in sandbox/replay/chain_compare.py and gateway_compare.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox.replay import console, gateway
from sandbox.replay.chain_walk import replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.replay.chain_compare import Difference
    from sandbox.replay.chain_recording import Exchange

_SHORT: Final = 160


def main(arguments: Sequence[str]) -> int:
    chosen = parser().parse_args(arguments)
    if console.is_console(chosen.folder):
        return console.run(chosen)
    if gateway.is_gateway(chosen.folder):
        return gateway.run(chosen)
    if not (chosen.folder / "genesis.json").is_file():
        print(f"{chosen.folder} holds no recording of a chain", file=sys.stderr)
        return 2
    exchanges = count = 0
    for exchange, found in replay(chosen.folder):
        if chosen.file and exchange.file > f"{chosen.file}~":
            break
        if exchange.file.startswith(chosen.file) and _is_among(exchange.line, chosen.lines):
            exchanges, count = exchanges + 1, count + len(found)
            _print(exchange, found, whole=chosen.values)
    print(f"{exchanges} exchanges, {count} differences")
    return 1 if count else 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m sandbox replay", description="Replay a recorded node against the sandbox's chain."
    )
    add = options.add_argument
    add("folder", type=Path, help="with genesis.json and the .jsonl files")
    add("--file", default="", metavar="03", help="only the file whose name begins so")
    add("--lines", type=_lines, default=(0, sys.maxsize), metavar="20-60", help="only these exchanges of it")
    add("--values", action="store_true", help="print both values whole")
    return options


def _lines(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _is_among(line: int, lines: tuple[int, int]) -> bool:
    return lines[0] <= line <= lines[1]


def _print(exchange: Exchange, found: list[Difference], *, whole: bool) -> None:
    for each in found:
        pair = (_text(value, whole=whole) for value in (each.recorded, each.replayed))
        recorded, replayed = pair
        print(f"{exchange.place} {exchange.name} | {each.path}: recorded {recorded} replayed {replayed}")


def _text(value: Any, *, whole: bool) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if whole or len(text) <= _SHORT else text[:_SHORT] + "…"
