"""provider-gateway.md §4.4; recording 09."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.provider import shell
from sandbox.provider.answers import Refusal
from sandbox.provider.config import Exec, Faults
from tests.unit.provider.fake_socket import FakeSocket
from tests.unit.provider.running import CONFIG, LEASE, Running
from tests.unit.provider.world import service

QUERY = {"cmd0": "echo", "cmd1": "hi", "tty": "0", "stdin": "0", "service": "web", "podIndex": "0"}
SILENT_SUCCESS = [b'f{"exit_code":0}\n']


def _run(
    *command: str,
    running: Running | None = None,
    sent: tuple[bytes, ...] = (),
    after: float = 3,
    **query: str,
) -> list[bytes]:
    """What comes back, frame by frame."""
    numbered = {f"cmd{place}": word for place, word in enumerate(command)}
    parsed = shell.parse({**QUERY, "cmd0": "", **numbered, **query})
    socket = FakeSocket(*sent)
    ran = running or Running.of()
    asyncio.run(shell.run(socket, lambda: ran.after(after), LEASE, parsed))
    return socket.binaries


def _message(frame: bytes) -> Any:
    return json.loads(frame[1:]).get("message")


@pytest.mark.parametrize("missing", sorted(QUERY.keys() - {"cmd1"}))
def test_every_parameter_is_needed(missing: str) -> None:
    with pytest.raises(Refusal) as refused:
        shell.parse({key: value for key, value in QUERY.items() if key != missing})

    assert (refused.value.answer.status, refused.value.answer.body) == (400, b"")


@pytest.mark.parametrize("index", ["x", "-1", "2147483648", "1.5"])
def test_the_pods_index_is_a_number(index: str) -> None:
    with pytest.raises(Refusal):
        shell.parse({**QUERY, "podIndex": index})


def test_arguments_end_at_the_first_gap() -> None:
    parsed = shell.parse({**QUERY, "cmd3": "x", "podIndex": "0x0"})

    assert (parsed.arguments, parsed.pod_index) == (("echo", "hi"), 0)


def test_output_and_exit_code() -> None:
    assert _run("echo", "hello", "world") == [b"dhello world\n", *SILENT_SUCCESS]
    assert _run("false") == [b'f{"exit_code":1}\n']


@pytest.mark.parametrize(("tty", "code"), [("0", b"e"), ("1", b"d")])
def test_a_terminal_has_no_stderr_of_its_own(tty: str, code: bytes) -> None:
    running = Running.of()
    running.behave(commands={"both": Exec(((False, b"out"), (True, b"err")), exit_code=2)})

    assert _run("both", running=running, tty=tty) == [b"dout", code + b"err", b'f{"exit_code":2}\n']


def test_a_command_that_cannot_run_has_a_message_or_is_a_failure() -> None:
    running = Running.of()
    running.behave(commands={"boom": Exec(error="")})

    (frame,) = _run("nosuch")
    assert _message(frame) == (
        "remote command execute error: command could not be executed because it does not exist"
    )
    assert _run("boom", running=running) == [b"g"]


def test_input_goes_to_the_command() -> None:
    assert _run("cat", stdin="1", sent=(b"hhello\n", b"hexit\n")) == [
        b"dhello\n",
        b"dexit\n",
        *SILENT_SUCCESS,
    ]
    assert _run("cat", stdin="0", sent=(b"hhello\n",)) == SILENT_SUCCESS


def test_a_shell_runs_line_after_line() -> None:
    sent = (b"hecho a\n", b"hnosuch\n", b"h\n", b"hexit 3\n")

    assert _run("sh", stdin="1", sent=sent) == [b"da\n", b"esh: nosuch: not found\n", b'f{"exit_code":3}\n']
    assert _run("sh", "-c", "echo b") == [b"db\n", *SILENT_SUCCESS]


def test_sizes_reach_a_terminal() -> None:
    running = Running.of()
    running.behave(commands={"size": Exec(sizes=1)})

    frames = _run("size", running=running, tty="1", stdin="1", sent=(b"i\x00\x50\x00\x18",))

    assert frames == [b"dsize 80x24\r\n", *SILENT_SUCCESS]


def test_pods_are_chosen_by_their_index() -> None:
    running = Running.of(service(count=2))
    second = running.workload.pods(running.workload.services[0])[1]

    assert _run("hostname", running=running, podIndex="1")[0] == f"d{second}\n".encode()
    (frame,) = _run("hostname", running=running, podIndex="2")
    assert _message(frame) == "remote command execute error: pod index out of range: valid range is [0, 1]"


def test_what_is_not_there_has_a_message_only_for_services() -> None:
    (unknown,) = _run("echo", service="nope")
    (not_ready,) = _run("echo", after=2)

    assert _message(unknown) == "kube: no service for that lease"
    assert _message(not_ready) == "no active replicase for service"


def test_a_lost_lease_and_a_broken_kubernetes_look_like_success() -> None:
    broken = Running.of(config=replace(CONFIG, faults=Faults(cluster="connection refused")))

    assert _run("echo", "x", after=0) == SILENT_SUCCESS
    assert _run("echo", "x", running=broken) == SILENT_SUCCESS
