"""What one call of the signer knows beyond the stored intent, and what time is to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.chain_port import Tip

MIN_SECONDS_TO_SIGN: Final = 2.0
"""Less time left than this and nothing new is begun: reads, KMS and a broadcast must fit."""

MIN_SECONDS_TO_POLL: Final = 0.5
FIRST_POLL_SECONDS: Final = 0.1
POLL_GROWTH: Final = 1.5
GROWING_POLLS: Final = 6
"""From then on the pause stays at a little over a second: a sixth of a block."""
MIN_PAUSE_SECONDS: Final = 0.01


class Clock(Protocol):
    def now_ns(self) -> int: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(slots=True)
class Call:
    """`mine`: hashes that only this call can have sent. `sent`: those that it has sent. `absent`: the tip at
    which the transaction was first seen to be past its timeout and in no block. `mended`: the fee allowance
    was looked after once already. `mistimed`: the chain refused a timeout, so the tip it was reckoned from
    was old."""

    claim: str
    time_left: Callable[[], float]
    mine: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    polls: int = 0
    absent: Tip | None = None
    mended: bool = False
    mistimed: bool = False

    def wait(self, clock: Clock) -> None:
        """A pause that grows from poll to poll and ends before the call does."""
        pause = FIRST_POLL_SECONDS * POLL_GROWTH ** min(self.polls, GROWING_POLLS)
        clock.sleep(max(MIN_PAUSE_SECONDS, min(pause, self.time_left() - MIN_SECONDS_TO_POLL)))
        self.polls += 1
