"""A recorded answer of a gateway and ours, and what of a difference does not count."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509

from sandbox.replay.gateway_client import common_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.replay.gateway_client import Answer
    from sandbox.replay.gateway_recording import Exchange, Frame


@dataclass(frozen=True)
class Difference:
    what: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True)
class Allowance:
    """A part of an exchange that is not compared, and why."""

    reason: str
    covers: Callable[[Exchange, str], bool]


_BUILD: Final = re.compile(r"^https?://[^/]+|\?.*$")


def _asks(path: str, *parts: str) -> Callable[[Exchange, str], bool]:
    return lambda exchange, part: part in parts and _path(exchange) == path


def _path(exchange: Exchange) -> str:
    return _BUILD.sub("", exchange.path).replace("%73", "s")


ALLOWANCES: Final = (
    Allowance(
        "the provider's build, its modules and its Kubernetes; a long answer leaves in chunks",
        lambda exchange, part: (
            _asks("/version", "body", "content-length", "transfer-encoding")(exchange, part)
            and not exchange.name.startswith(("connection", "apiserver", "another"))
        ),
    ),
    Allowance(
        "what the recorder's provider held from bids outside these walks, on nodes that never took it",
        _asks("/status", "body", "content-length"),
    ),
    Allowance("the time of the answer", lambda _, part: part == "date"),
)


def differences(exchange: Exchange, answer: Answer) -> list[Difference]:
    """Everything that differs and is not allowed to."""
    found = _stream(exchange, answer) if exchange.is_stream else _plain(exchange, answer)
    return [each for each in found if not any(one.covers(exchange, each.what) for one in ALLOWANCES)]


def _plain(exchange: Exchange, answer: Answer) -> list[Difference]:
    recorded = exchange.found.get("response")
    if recorded is None:
        return (
            [] if answer.status == 0 else [Difference("status", exchange.found.get("error"), answer.status)]
        )
    return [*_response(recorded, answer), *_tls(exchange, answer)]


def _tls(exchange: Exchange, answer: Answer) -> list[Difference]:
    """Where TLS is what was walked: the version, no protocol chosen, and whose certificate was shown."""
    recorded = exchange.found.get("tls")
    if not recorded:
        return []
    name = common_name(x509.load_pem_x509_certificate(recorded["certificate"].encode()))
    wanted = {"version": recorded["version"], "alpn": recorded["alpn"], "name": name}
    return [Difference("tls", wanted, dict(answer.tls))] if wanted != answer.tls else []


def _response(recorded: dict[str, Any], answer: Answer) -> list[Difference]:
    pairs: list[tuple[str, Any, Any]] = [("status", recorded["status"], answer.status)]
    if "headers" in recorded:
        headers = recorded["headers"]
        pairs += [(name, headers.get(name), answer.headers.get(name)) for name in {*headers, *answer.headers}]
    pairs.append(("body", recorded.get("body_text", ""), answer.body))
    return [Difference(*pair) for pair in sorted(pairs, key=lambda pair: pair[0]) if pair[1] != pair[2]]


def _stream(exchange: Exchange, answer: Answer) -> list[Difference]:
    found = _response(exchange.found["handshake"], answer)
    if answer.status != 101:
        return found
    recorded = [frame for frame in exchange.frames() if not frame.by_client]
    ended = exchange.found["end"] == "server closed the connection"
    ours = _messages(exchange, answer.frames)
    wanted = _messages(exchange, recorded)
    if not ended or exchange.client_closes:  # a client that stopped saw no more than it did
        ours = {name: ours[name][: len(wanted.get(name, []))] for name in ours}
        ours = {name: said for name, said in ours.items() if said}
    pairs: list[tuple[str, Any, Any]] = [("frames", wanted, ours), ("end", ended, answer.ended)]
    if ended:
        pairs.append(("pings", *_pings(recorded, answer.frames)))
    return [*found, *(Difference(*pair) for pair in pairs if pair[1] != pair[2])]


def _messages(exchange: Exchange, frames: Sequence[Frame]) -> dict[str, list[tuple[str, bool, bytes]]]:
    """Frame by frame, but for pings: pods side by side, whose lines come as they come, and events in any
    order, which is Kubernetes' own."""
    said = [(frame.kind, frame.final, frame.payload) for frame in frames if frame.kind != "ping"]
    if exchange.path.endswith("/kubeevents"):
        return {"": sorted(said)} if said else {}
    by_pod: dict[str, list[tuple[str, bool, bytes]]] = {}
    pod = ""
    for each in said:
        if each[0] != "continuation":
            pod = _pod(each[2])
        by_pod.setdefault(pod, []).append(each)
    return by_pod


def _pod(payload: bytes) -> str:
    found = re.match(rb'\{"name":"([^"]*)"', payload)
    return found[1].decode() if found else ""


def _pings(recorded: Sequence[Frame], replayed: Sequence[Frame]) -> tuple[int, int]:
    """A stream that ends near a ping may end on either side of it."""
    counts = [sum(frame.kind == "ping" for frame in frames) for frames in (recorded, replayed)]
    return (counts[0], counts[0]) if abs(counts[0] - counts[1]) <= 1 else (counts[0], counts[1])


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr) if not isinstance(value, str) else repr(value)
