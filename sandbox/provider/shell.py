"""A command in a lease's pod over a websocket: provider-gateway.md §4.4, recording 09.

A lost lease and a Kubernetes that is down look like success: that is how the gateway answers.
"""

import asyncio
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count, takewhile
from typing import Any, Final

from sandbox.provider import gojson
from sandbox.provider.answers import Answer, Refusal
from sandbox.provider.chain_view import LeaseId
from sandbox.provider.processes import ExecError, Process, Terminal
from sandbox.provider.status import Stage, Statuses
from sandbox.provider.websocket import Opcode, Socket

STDOUT: Final = 100
STDERR: Final = 101
RESULT: Final = 102
FAILURE: Final = 103
STDIN: Final = 104
RESIZE: Final = 105
LARGEST_INDEX: Final = (1 << 31) - 1

_INDEX: Final = re.compile("0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*")
_SIZE_BYTES: Final = 4


@dataclass(frozen=True)
class Command:
    arguments: tuple[str, ...]
    service: str
    tty: bool
    stdin: bool
    pod_index: int


def parse(query: Mapping[str, str]) -> Command:
    """Raises Refusal, without a text, where one is missing or wrong."""
    numbered = (f"cmd{number}" for number in count())
    arguments = tuple(query[name] for name in takewhile(lambda name: name in query, numbered))
    index = _index(query.get("podIndex", ""))
    service = query.get("service", "")
    if not arguments or not service or index is None or not {"tty", "stdin"} <= query.keys():
        raise Refusal(Answer(HTTPStatus.BAD_REQUEST))
    return Command(arguments, service, query["tty"] == "1", query["stdin"] == "1", index)


async def run(socket: Socket, statuses: Callable[[], Statuses], lease: LeaseId, command: Command) -> None:
    """Returning ends the connection, without a close frame."""
    pings = asyncio.create_task(_pings(socket, statuses().cluster.config.behaviour.ping_seconds))
    try:
        pod, refusal = _pod(statuses(), lease, command)
        if pod:
            await _execute(socket, statuses(), pod, command)
        else:
            await _result(socket, 0, refusal)
    except ConnectionError:
        pass
    finally:
        pings.cancel()
        await asyncio.gather(pings, return_exceptions=True)


def _pod(statuses: Statuses, lease: LeaseId, command: Command) -> tuple[str, str]:
    """The pod to run in, or none and why; the reason is empty where the gateway gives none."""
    workload = statuses.present(lease)
    if statuses.is_broken or not workload or statuses.stage(workload) < Stage.CREATED:
        return "", ""
    service = workload.service(command.service)
    if service is None:
        return "", "kube: no service for that lease"
    if not statuses.ready(workload, service):
        return "", "no active replicase for service"
    pods = workload.pods(service, statuses.cluster.config.behaviour.pod_suffixes)
    if command.pod_index >= len(pods):
        limits = f"valid range is [0, {len(pods) - 1}]"
        return "", f"remote command execute error: pod index out of range: {limits}"
    return pods[command.pod_index], ""


async def _execute(socket: Socket, statuses: Statuses, pod: str, command: Command) -> None:
    terminal = Terminal(command.stdin, command.tty)

    async def write(piece: bytes, is_error: bool) -> None:
        code = STDERR if is_error and not command.tty else STDOUT
        await socket.send_binary(bytes([code]) + piece)

    process = Process(command.arguments, pod, terminal, write, statuses.cluster.config.behaviour.commands)
    reading = asyncio.create_task(_read(socket, terminal)) if command.stdin else None
    try:
        await _result(socket, await process.run())
    except ExecError as error:
        if error.text:
            await _result(socket, 0, f"remote command execute error: {error.text}")
        else:
            await socket.send_binary(bytes([FAILURE]))
    finally:
        if reading:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(socket: Socket, terminal: Terminal) -> None:
    """Until the client ends, or sends what is not understood: nothing is read after that."""
    async for message in socket.messages():
        if message.opcode is not Opcode.BINARY or not message.payload:
            continue
        code, rest = message.payload[0], message.payload[1:]
        if code == STDIN:
            await terminal.lines.put(rest)
        elif code == RESIZE and len(rest) == _SIZE_BYTES:
            if terminal.is_tty:
                await terminal.sizes.put(struct.unpack(">HH", rest))
        else:
            return


async def _result(socket: Socket, exit_code: int, message: str = "") -> None:
    value: dict[str, Any] = {"exit_code": exit_code, **({"message": message} if message else {})}
    await socket.send_binary(bytes([RESULT]) + gojson.write(value).encode() + b"\n")


async def _pings(socket: Socket, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await socket.ping()


def _index(text: str) -> int | None:
    """Any of Go's notations of an unsigned number."""
    if not _INDEX.fullmatch(text):
        return None
    octal = len(text) > 1 and text[0] == "0" and text[1].isdecimal()
    value = int(text, 8 if octal else 0)
    return value if value <= LARGEST_INDEX else None
