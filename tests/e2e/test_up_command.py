"""`python -m sandbox up` and `demo` as a person runs them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.running import Api, client, example, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 30.0
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Command:
    """A running `up`: what it announced, and its process."""

    process: subprocess.Popen[str]
    said: dict[str, str]

    def api(self) -> Api:
        return Api(client(self.said["API"], self.said["API key"]))

    def resident_bytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        """Exit status and what it still said on both streams."""
        self.process.send_signal(by)
        out, errors = self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode, out, errors


@contextmanager
def up(*options: str) -> Iterator[Command]:
    process = subprocess.Popen(  # noqa: S603 (this interpreter on our own module)
        [sys.executable, "-m", "sandbox", "up", "--port", "0", "--block-time", "50ms", *options],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "PATH"}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    overdue = threading.Timer(STOP_SECONDS * 2, process.kill)
    overdue.start()
    try:
        yield Command(process, announced(process))
    finally:
        overdue.cancel()
        if process.poll() is None:
            process.kill()
            process.communicate()


def announced(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    said: dict[str, str] = {}
    for line in process.stdout:
        if match := re.match(r"  (API key|API|treasury|chain|AWS) +(\S+)", line):
            said[match[1]] = match[2]
        if "curl" in line:
            return said
    assert process.stderr is not None
    raise AssertionError(f"it did not come up: {process.stderr.read()[-2000:]}")


def test_the_state_outlives_a_restart_when_a_folder_is_given(tmp_path: Path) -> None:
    folder = ("--data", str(tmp_path))
    with up(*folder) as first:
        with first.api().http as http:
            api = Api(http)
            created = api.create(example("web"))
            detail = api.detail(created["dseq"])
        key = first.said["API key"]
        ended, _, errors = first.end(signal.SIGINT)
        assert (ended, errors) == (0, "")

    with up(*folder) as second, second.api().http as http:
        api = Api(http)
        found = api.detail(created["dseq"])
        bid = api.first_bid(created["dseq"])

        assert second.said["API key"] == key
        assert found["deployment"] == detail["deployment"]
        assert bid["state"] == "open"


def test_without_a_folder_every_start_is_fresh_and_within_its_memory() -> None:
    with up() as command, command.api().http as http:
        listed = Api(http).ask("GET", "/v1/deployments")["data"]["deployments"]

        assert listed == []
        assert command.resident_bytes() < 500 * MEBIBYTE
        ended, out, errors = command.end(signal.SIGTERM)
        assert (ended, errors) == (0, "")
        assert "has ended" in out


def test_what_was_running_runs_on_after_a_restart(tmp_path: Path) -> None:
    folder = ("--data", str(tmp_path))
    with up(*folder) as first, first.api().http as http:
        api = Api(http)
        created = api.create(example("web"))
        bid = api.first_bid(created["dseq"])
        assert api.lease(created, [bid]).status_code == 200
        first.end(signal.SIGINT)

    with up(*folder) as second, second.api().http as http:
        api = Api(http)
        [lease] = [one for one in api.detail(created["dseq"])["leases"] if one["state"] == "active"]
        assert lease["id"]["provider"] == bid["id"]["provider"]
        until("the service to be available again", lambda: _available(api, created["dseq"]))
        api.ask("DELETE", f"/v1/deployments/{created['dseq']}")


def _available(api: Api, dseq: str) -> bool | None:
    leases = [one for one in api.detail(dseq)["leases"] if one["state"] == "active"]
    statuses = [one["status"] for one in leases if one["status"]]
    return any(service["available"] for status in statuses for service in status["services"].values()) or None


def test_the_demo_ends_well() -> None:
    demo = subprocess.run(  # noqa: S603 (this interpreter on our own module)
        [sys.executable, "-m", "sandbox", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stderr == ""
    for name in ("web", "blog-with-database", "two-regions"):
        assert f"{name}.yaml" in demo.stdout
    assert demo.stdout.count("refunded") == 3
