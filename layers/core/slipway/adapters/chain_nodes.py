"""Reading from Akash nodes over REST: bounded, without redirects, the next node where one does not answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx

from slipway.domain.errors import ChainUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")

NODE_SECONDS: Final = 3.0
"""For all of one answer of one node. Nodes answer in milliseconds, with 200 deployments in under a second."""

READ_SECONDS: Final = 7.0
"""For one read over all nodes together: two that are silent and one that answers."""

MAX_BYTES: Final = 16 * 1024 * 1024
"""A page of 200 deployments, each with twenty groups of one unit, has about 4 MB."""

ASIDE_SECONDS: Final = 30.0
"""A node that did not answer is asked last for so long: a silent one would cost each read its deadline."""

_INVALID_ARGUMENT: Final = 3
_NOT_FOUND: Final = 5
"""gRPC codes, as the body of a refusal carries them."""


class NodeFault(Exception):
    """No answer of a node: nothing came in time, or what came has not a node's shape."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A node's own answer: 200, or its "there is none" (404), or its "I do not understand" (400)."""

    status: int
    body: Any

    @property
    def is_missing(self) -> bool:
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def is_refused(self) -> bool:
        return self.status == HTTPStatus.BAD_REQUEST


class Nodes:
    """The nodes of one chain. One object may serve several threads."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        client: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
        node_seconds: float = NODE_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._client = client or httpx.Client(follow_redirects=False, trust_env=False)
        self._clock = clock
        self._node_seconds, self._read_seconds = node_seconds, read_seconds
        self._failed: dict[str, float] = {}

    def close(self) -> None:
        self._client.close()

    def ask(self, path: str, query: Mapping[str, str], read: Callable[[Reply], T]) -> T:
        """What `read` makes of the first node's answer; one that `read` cannot read counts as none.

        `read` may raise domain errors, which end the search. Raises ChainUnavailable.
        """
        ends = self._clock() + self._read_seconds
        for url in self._in_order():
            try:
                found = read(self._reply(f"{url}{path}", query, ends))
            except (NodeFault, LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
                self._failed[url] = self._clock()
                continue
            self._failed.pop(url, None)
            return found
        raise ChainUnavailable

    def _in_order(self) -> list[str]:
        """As configured, but those that failed a moment ago come last."""
        now = self._clock()
        aside = {url for url, at in self._failed.copy().items() if now - at < ASIDE_SECONDS}
        return sorted(self._urls, key=lambda url: url in aside)

    def _reply(self, url: str, query: Mapping[str, str], ends: float) -> Reply:
        status, body = self._fetched(url, query, min(ends, self._clock() + self._node_seconds))
        found = json.loads(body)
        if status == HTTPStatus.OK:
            return Reply(status, found)
        if (status, found["code"]) in (
            (HTTPStatus.NOT_FOUND, _NOT_FOUND),
            (HTTPStatus.BAD_REQUEST, _INVALID_ARGUMENT),
        ):
            return Reply(status, found)
        raise NodeFault(f"HTTP {status}")

    def _fetched(self, url: str, query: Mapping[str, str], ends: float) -> tuple[int, bytes]:
        try:
            return self._once(url, query, ends)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            pass  # a kept connection that the node, or a frozen Lambda, let go: a new one says more
        except httpx.HTTPError as error:
            raise NodeFault(type(error).__name__) from error
        try:
            return self._once(url, query, ends)
        except httpx.HTTPError as error:
            raise NodeFault(type(error).__name__) from error

    def _once(self, url: str, query: Mapping[str, str], ends: float) -> tuple[int, bytes]:
        left = ends - self._clock()
        if left <= 0:
            raise NodeFault("no time left")
        with self._client.stream("GET", url, params=dict(query), timeout=left) as answer:
            return answer.status_code, self._whole(answer, ends)

    def _whole(self, answer: httpx.Response, ends: float) -> bytes:
        received = bytearray()
        for chunk in answer.iter_bytes():
            received += chunk
            if len(received) > MAX_BYTES or self._clock() > ends:
                raise NodeFault("too long an answer")
        return bytes(received)
