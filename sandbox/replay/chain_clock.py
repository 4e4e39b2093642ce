"""The recorded chain's clock: how high it was at each request, and when each of its blocks was.

Balances depend on how many blocks passed, so the replayed chain makes as many as the recorded one had. A
query's answer names the block it was read from, and a transaction that was sent is in a later one; what else
was asked came at a height that its time tells, between those of its neighbours.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain.numbers import SECOND, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.replay.chain_recording import Exchange

_WITHIN_SECOND: Final = SECOND // 2
"""A tx_response tells its block's time in whole seconds."""
_UNTIL_READ: Final = 2 * SECOND
"""A block's time is when its parent was voted for: after so long, at most, it can be read."""


class Clock:
    """What a recording tells of heights and times."""

    def __init__(self, genesis_time: int, exchanges: Sequence[Exchange]) -> None:
        self._anchors = {0: genesis_time, **_times(exchanges)}
        self._known = sorted(self._anchors)
        self._included = {
            found["txhash"]: int(found["height"])
            for each in exchanges
            if each.method == "GET"
            for found in _responses(each.answer)
        }
        told = [self._told(each) for each in exchanges]
        self.heights = [self._height(each, told[place:]) for place, each in enumerate(exchanges)]

    def time_of(self, height: int) -> int:
        """A block's time in nanoseconds: told by the recording, or between two that it tells of."""
        for below, above in pairwise(self._known):
            if below <= height <= above:
                span = self._anchors[above] - self._anchors[below]
                return self._anchors[below] + span * (height - below) // (above - below)
        last = self._known[-1]
        return self._anchors[last] + (height - last) * SECOND

    def _height(self, exchange: Exchange, told: Sequence[int | None]) -> int:
        """The tip when the request came; `told` is what this and the later exchanges say of theirs."""
        if told[0] is not None:
            return told[0]
        following = next((height for height in told if height is not None), 0)
        while following and self.time_of(following) > exchange.at - _UNTIL_READ:
            following -= 1
        return following

    def _told(self, exchange: Exchange) -> int | None:
        if exchange.height is not None:
            return exchange.height
        sent = _responses(exchange.answer) if exchange.method == "POST" else []
        included = (self._included.get(found["txhash"]) for found in sent if not found["code"])
        return next((height - 1 for height in included if height), None)


def _responses(answer: Any) -> list[dict[str, Any]]:
    if not isinstance(answer, dict):
        return []
    one = answer.get("tx_response")
    return [one] if one else list(answer.get("tx_responses") or [])


def _times(exchanges: Iterable[Exchange]) -> dict[int, int]:
    """Times by height: to the second from transactions, exact where a block's header was read."""
    rough, exact = {}, {}
    for each in exchanges:
        for found in _responses(each.answer):
            if found["timestamp"]:
                rough[int(found["height"])] = time_of(found["timestamp"]) + _WITHIN_SECOND
        if isinstance(each.answer, dict) and "block" in each.answer:
            header = each.answer["block"]["header"]
            exact[int(header["height"])] = time_of(header["time"])
    return rough | exact
