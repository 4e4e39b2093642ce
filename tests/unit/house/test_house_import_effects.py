"""Importing a layer module does nothing: no environment read, no client made, no socket opened."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.house.source import ROOT, sources

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = ROOT / "tests/unit/house/importing_alone.py"


def effects(folder: Path, *modules: str) -> list[str]:
    """What modules did when each was imported first, in a bare interpreter with an empty environment."""
    command = [sys.executable, "-I", str(PROGRAM), str(folder), *modules]
    run = subprocess.run(command, env={}, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert run.returncode == 0, run.stderr
    found: list[str] = json.loads(run.stdout)
    return found


def test_every_layer_module_imports_alone_in_an_empty_environment() -> None:
    assert effects(ROOT / "layers", *(source.module for source in sources("layers"))) == []


@pytest.mark.parametrize(
    ("program", "seen"),
    [
        ("import os\nSTAGE = os.environ.get('STAGE')", "reads STAGE"),
        ("import os\nSTAGE = os.getenv('STAGE')", "reads STAGE"),
        ("import os\nSTAGE = 'STAGE' in os.environ", "reads STAGE"),
        ("import boto3\nclient = boto3.client('dynamodb', region_name='us-east-1')", "makes a client"),
        ("import httpx\nclient = httpx.Client()", "makes a client"),
        ("import socket\nsocket.socket().bind(('127.0.0.1', 0))", "socket.bind"),
        ("import a_package_that_is_not_there", "ModuleNotFoundError"),
    ],
)
def test_an_effect_is_seen(tmp_path: Path, program: str, seen: str) -> None:
    (tmp_path / "imagined.py").write_text(program)

    found = effects(tmp_path, "imagined")

    assert any(seen in effect for effect in found)
