"""The sweeper ends every intent whose function died. It never signs: it has no key.

A signed intent is sent again while that makes sense, and ends as landed or as proven absent. An intent
that was never signed ends as expired: whoever asked for it has long been told that nothing is known, and
money must not move for a request that nobody waits for any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from slipway.domain import errors

from slipway_signing import tx
from slipway_signing.calls import MIN_SECONDS_TO_SIGN, Call
from slipway_signing.intents import Overtaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.calls import Clock
    from slipway_signing.intents import Intent, IntentStore
    from slipway_signing.settling import Settler

LEFT_ALONE_NS: Final = 45 * tx.NANOSECONDS
"""An intent this young is most likely in the hands of a function that lives."""

GIVEN_UP_NS: Final = 90 * tx.NANOSECONDS
"""A claim this old is of a function that has ended (they run a minute); safe at any size, see CLAIM_NS."""

ROUND_SECONDS: Final = 2.0
"""Between two looks at all that are left: expiry is proven at two blocks, which come every six seconds."""

MAX_INTENTS: Final = 200
"""In one run; the oldest first, the rest in the next one."""


@dataclass(frozen=True, slots=True)
class Swept:
    found: int
    ended: int


class Sweeper:
    """`claim` names this run to the intents that it takes up."""

    def __init__(self, *, intents: IntentStore, settler: Settler, clock: Clock, claim: str) -> None:
        self._intents = intents
        self._settler = settler
        self._clock = clock
        self._claim = claim

    def run(self, time_left: Callable[[], float]) -> Swept:
        """One run over what is unfinished. One intent's trouble does not keep the others waiting."""
        before = datetime.fromtimestamp((self._clock.now_ns() - LEFT_ALONE_NS) / tx.NANOSECONDS, UTC)
        found = self._intents.unfinished(before=before.isoformat(), limit=MAX_INTENTS)
        calls = {one.intent_id: Call(claim=self._claim, time_left=time_left) for one in found}
        left, ended = found, 0
        while left and time_left() > MIN_SECONDS_TO_SIGN:
            stepped = [self._step(one, calls[one.intent_id]) for one in left]
            ended += sum(one.ended for one in stepped)
            left = [one for one in stepped if self._is_ours_to_end(one)]
            if left:
                self._clock.sleep(min(ROUND_SECONDS, max(0.0, time_left() - MIN_SECONDS_TO_SIGN)))
        return Swept(found=len(found), ended=ended)

    def _step(self, intent: Intent, call: Call) -> Intent:
        try:
            if intent.state != "signed":
                return self._give_up(intent)
            call.polls += 1
            return self._settler.step(intent, call)
        except Overtaken:
            return self._intents.get(intent.intent_id) or intent
        except errors.SlipwayError:
            return intent

    def _give_up(self, intent: Intent) -> Intent:
        if self._clock.now_ns() - intent.claimed_ns <= GIVEN_UP_NS:
            return intent
        return self._settler.end(intent.expired(errors.to_wire(errors.TransactionExpired())))

    def _is_ours_to_end(self, intent: Intent) -> bool:
        young = self._clock.now_ns() - intent.claimed_ns <= GIVEN_UP_NS
        return not intent.ended and not (young and intent.state != "signed")
