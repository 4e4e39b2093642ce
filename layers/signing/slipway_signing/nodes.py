"""The nodes of one chain: which of them answer, and which of them know the present.

A node that does not answer is asked last for a while. A node that lags still finds transactions and takes
broadcasts, but no number from it decides about money.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from slipway.domain.errors import ChainUnavailable

from slipway_signing.chain_port import Tip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T")

NANOSECONDS: Final = 1_000_000_000

FRESH_NS: Final = 3 * NANOSECONDS
"""How long a node's tip counts as known: half a block, so one read serves one transaction."""

MAX_LAG_NS: Final = 30 * NANOSECONDS
"""A last block five blocks old: the node is catching up, or the chain stands still."""

MAX_BEHIND: Final = 3
"""Blocks behind the furthest node that we know of."""

ALL_KNOWN_NS: Final = 15 * NANOSECONDS
"""How long the tips of the other nodes count: only beside them does it show that a node lags."""

SHUNNED_NS: Final = 20 * NANOSECONDS
"""How long a node that failed is asked last."""


class NodeUnreachable(Exception):
    """No whole answer of a node came in time. The request may have arrived all the same."""


FAULTS: Final = (NodeUnreachable, LookupError, TypeError, ValueError)
"""What makes us ask the next node: no answer, or one that has not a node's shape."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """Raises ValueError where a proxy speaks and not the node."""
        return json.loads(self.body)


class Transport(Protocol):
    """Bounded HTTP: a total deadline, a size limit, no redirects, no proxies from the environment."""

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """Raises NodeUnreachable."""
        ...

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        """Raises NodeUnreachable."""
        ...


@dataclass(slots=True)
class _Health:
    tip: Tip | None = None
    asked_ns: int = 0
    shunned_until_ns: int = 0


class Nodes:
    """Asks nodes, in the order given but for their health. All that is kept is what a node last said of
    itself: it speeds the choice up and decides nothing."""

    def __init__(self, urls: Sequence[str], transport: Transport, now_ns: Callable[[], int]) -> None:
        self._health = {url.rstrip("/"): _Health() for url in urls}
        self._http = transport
        self._now_ns = now_ns

    def all(self) -> list[str]:
        """Every node: those that failed of late come last, before them those that lag."""
        now = self._now_ns()

        def rank(url: str) -> tuple[bool, bool]:
            health = self._health[url]
            return health.shunned_until_ns > now, health.tip is not None and self.lags(health.tip)

        return sorted(self._health, key=rank)

    def any(self, ask: Callable[[str], T]) -> T:
        """The first whole answer. Raises ChainUnavailable."""
        return self._first(self.all(), ask)

    def present(self, ask: Callable[[str], T]) -> T:
        """The first whole answer of a node that does not lag. Raises ChainUnavailable."""
        return self._first(self._fresh(), ask)

    def tip(self, *, fresh: bool = False) -> Tip:
        """The tip of the node that `present` asks first, read now if `fresh`. Raises ChainUnavailable."""
        return self.present(self.tip_of if fresh else self._known_tip)

    def ask(self, url: str, ask: Callable[[str], T]) -> T:
        """One node's answer; a fault is remembered. Raises the FAULTS."""
        try:
            return ask(url)
        except FAULTS:
            self._health[url].shunned_until_ns = self._now_ns() + SHUNNED_NS
            raise

    def tip_of(self, url: str) -> Tip:
        """What the node itself says now. Raises the FAULTS."""
        said = body_of(self._http.get(f"{url}/cosmos/base/node/v1beta1/status", {}))
        tip = Tip(height=int(said["height"]), time_ns=nanoseconds(said["timestamp"]))
        health = self._health[url]
        health.tip, health.asked_ns = tip, self._now_ns()
        return tip

    def _known_tip(self, url: str) -> Tip:
        """One that lags beside another node's younger one may only be old: the node is asked again."""
        health = self._health[url]
        is_old = self._now_ns() - health.asked_ns > FRESH_NS
        if health.tip is None or is_old or self.lags(health.tip):
            return self.tip_of(url)
        return health.tip

    def _fresh(self) -> Iterator[str]:
        self._look_around()
        for url in self.all():
            try:
                tip = self.ask(url, self._known_tip)
            except FAULTS:
                continue
            if not self.lags(tip):
                yield url

    def _look_around(self) -> None:
        """Every node's tip, unless it was asked or failed a moment ago."""
        now = self._now_ns()
        for url, health in self._health.items():
            if health.shunned_until_ns <= now and now - health.asked_ns > ALL_KNOWN_NS:
                with suppress(*FAULTS):
                    self.ask(url, self.tip_of)

    def lags(self, tip: Tip) -> bool:
        """By our clock, or behind another node."""
        furthest = max((one.tip.height for one in self._health.values() if one.tip), default=0)
        return self._now_ns() - tip.time_ns > MAX_LAG_NS or furthest - tip.height > MAX_BEHIND

    def _first(self, urls: Sequence[str] | Iterator[str], ask: Callable[[str], T]) -> T:
        for url in urls:
            try:
                return self.ask(url, ask)
            except FAULTS:
                continue
        raise ChainUnavailable


def body_of(answer: Answer) -> Any:
    """The JSON of a good answer. Raises the FAULTS."""
    if answer.status != HTTPStatus.OK:
        raise NodeUnreachable(f"HTTP {answer.status}")
    return answer.json


def is_found(answer: Answer) -> bool:
    """A 404 in the node's own shape means "there is none"; any other 404 is not the node's."""
    if answer.status != HTTPStatus.NOT_FOUND:
        return True
    if answer.json["code"] != 5:  # gRPC NotFound
        raise NodeUnreachable("HTTP 404 without the code of a missing thing")
    return False


def nanoseconds(timestamp: str) -> int:
    """An RFC 3339 time in UTC, with up to nine decimals as Go writes it, as Unix nanoseconds."""
    whole, _, fraction = timestamp.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * NANOSECONDS + int(fraction.ljust(9, "0"))
