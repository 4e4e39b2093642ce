"""One HTTP/1.1 exchange over a verified channel. Nothing is followed, kept or retried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import h11

from slipway.adapters.provider_faults import AnswerUnreadable, Unreachable

if TYPE_CHECKING:
    from slipway.adapters.provider_hosts import Host

MAX_HEAD_BYTES: Final = 16 * 1024
"""A provider's heads have a few hundred bytes. Also what one line of anything may have."""

MAX_ANSWER_BYTES: Final = 512 * 1024
"""All that one exchange may receive. A lease's status has about 300 bytes a service, a manifest's refusal one
line for each mistake."""


class Wire(Protocol):
    """What an exchange needs of a channel."""

    def send(self, content: bytes) -> None: ...

    def receive(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Request:
    """`content` is JSON."""

    method: str
    path: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes


def exchange(wire: Wire, host: Host, token: str | None, request: Request) -> Answer:
    """Without a token for what is public. Raises AnswerUnreadable, and what the wire raises: Unreachable,
    Silent."""
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
    head = http.send(
        h11.Request(method=request.method, target=request.path, headers=_headers(host, token, request))
    )
    body = http.send(h11.Data(request.content)) if request.content else b""
    wire.send((head or b"") + (body or b""))
    http.send(h11.EndOfMessage())
    try:
        return _answer(http, wire)
    except h11.RemoteProtocolError:
        raise AnswerUnreadable from None


def _headers(host: Host, token: str | None, request: Request) -> list[tuple[str, str]]:
    shown = [] if token is None else [("Authorization", f"Bearer {token}")]
    headers = [
        ("Host", host.authority),
        *shown,
        ("Accept", "application/json"),
        ("User-Agent", "slipway"),
        ("Connection", "close"),
    ]
    if request.content:
        headers += [("Content-Type", "application/json"), ("Content-Length", str(len(request.content)))]
    return headers


def _answer(http: h11.Connection, wire: Wire) -> Answer:
    status, content, heard = 0, bytearray(), False
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            received = wire.receive()
            if not received and not heard:
                raise Unreachable  # hung up without a word, as on a wallet whose key it cannot find
            heard = True
            http.receive_data(received)
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            content += event.data
        elif isinstance(event, h11.EndOfMessage):
            return Answer(status, bytes(content))
        elif not isinstance(event, h11.InformationalResponse):
            raise AnswerUnreadable
