"""Several nodes, of which some fail: bounded, without redirects, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slipway.adapters import chain_nodes
from slipway.adapters.chain_nodes import ASIDE_SECONDS, Nodes, Reply
from slipway.domain.errors import ChainUnavailable, DeploymentNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Node = Callable[[httpx.Request], httpx.Response]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def good(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"told": "yes"})


def refused(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def answering(status: int, body: Any = None, text: str = "") -> Node:
    def node(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, text=text) if body is None else httpx.Response(status, json=body)

    return node


class Chain:
    """Nodes by host name; `asked` are the hosts in the order of their calls."""

    def __init__(self, clock: Clock, **nodes: Node) -> None:
        self.nodes, self.asked = nodes, list[str]()
        client = httpx.Client(transport=httpx.MockTransport(self._serve), follow_redirects=False)
        self.chain = Nodes([f"http://{name}/" for name in nodes], client=client, clock=clock)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        return self.nodes[request.url.host](request)

    def ask(self) -> Any:
        return self.chain.ask("/told", {"filters.owner": "a b"}, lambda reply: reply.body["told"])


def test_the_first_node_is_asked_with_its_path_and_query(clock: Clock) -> None:
    seen: list[str] = []

    def node(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return good(request)

    assert Chain(clock, one=node, two=refused).ask() == "yes"
    assert seen == ["http://one/told?filters.owner=a+b"]


@pytest.mark.parametrize(
    "bad",
    [
        refused,
        answering(500, {"code": 2, "message": "x", "details": []}),
        answering(501, {"code": 12, "message": "Not Implemented", "details": []}),
        answering(404, {"message": "a proxy's own"}),
        answering(404, text="not found"),
        answering(400, {"code": 2}),
        answering(200, text="<html>"),
        answering(200, {"another": "shape"}),
        answering(200, ["a", "list"]),
        answering(302, {"told": "redirected"}),
        answering(429, text="slow down"),
    ],
)
def test_the_next_node_is_asked_where_one_does_not_answer_as_a_node_does(clock: Clock, bad: Node) -> None:
    assert Chain(clock, one=bad, two=good).ask() == "yes"


def test_a_redirect_is_not_followed(clock: Clock) -> None:
    def node(_: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"location": "http://elsewhere/"})

    chain = Chain(clock, one=node, elsewhere=good)
    chain.ask()

    assert chain.asked == ["one", "elsewhere"]
    assert chain.chain._failed == {"http://one": clock.now}


def test_no_node_left_is_told_as_such(clock: Clock) -> None:
    with pytest.raises(ChainUnavailable):
        Chain(clock, one=refused, two=answering(502, text="bad gateway")).ask()


def test_a_node_that_failed_is_asked_last_for_a_while(clock: Clock) -> None:
    chain = Chain(clock, one=refused, two=good)
    chain.ask()

    chain.ask()
    clock.now += ASIDE_SECONDS + 1
    chain.ask()

    assert chain.asked == ["one", "two", "two", "one", "two"]


def test_a_node_that_is_back_comes_first_again(clock: Clock) -> None:
    chain = Chain(clock, one=refused, two=good)
    chain.ask()
    chain.nodes["one"] = good
    clock.now += ASIDE_SECONDS + 1

    chain.ask()
    chain.ask()

    assert chain.asked[-2:] == ["one", "one"]


@pytest.mark.parametrize("error", [httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError])
def test_a_connection_that_was_let_go_is_opened_again(
    clock: Clock, error: type[httpx.TransportError]
) -> None:
    failing = [error("gone")]

    def node(request: httpx.Request) -> httpx.Response:
        if failing:
            raise failing.pop()
        return good(request)

    chain = Chain(clock, one=node)

    assert chain.ask() == "yes"
    assert chain.asked == ["one", "one"]


def test_a_node_that_trickles_is_left_at_its_deadline(clock: Clock) -> None:
    def trickle() -> Iterator[bytes]:
        for _ in range(1000):
            clock.now += 1.0
            yield b" "

    chain = Chain(clock, one=lambda _: httpx.Response(200, content=trickle()), two=good)

    assert chain.ask() == "yes"
    assert clock.now < 1000 + chain_nodes.READ_SECONDS


def test_all_nodes_together_have_one_deadline(clock: Clock) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 4.0
        raise httpx.ReadTimeout("slow", request=request)

    chain = Chain(clock, one=slow, two=slow, three=good)

    with pytest.raises(ChainUnavailable):
        chain.ask()
    assert chain.asked == ["one", "two"]


def test_too_large_an_answer_is_cut(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_nodes, "MAX_BYTES", 100)

    def large(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"told": "x" * 200})

    assert Chain(clock, one=large, two=good).ask() == "yes"


@pytest.mark.parametrize(("status", "code"), [(404, 5), (400, 3)])
def test_a_nodes_own_no_is_an_answer(clock: Clock, status: int, code: int) -> None:
    def read(reply: Reply) -> int:
        if reply.is_missing or reply.is_refused:
            raise DeploymentNotFound
        return 0

    chain = Chain(clock, one=answering(status, {"code": code, "message": "m", "details": []}), two=good)

    with pytest.raises(DeploymentNotFound):
        chain.chain.ask("/x", {}, read)
    assert chain.asked == ["one"]
