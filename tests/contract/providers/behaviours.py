"""What a gateway may do with a connection: the right thing, and everything that a hostile one can."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.contract.providers.servers import Behaviour, Visit

SERVICE = {
    "name": "web",
    "available": 1,
    "total": 1,
    "uris": ["web.example.com"],
    "observed_generation": 1,
    "replicas": 1,
    "updated_replicas": 1,
    "ready_replicas": 1,
    "available_replicas": 1,
}
STATUS: dict[str, Any] = {
    "services": {"web": SERVICE},
    "forwarded_ports": {
        "web": [
            {"host": "node.example.com", "port": 22, "externalPort": 31000, "proto": "TCP", "name": "web"}
        ]
    },
    "ips": None,
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def healthy(visit: Visit) -> None:
    visit.request()
    visit.answer(200, json.dumps(STATUS).encode())


def answering(status: int, text: str = "", head: str = "") -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.request()
        visit.answer(status, text.encode(), head)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One for each connection, the last for all that follow."""
    turns = itertools.chain(behaviours, itertools.repeat(behaviours[-1]))

    def behave(visit: Visit) -> None:
        next(turns)(visit)

    return behave


def _sending(content: bytes) -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.request()
        visit.send(content)

    return behave


def _silent(visit: Visit) -> None:
    visit.request()
    visit.hold()


def _hanging_up(visit: Visit) -> None:
    visit.request()


def _stopping_short(visit: Visit) -> None:
    visit.request()
    visit.send(HEAD + b'Content-Length: 100\r\n\r\n{"services":')
    visit.hold()


def _dripping_head(visit: Visit) -> None:
    visit.request()
    visit.drip(HEAD + b"X-Padding: " + b"a" * 10_000)


def _dripping_body(visit: Visit) -> None:
    visit.request()
    visit.send(HEAD + b"\r\n")
    visit.drip(b" " * 10_000)


def _flooding(start: bytes, content: bytes) -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.request()
        visit.send(start)
        visit.flood(content)

    return behave


HOSTILE: dict[str, Behaviour] = {
    "no answer": _silent,
    "no word": _hanging_up,
    "half a body": _stopping_short,
    "head in drops": _dripping_head,
    "body in drops": _dripping_body,
    "endless head": _flooding(HEAD, b"X-More: of the same\r\n"),
    "endless header": _flooding(HEAD + b"X-More: ", b"a" * 4096),
    "endless status line": _flooding(b"HTTP/1.1 200 ", b"OK" * 2048),
    "endless body": _flooding(HEAD + b"\r\n", b" " * 4096),
    "endless chunks": _flooding(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 512),
    "endless chunk": _flooding(HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", b" " * 4096),
    "endless trailer": _flooding(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 512),
    "endless continues": _flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 256),
    "body of another length": _sending(HEAD + b"Content-Length: 999999\r\n\r\n{}"),
    "two lengths": _sending(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "negative length": _sending(HEAD + b"Content-Length: -1\r\n\r\n{}"),
    "wrong chunk": _sending(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
    "another protocol": _sending(b"220 mail.example.com ESMTP\r\n"),
    "switched protocols": _sending(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
    ),
    "no JSON": answering(200, "<html>hello</html>"),
    "deep JSON": answering(200, "[" * 100_000),
    "long number": answering(200, '{"services":{"web":{"total":' + "9" * 5000 + "}}}"),
    "another shape": answering(200, '{"services":[]}'),
    "no content": answering(200, ""),
    "not found": answering(404, "kube: no deployments for lease\n"),
    "unavailable": answering(503, json.dumps(STATUS)),
}
