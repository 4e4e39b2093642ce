"""The bounds on what a node may send."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from slipway_signing import transport
from slipway_signing.nodes import NodeUnreachable
from slipway_signing.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def over(handler: Callable[[httpx.Request], httpx.Response], *, deadline_seconds: float = 5) -> HttpTransport:
    client = httpx.Client(transport=httpx.MockTransport(handler))
    return HttpTransport(client, deadline_seconds=deadline_seconds)


def test_an_answer_comes_whole_whatever_its_status() -> None:
    def node(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, content=request.url.params["q"].encode() + request.content)

    answer = over(node).get("http://node/x", {"q": "a b"})

    assert (answer.status, answer.body) == (404, b"a b")


def test_a_body_is_posted_as_json() -> None:
    answer = over(lambda request: httpx.Response(200, content=request.content)).post(
        "http://node/x", {"a": 1}
    )

    assert answer.json == {"a": 1}


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    answer = over(lambda request: httpx.Response(302, headers={"location": "http://other/"})).get(
        "http://node/x", {}
    )

    assert answer.status == 302


def test_too_large_an_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BYTES", 10)

    with pytest.raises(NodeUnreachable):
        over(lambda request: httpx.Response(200, content=b"x" * 11)).get("http://node/x", {})


def test_a_slow_drip_meets_the_total_deadline() -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.01)
            yield b"x"

    start = time.monotonic()
    with pytest.raises(NodeUnreachable):
        over(lambda request: httpx.Response(200, content=drip()), deadline_seconds=0.05).get(
            "http://node/x", {}
        )
    assert time.monotonic() - start < 0.5


def test_a_broken_connection_is_an_unreachable_node() -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(NodeUnreachable):
        over(refused).get("http://node/x", {})
