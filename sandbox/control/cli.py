"""`python -m sandbox control`: tell a running sandbox what shall go wrong.

    python -m sandbox control http://127.0.0.1:PORT                        what it is doing
    python -m sandbox control http://127.0.0.1:PORT jump by=30d block_time=6s
    python -m sandbox control http://127.0.0.1:PORT disturb path=/cosmos/tx status=503 next=3
    python -m sandbox control http://127.0.0.1:PORT --script FILE          a command a line, # for comments

`up` and `chain --control …` print the address. docs/sandbox.md tells of every command.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from sandbox.control.commands import COMMANDS, CommandRefusedError
from sandbox.control.script import Script

if TYPE_CHECKING:
    from collections.abc import Sequence

CALL_SECONDS: Final = 3700.0
"""The longest that a command may take: a wait of an hour."""


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when everything was done, 1 when something was refused, 2 for a wrong call."""
    options = parser()
    chosen = options.parse_args(arguments)
    try:
        script = _script(chosen)
    except (CommandRefusedError, OSError) as error:
        options.error(str(error))
    try:
        with httpx.Client(base_url=chosen.url, timeout=CALL_SECONDS, trust_env=False) as http:
            return _play(http, script)
    except httpx.HTTPError as error:
        print(f"no control port answers at {chosen.url}: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m sandbox control",
        description="Tell a running sandbox what shall go wrong.",
        epilog=f"commands: {', '.join(COMMANDS)}",
    )
    add = options.add_argument
    add("url", help="the control port, as `up` prints it")
    add("command", nargs="*", help="a command with its arguments, as: jump by=30d")
    add("--script", type=Path, metavar="FILE", help="play these commands")
    return options


def _script(chosen: argparse.Namespace) -> Script:
    if chosen.script:
        return Script.read(chosen.script)
    return Script.of([" ".join(chosen.command)])


def _play(http: httpx.Client, script: Script) -> int:
    if not script.steps:
        print(json.dumps(_answer(http.get("/")), indent=2))
        return 0
    for step in script.steps:
        answer = http.post(f"/{step.name}", json=step.arguments)
        found = _answer(answer)
        if answer.is_error:
            print(f"{step.line}: {found.get('error', found)}", file=sys.stderr)
            return 1
        print(f"{step.line}: {json.dumps(found)}", flush=True)
    return 0


def _answer(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {"error": f"HTTP {answer.status_code} of something that is no control port"}
