"""The recorded answers of the real programs, read in place and never copied into the project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

root = Path(os.environ.get("SLIPWAY_RECORDINGS", Path(__file__).parents[2] / "shared" / "recordings"))


def path(name: str) -> Path:
    """The file `name` below the recordings; skips the asking test where they are not there (CI has them)."""
    if not root.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI must have the recordings: {root} is missing")
        pytest.skip("the recordings are not beside this checkout (SLIPWAY_RECORDINGS names another place)")
    return root / name


def load(name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A .jsonl recording as its title line and its exchanges."""
    header, *exchanges = (json.loads(line) for line in path(name).read_text().splitlines())
    return header, exchanges
