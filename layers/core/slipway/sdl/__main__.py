"""`python -m slipway.sdl FILE…` compiles each file and prints one JSON line of it; `-` reads standard input,
one `{"name": …, "sdl": …}` a line. The exit code is 1 when any of them is refused."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from slipway.sdl.compiler import compile_sdl
from slipway.sdl.decoding import Dialect
from slipway.sdl.mistakes import Mistake, SdlInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    Text = str | bytes | Mistake
    """An SDL, or why there is none."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m slipway.sdl", description="Compile SDL files.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for JSON lines")
    parser.add_argument("--dialect", choices=get_args(Dialect), default="current", help="whose rules hold")
    options = parser.parse_args(arguments)
    all_good = True
    for name, text in _texts(options.files):
        line = _outcome(name, text, options.dialect)
        all_good &= line["ok"]
        sys.stdout.write(json.dumps(line) + "\n")
    return 0 if all_good else 1


def _texts(files: list[str]) -> Iterator[tuple[str, Text]]:
    for file in files:
        if file == "-":
            yield from map(_case, sys.stdin)
            continue
        try:
            yield file, Path(file).read_bytes()
        except OSError as error:
            yield file, Mistake("", 1, 1, f"the file cannot be read: {error.strerror}")


def _case(line: str) -> tuple[str, Text]:
    try:
        case = json.loads(line)
        return str(case["name"]), str(case["sdl"])
    except (ValueError, KeyError, TypeError):
        return "", Mistake("", 1, 1, 'this line is not {"name": …, "sdl": …}')


def _outcome(name: str, text: Text, dialect: Dialect) -> dict[str, Any]:
    try:
        if isinstance(text, Mistake):
            raise SdlInvalid(mistakes=(text,))
        compiled = compile_sdl(text, dialect)
    except SdlInvalid as refused:
        return {"name": name, "ok": False, **refused.facts}
    return {
        "name": name,
        "ok": True,
        "groups": [group.rest() for group in compiled.groups],
        "manifest": compiled.manifest.groups,
        "version": compiled.version.hex(),
        "warnings": [dataclasses.asdict(each) for each in compiled.warnings],
    }


if __name__ == "__main__":
    sys.exit(main())
