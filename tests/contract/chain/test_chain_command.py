"""`python -m sandbox chain`: a node of its own, until it is told to end."""

from __future__ import annotations

import re
import subprocess
import sys

import httpx
import pytest

from sandbox.chain.cli import main
from tests.unit.chain_node.network import TENANT

AMPLE = 20.0


def test_it_serves_a_funded_account_and_ends_when_asked() -> None:
    command = [sys.executable, "-m", "sandbox", "chain", "--port", "0", "--fund", TENANT.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        try:
            assert running.stdout is not None
            match = re.match(r"slipway-sandbox at (http://127\.0\.0\.1:\d+); ", running.stdout.readline())
            assert match is not None
            answer = httpx.get(f"{match[1]}/cosmos/bank/v1beta1/balances/{TENANT.address}", timeout=AMPLE)
        finally:
            running.terminate()
        status = running.wait(AMPLE)

    assert [coin["amount"] for coin in answer.json()["balances"]] == ["1000000000000"] * 2
    assert status == 0


def test_a_genesis_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--genesis", "nowhere.json"])

    assert "nowhere.json" in capsys.readouterr().err
