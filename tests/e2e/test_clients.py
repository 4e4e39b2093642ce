"""Three clients of the Console API, each from its documentation alone, walk the whole path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.provider.cast import CAST
from sandbox.up import SandboxConfig
from tests.e2e.running import BLOCK_SECONDS, EXAMPLES, PATIENCE_SECONDS, Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

CLIENTS = Path(__file__).parents[1] / "clients"
STEPS = ["user", "created", "leased", "running", "updated", "funded", "closed"]


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    """Without the provider that refuses every manifest: these clients take the cheapest bid."""
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS, providers=CAST[:2])) as started:
        yield started


def needed(*programs: str) -> list[str]:
    """Their paths; skips where one is not installed, which CI must not be without."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI must have {' and '.join(missing)}")
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not installed")
    return [str(shutil.which(program)) for program in programs]


def walked(stack: Running, *command: str) -> list[str]:
    """The first words of what the client printed."""
    settings = {**os.environ, "API_URL": stack.sandbox.base_url, "API_KEY": stack.sandbox.api_key}
    ended = subprocess.run(  # noqa: S603 (our own clients)
        [*command, str(EXAMPLES / "web.yaml")],
        env=settings,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return [line.split()[0] for line in ended.stdout.splitlines()]


def test_a_python_client_deploys(stack: Running) -> None:
    assert [
        word for word in walked(stack, sys.executable, str(CLIENTS / "python_client.py")) if word != "bid"
    ] == STEPS


def test_a_javascript_client_deploys(stack: Running) -> None:
    [node] = needed("node")

    assert walked(stack, node, str(CLIENTS / "javascript_client.mjs")) == STEPS


def test_a_shell_client_deploys(stack: Running) -> None:
    bash, _, _ = needed("bash", "curl", "jq")

    assert walked(stack, bash, str(CLIENTS / "shell_client.sh")) == STEPS
