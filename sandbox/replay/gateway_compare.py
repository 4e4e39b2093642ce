"""A recorded answer of a gateway and ours, and what of a difference does not count."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

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


_SHORT: Final = 160
_RESERVED: Final = re.compile(r'("(?:active|pending)":)(\[\{[^\]]*\])([,}])')
ALLOWANCES: Final = (
    Allowance("the time of the answer", lambda _, part: part == "date"),
    Allowance(
        "the build of the provider and of its Kubernetes; their form is compared",
        lambda exchange, part: _succeeds(exchange, "/version") and part in ("body", "reservations"),
    ),
    Allowance(
        "which reservations a provider's monitors see first; their order is not compared, they are",
        lambda exchange, part: _succeeds(exchange, "/status") and part == "body",
    ),
)


def _succeeds(exchange: Exchange, route: str) -> bool:
    answer = exchange.found.get("response") or {}
    path = unquote(urlsplit(exchange.path).path)
    return path == route and answer.get("status") == HTTPStatus.OK


def differences(exchange: Exchange, answer: Answer) -> list[Difference]:
    """Everything that differs and is not allowed to."""
    found = _stream(exchange, answer) if exchange.is_stream else _plain(exchange, answer)
    return [each for each in found if not any(one.covers(exchange, each.what) for one in ALLOWANCES)]


def _plain(exchange: Exchange, answer: Answer) -> list[Difference]:
    if exchange.is_plain_http:
        said = exchange.found["raw_response"]
        return [] if answer.body == said else [Difference("raw", said, answer.body)]
    recorded = exchange.found.get("response")
    if recorded is None:
        failed = exchange.failure
        return [] if answer.failure == failed else [Difference("failure", failed, answer.failure)]
    return [*_response(recorded, answer), *_tls(exchange, answer)]


def _tls(exchange: Exchange, answer: Answer) -> list[Difference]:
    """Where TLS is what was walked: the version, no protocol chosen, and whose certificate was shown."""
    recorded = exchange.found.get("tls")
    if not recorded:
        return []
    name = common_name(x509.load_pem_x509_certificate(recorded["certificate"].encode()))
    wanted = {**{part: recorded[part] for part in ("version", "cipher", "alpn")}, "name": name}
    return [Difference("tls", wanted, dict(answer.tls))] if wanted != answer.tls else []


def _response(recorded: dict[str, Any], answer: Answer) -> list[Difference]:
    pairs: list[tuple[str, Any, Any]] = [("status", recorded["status"], answer.status)]
    if "headers" in recorded:
        headers = recorded["headers"]
        pairs += [(name, headers.get(name), answer.headers.get(name)) for name in {*headers, *answer.headers}]
    body = str(recorded.get("body_text", ""))
    pairs.append(("body", body, answer.body))
    pairs.append(("form", _form(body), _form(answer.body)))
    pairs.append(("reservations", _sorted(body), _sorted(answer.body)))
    return [Difference(*pair) for pair in sorted(pairs, key=lambda pair: pair[0]) if pair[1] != pair[2]]


def _form(text: str) -> Any:
    """A JSON body without its values: names in their order and types; of lists what their items are like."""
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    return _shape(found)


def _sorted(text: str) -> str:
    """A body with what follows `active` and `pending` in it sorted."""

    def in_order(found: re.Match[str]) -> str:
        return found[1] + json.dumps(sorted(json.loads(found[2]), key=json.dumps)) + found[3]

    return _RESERVED.sub(in_order, text)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {"in order": [(name, _shape(each)) for name, each in value.items()]}
    if isinstance(value, list):
        return {"of": sorted({json.dumps(_shape(each)) for each in value})}
    return type(value).__name__


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
    """Frame by frame, but for pings: pods side by side, for the provider reads them at the same time."""
    said = [(frame.kind, frame.final, frame.payload) for frame in frames if frame.kind != "ping"]
    if exchange.path.endswith("/kubeevents"):
        return {"": said} if said else {}
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


def shown(value: Any, *, whole: bool) -> str:
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if whole or len(text) <= _SHORT else text[:_SHORT] + "…"
