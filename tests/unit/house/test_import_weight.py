"""Only the signer carries what is heavy: no other function's import brings it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.unit.house.source import function_names

HEAVY = {"cosmpy", "cosmos", "google.protobuf", "grpc", "moto", "slipway_signing", "stripe"}
OF_THE_AUTHORIZER = {"pydantic", "httpx"}
"""What it does without: it runs before every request, and is loaded for the first of every burst."""
NAMED = ("auth.authorize", "deployments.list")
"""Issue 3 names these two; `python -X importtime` is how it asks."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "PATH"}}
    return subprocess.run(  # noqa: S603 (this interpreter on our own modules)
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=True
    )


def heavy_among(modules: set[str], heavy: set[str]) -> set[str]:
    return {each for each in heavy for name in modules if f"{name}.".startswith(f"{each}.")}


def loaded_by(statement: str) -> set[str]:
    return set(
        json.loads(run("-c", f"import json, sys; {statement}; print(json.dumps(list(sys.modules)))").stdout)
    )


@pytest.mark.parametrize("function", NAMED)
def test_importtime_shows_nothing_heavy(function: str) -> None:
    report = run("-X", "importtime", "-c", f"import {function}").stderr

    modules = {line.rpartition("|")[2].strip() for line in report.splitlines()}
    assert function in modules
    assert heavy_among(modules, HEAVY) == set()


def test_no_function_but_the_signers_brings_in_anything_heavy() -> None:
    light = [name for name in function_names() if not name.startswith("signer.")]
    imports = "; ".join(f"import {name}" for name in light)

    loaded = loaded_by(imports)

    assert set(NAMED) <= set(light)
    assert heavy_among(loaded, HEAVY) == set()


def test_the_authorizer_loads_neither_models_nor_an_http_client() -> None:
    assert heavy_among(loaded_by("import auth.authorize"), OF_THE_AUTHORIZER) == set()
    assert heavy_among(loaded_by("import user.me"), OF_THE_AUTHORIZER) == {"pydantic"}
