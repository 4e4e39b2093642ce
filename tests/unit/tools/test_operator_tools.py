"""The operator's commands: what they print, and when they end badly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slipway_signing.signing_log import Decision, SigningLog, line
from slipway_signing.treasury_port import Mint
from slipway_signing.treasury_view import view

from tests.unit.signing.credit_fakes import ALICE, TREASURY, CreditChain
from tests.unit.signing.store_fakes import MemoryLog
from tools import signing_log, treasury

if TYPE_CHECKING:
    from pathlib import Path


def log(folder: Path, entries: int = 3) -> Path:
    written = SigningLog(MemoryLog(), lambda: 1_800_000_000_000_000_000)
    decision = Decision("wallet/alice", "signs", "one", "request-1", {})
    path = folder / "log.jsonl"
    lines = [line(written.append(decision)) for _ in range(entries)]
    path.write_text("".join(f"{text}\n" for text in lines), encoding="utf-8")
    return path


def status(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        signing_log.main(list(arguments))
    return int(str(ended.value.code))


def test_a_sound_log_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("verify", str(log(tmp_path))) == 0
    assert capsys.readouterr().out == "3 entries in 1 chains, 0 intents: sound\n"


def test_an_altered_log_ends_the_command_badly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = log(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("request-1", "request-2", 1), encoding="utf-8")

    assert status("verify", str(path)) == 1
    assert "was altered" in capsys.readouterr().out


def test_a_log_cut_short_is_seen_by_the_heads_of_the_last_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = str(tmp_path / "heads.json")
    assert status("verify", str(log(tmp_path)), "--write-heads", heads) == 0
    assert status("verify", str(log(tmp_path)), "--heads", heads) == 0

    assert status("verify", str(log(tmp_path, entries=2)), "--heads", heads) == 1
    assert "3 is missing, which the earlier list of heads names" in capsys.readouterr().out


def test_heads_of_an_unsound_log_are_not_kept(tmp_path: Path) -> None:
    path = log(tmp_path)
    path.write_text("rubbish\n", encoding="utf-8")
    heads = tmp_path / "heads.json"

    assert status("verify", str(path), "--write-heads", str(heads)) == 1
    assert not heads.exists()


def test_the_treasury_is_shown_in_whole_coins() -> None:
    chain = CreditChain(
        granted={ALICE: 1_100_000_000},
        allowed={ALICE: 5},
        held={"uact": 1_000_000_001, "uakt": 80_000_000},
        minted=(Mint(7, "pending", 20_000_000, 0), Mint(3, "executed", 10, 5)),
    )

    assert treasury.shown(view(TREASURY, chain)) == [
        "treasury      akash1treasury",
        "holds         1,000.000001 ACT for deposits, 80.000000 AKT for fees",
        "granted       1,100.000000 ACT to deposit, 0.000005 AKT for fees, to 1 wallet(s)",
        "deposits      NOT COVERED: 99.999999 ACT less than granted",
        "fees          covered",
        "minting       20.000000 AKT, pending since height 7",
    ]


class Minting:
    """A chain whose mint is executed at the second look."""

    def __init__(self, *, executed_after: int = 2, state: str = "committed") -> None:
        self.chain = CreditChain(minted=(Mint(3, "executed", 10, 5),))
        self.executed_after = executed_after
        self.state = state
        self.sent: list[dict[str, Any]] = []
        self.slept: list[float] = []

    def send(self, event: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(event)
        self._mint("pending", 0)
        return {"state": self.state, "error": None}

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == self.executed_after:
            self._mint("executed", 9_000_000)

    def _mint(self, status: str, minted: int) -> None:
        self.chain.minted = (Mint(9, status, 20_000_000, minted), Mint(3, "executed", 10, 5))

    def run(self) -> list[str]:
        return treasury.mint(
            TREASURY,
            20_000_000,
            send=self.send,
            log_of=lambda intent_id: f"{intent_id}: oracle.v2/4 price stalled",
            chain=self.chain,
            sleep=self.sleep,
            new_id=lambda: "id",
        )


def test_a_mint_is_waited_for() -> None:
    minting = Minting()

    assert minting.run() == ["minting       20.000000 AKT for 9.000000 ACT, executed since height 9"]
    [event] = minting.sent
    assert (event["intent_id"], event["role"]) == ("mint-id", "treasury")
    assert json.dumps(event["messages"]).count("akash1treasury") == 2


def test_a_mint_that_takes_its_time_is_left_to_it() -> None:
    minting = Minting(executed_after=10_000)

    assert minting.run() == ["minting       still pending; `show` says what becomes of it"]
    assert sum(minting.slept) <= treasury.EPOCH_SECONDS


def test_a_mint_that_was_refused_ends_the_command() -> None:
    with pytest.raises(SystemExit, match="not minted: rejected: mint-id: oracle.v2/4 price stalled"):
        Minting(state="rejected").run()
