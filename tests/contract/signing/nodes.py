"""A transport to nodes that answer as recorded, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from slipway_signing.chain import RestChain
from slipway_signing.nodes import Answer, Nodes, NodeUnreachable

from tests import recordings

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUS: Final = "/cosmos/base/node/v1beta1/status"
TIME_NS: Final = 1_795_359_682_713_387_566
"""Of block 12, where the recorded node stood."""


class Node:
    """Answers every call alike but for its status, and remembers what it was asked."""

    def __init__(self, answer: Answer | None, *, height: int = 12, broken: bool = False) -> None:
        self.answer = answer
        self.height = height
        self.broken = broken
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def reply(self, path: str, fields: Mapping[str, Any]) -> Answer:
        if path == STATUS and not self.broken:
            said = {"height": str(self.height), "timestamp": "2026-11-22T15:01:22.713387566Z"}
            return Answer(200, json.dumps(said).encode())
        self.asked.append((path, dict(fields)))
        if self.answer is None:
            raise NodeUnreachable("refused")
        return self.answer

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Network:
    """A transport to several nodes by host name."""

    def __init__(self, **nodes: Node) -> None:
        self.nodes = nodes

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        return self._ask(url, query)

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        return self._ask(url, body)

    def _ask(self, url: str, fields: Mapping[str, Any]) -> Answer:
        host, _, path = url.removeprefix("http://").partition("/")
        return self.nodes[host].reply(f"/{path}", fields)


def recorded_answer(walk: str, name: str) -> Answer:
    found = next(one for one in recordings.load(f"chain/{walk}.jsonl")[1] if one["name"] == name)
    return Answer(found["response"]["status"], json.dumps(found["response"]["body"]).encode())


def recorded(walk: str, name: str) -> Node:
    return Node(recorded_answer(walk, name))


def plain(status: int, body: str) -> Node:
    return Node(Answer(status, body.encode()))


def nodes_of(network: Network, *, now_ns: int = TIME_NS) -> Nodes:
    return Nodes([f"http://{host}/" for host in network.nodes], network, lambda: now_ns)


def chain(now_ns: int = TIME_NS, /, **nodes: Node) -> RestChain:
    network = Network(**nodes)
    return RestChain(nodes_of(network, now_ns=now_ns), network)
