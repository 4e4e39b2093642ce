"""Only the signer carries what is heavy: no other function's import brings it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.unit.house.source import function_names

HEAVY = {"cosmpy", "cosmos", "google.protobuf", "grpc", "moto", "slipway_signing", "stripe"}
NAMED = ("auth.authorize", "deployments.list")
"""Issue 3 names these two; `python -X importtime` is how it asks."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "PATH"}}
    return subprocess.run(  # noqa: S603 (this interpreter on our own modules)
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=True
    )


def heavy_among(modules: set[str]) -> set[str]:
    return {heavy for heavy in HEAVY for name in modules if f"{name}.".startswith(f"{heavy}.")}


@pytest.mark.parametrize("function", NAMED)
def test_importtime_shows_nothing_heavy(function: str) -> None:
    report = run("-X", "importtime", "-c", f"import {function}").stderr

    modules = {line.rpartition("|")[2].strip() for line in report.splitlines()}
    assert function in modules
    assert heavy_among(modules) == set()


def test_no_function_but_the_signers_brings_in_anything_heavy() -> None:
    light = [name for name in function_names() if not name.startswith("signer.")]
    imports = "; ".join(f"import {name}" for name in light)

    loaded = run("-c", f"import json, sys; {imports}; print(json.dumps(list(sys.modules)))").stdout

    assert set(NAMED) <= set(light)
    assert heavy_among(set(json.loads(loaded))) == set()
