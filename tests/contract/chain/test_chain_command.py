"""`python -m sandbox chain`: a node of its own, until it is told to end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import httpx
import pytest

from sandbox.chain.cli import main
from sandbox.control import cli as control
from tests import recordings
from tests.unit.chain_node.network import TENANT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AMPLE = 20.0
LATEST = "/cosmos/base/tendermint/v1beta1/blocks/latest"


@dataclass
class Running:
    """What a command said about itself, and how it ended."""

    chain_id: str
    url: str
    rpc_url: str
    output: IO[str]
    status: int | None = None

    def control_url(self) -> str:
        found = re.match(r"control at (http://127\.0\.0\.1:\d+)$", self.output.readline())
        assert found is not None
        return found[1]


@contextmanager
def chain(*arguments: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "sandbox", "chain", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            local = r"http://127\.0\.0\.1:\d+"
            line = process.stdout.readline()
            match = re.match(rf"(\S+) at ({local}); RPC at ({local}); Ctrl-C ends it\.$", line)
            assert match is not None, line
            chain_id, url, rpc_url = match.groups()
            running = Running(chain_id, url, rpc_url, process.stdout)
            yield running
        finally:
            process.terminate()
        running.status = process.wait(AMPLE)


def test_it_serves_a_funded_account_and_ends_when_asked() -> None:
    with chain("--port", "0", "--fund", TENANT.address) as running:
        answer = httpx.get(f"{running.url}/cosmos/bank/v1beta1/balances/{TENANT.address}", timeout=AMPLE)

    assert [coin["amount"] for coin in answer.json()["balances"]] == ["1000000000000"] * 2
    assert (running.chain_id, running.status) == ("slipway-sandbox", 0)


def test_it_serves_the_recorded_genesis() -> None:
    path = recordings.path("chain") / "genesis.json"
    genesis = json.loads(path.read_text(encoding="utf-8"))
    first = genesis["accounts"][1]

    with chain("--genesis", str(path), "--listen", "127.0.0.1:0", "--block-time", "1s") as running:
        latest = httpx.get(running.url + LATEST, timeout=AMPLE).json()["block"]["header"]
        info = httpx.get(
            f"{running.url}/cosmos/auth/v1beta1/account_info/{first['address']}", timeout=AMPLE
        ).json()["info"]
        supply = httpx.get(f"{running.url}/cosmos/bank/v1beta1/balances/{first['address']}", timeout=AMPLE)
        status = httpx.get(f"{running.rpc_url}/status", timeout=AMPLE).json()["result"]

    assert running.chain_id == latest["chain_id"] == genesis["chain_id"] == status["node_info"]["network"]
    assert info["account_number"] == first["account_number"]
    assert {coin["denom"]: coin["amount"] for coin in supply.json()["balances"]} == {
        coin["denom"]: coin["amount"] for coin in first["balances"]
    }


def test_a_chain_that_is_kept_goes_on(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--data", str(tmp_path), "--block-time", "20ms")

    heights = []
    for _ in range(2):
        with chain(*arguments) as running:
            header = httpx.get(running.url + LATEST, timeout=AMPLE).json()["block"]["header"]
            heights.append(int(header["height"]))

    assert heights[0] < heights[1]


def test_it_is_controlled_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script"
    script.write_text("# a day goes by\njump by=1d block_time=1m\nstop-blocks\n")

    with chain("--port", "0", "--control", "127.0.0.1:0") as running:
        url = running.control_url()
        played = control.main([url, "--script", str(script)])
        told = control.main([url, "disturb", "path=/cosmos", "status=503", "next=1"])
        failed, answered = (httpx.get(running.url + LATEST, timeout=AMPLE) for _ in range(2))
        refused = control.main([url, "jump", "by=1s"])
        shown = control.main([url])
    out, err = capsys.readouterr()

    assert (played, told, refused, shown) == (0, 0, 1, 0)
    assert (failed.status_code, answered.status_code) == (503, 200)
    assert int(answered.json()["block"]["header"]["height"]) > 24 * 60
    assert out.startswith('jump by=1d block_time=1m: {"blocks": 144')
    assert '"blocks": "stopped"' in out
    assert err == "jump by=1s: the blocks are stopped: resume them first\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://127.0.0.1:1", "explode"], "no command is called 'explode'"),
        (["http://127.0.0.1:1", "jump", "30d"], "'30d' is no argument like by=30d"),
        (["http://127.0.0.1:1", "--script", "nowhere"], "nowhere"),
    ],
)
def test_a_wrong_control_command_is_told_before_anything_is_done(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        control.main(arguments)

    assert words in capsys.readouterr().err


def test_a_control_port_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert control.main(["http://127.0.0.1:1", "clear"]) == 1
    assert "no control port answers at http://127.0.0.1:1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "No such file"),
        ("{", "Expecting"),
        ("[]", "is no genesis of a sandbox chain"),
        ("{}", "is no genesis of a sandbox chain"),
    ],
)
def test_a_genesis_that_is_none_is_an_error(
    tmp_path: Path, text: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "genesis.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(SystemExit, match="2"):
        main(["--genesis", str(path)])

    assert words in capsys.readouterr().err


@pytest.mark.parametrize("listen", ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"])
def test_an_address_that_is_none_is_an_error(listen: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--listen", listen])

    assert "--listen" in capsys.readouterr().err
