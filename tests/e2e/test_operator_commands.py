"""The operator's commands as the operator runs them: against a stack by its name, here the sandbox's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.up import SandboxConfig
from tests.e2e.running import BLOCK_SECONDS, PATIENCE_SECONDS, Api, Running, example, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
MOVED = json.dumps('"moved":1000000')[1:-1]
"""A line is JSON, and what was decided is JSON text in it."""
STACK = ("--stack", "slipway-sandbox", "--region", "us-east-1")


@dataclass(frozen=True)
class Terminal:
    """`python -m tools.…`, with credentials that the sandbox takes."""

    aws_endpoint: str

    def run(self, tool: str, *arguments: str, status: int = 0) -> str:
        environment = {
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
        }
        done = subprocess.run(  # noqa: S603 (this interpreter on our own module)
            [sys.executable, "-m", f"tools.{tool}", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS)) as found:
        yield found


@pytest.fixture
def terminal(sandbox: Running) -> Terminal:
    return Terminal(sandbox.sandbox.aws_endpoint)


@pytest.fixture
def user(sandbox: Running) -> Iterator[tuple[str, Api]]:
    user_id, key = sandbox.run(sandbox.sandbox.new_user())
    with sandbox.caller(key) as api:
        yield user_id, api


def test_the_treasury_is_shown_and_mints(terminal: Terminal, sandbox: Running) -> None:
    before = terminal.run("treasury", *STACK, "show")
    minted = terminal.run("treasury", *STACK, "mint", "40000000")

    assert f"treasury      {sandbox.sandbox.treasury}" in before
    assert "deposits      covered" in before
    assert "40.000000 AKT for 20.748000 ACT" in minted
    assert "executed since height" in minted


def test_a_wallet_changes_its_custody_and_goes_on(terminal: Terminal, user: tuple[str, Api]) -> None:
    user_id, api = user
    created = api.create(example("web"))
    refused = terminal.run("custody", *STACK, "move", user_id, "sealed", status=1)
    assert "the wallet has an active deployment" in refused
    terminal.run("custody", *STACK, "undo", user_id)
    api.ask("DELETE", f"/v1/deployments/{created['dseq']}")

    moved = terminal.run("custody", *STACK, "move", user_id, "sealed")

    assert moved.startswith("the wallet is in custody sealed at akash1")
    api.create(example("web"))


def test_the_signing_log_is_exported_and_verifies_until_it_is_touched(
    terminal: Terminal, user: tuple[str, Api], tmp_path: Path
) -> None:
    user[1].create(example("web"))
    log = tmp_path / "log.jsonl"

    terminal.run("signing_log", "export", *STACK, str(log))
    sound = terminal.run("signing_log", "verify", str(log))
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text(
        "\n".join(line.replace(MOVED, MOVED.replace("1000000", "1")) for line in lines), encoding="utf-8"
    )
    altered = terminal.run("signing_log", "verify", str(log), status=1)

    assert sound.endswith(": sound\n")
    assert "was altered" in altered


def test_a_stack_that_is_not_there_is_said_so(terminal: Terminal) -> None:
    said = terminal.run("treasury", "--stack", "nobodys", "--region", "us-east-1", "show", status=1)

    assert said.startswith("AWS: ")
    assert "Stack with id nobodys does not exist" in said
