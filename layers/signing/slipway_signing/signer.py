"""The only door to money: one transaction, signed at most once an attempt and sent only as stored.

Whatever dies at whatever moment, a repeat with the same intent id resumes from the stored intent:
written (nothing signed) → sign; signed → send the stored bytes again and wait; ended → the same answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from slipway.domain import errors

from slipway_signing import refusals, tx
from slipway_signing.budgets import Counted, day_of
from slipway_signing.calls import MIN_SECONDS_TO_POLL, MIN_SECONDS_TO_SIGN, Call
from slipway_signing.flights import Flight
from slipway_signing.intents import Overtaken
from slipway_signing.preparing import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.budgets import Budget
    from slipway_signing.calls import Clock
    from slipway_signing.chain_port import Refusal
    from slipway_signing.flights import Gate
    from slipway_signing.intents import Intent, IntentStore
    from slipway_signing.preparing import Preparer
    from slipway_signing.settling import Settler

HELD_SECONDS: Final = 20.0
"""A deposit that was held so long that no more is left would be signed too late to see what becomes of it."""

CLAIM_NS: Final = 15 * tx.NANOSECONDS
"""After this a claim on an unsigned attempt is taken from a function that must have died. Safe at any size:
who lost a claim cannot store a signature."""

TRANSIENT: Final = (
    errors.ChainUnavailable,
    errors.SignerUnavailable,
    errors.WalletOpening,
    errors.WalletNotFound,
    errors.CreditChanging,
)
"""What ends a call and not its intent: nothing is signed, a repeat begins again."""


class Signer:
    """One for each role: it runs the intents of that role and refuses every other.

    `budget_of` reads the budget of the API key that asks for an intent; it raises ApiKeyGone.
    """

    def __init__(
        self,
        *,
        role: str,
        intents: IntentStore,
        preparer: Preparer,
        settler: Settler,
        gate: Gate,
        budget_of: Callable[[Intent], Budget | None],
        clock: Clock,
    ) -> None:
        self._role = role
        self._intents = intents
        self._preparer = preparer
        self._settler = settler
        self._gate = gate
        self._budget_of = budget_of
        self._clock = clock

    def run(self, wanted: Intent, time_left: Callable[[], float]) -> Intent:
        """Bring the intent with `wanted`'s id as near to its end as the time allows; as it then stands.

        The first caller's intent counts, whatever a repeat says. `time_left` counts down in seconds. Raises
        the TRANSIENT errors; the intent is then as if it had just been written. Raises PolicyRefused for an
        intent that is not the caller's, or not this signer's.
        """
        call = Call(claim=wanted.claim, time_left=time_left)
        if wanted.role != self._role:
            raise self._refused(wanted, "role", wanted.role)
        intent = self._opened(wanted, call)
        if intent.user_id != wanted.user_id or intent.role != wanted.role:
            raise self._refused(wanted, "own_intent_only", "intent_id")
        while not intent.ended and call.time_left() > MIN_SECONDS_TO_POLL:
            after = self._advanced(intent, call)
            if after is intent:
                call.wait(self._clock)
            intent = after
        return intent

    def _advanced(self, intent: Intent, call: Call) -> Intent:
        """One step. Once something is signed, an outage of ours is no answer: the transaction may land."""
        try:
            try:
                return self._step(intent, call)
            except Overtaken:
                return self._reread(intent)
        except errors.SignerUnavailable:
            if intent.state == "signed" or call.mine:
                return intent if intent.state == "signed" else self._reread(intent)
            raise

    def note_malformed(self, subject: str, error: errors.PolicyRefused) -> None:
        """The refusal of an event that is no intent. Raises SignerUnavailable."""
        self._preparer.log_malformed(subject, error)

    def _opened(self, wanted: Intent, call: Call) -> Intent:
        while True:
            try:
                return self._intents.open(wanted)
            except Overtaken:
                if call.time_left() < MIN_SECONDS_TO_SIGN:
                    raise errors.SignerUnavailable from None

    def _step(self, intent: Intent, call: Call) -> Intent:
        """The intent after one step; the very same object where there is nothing to do but wait."""
        if intent.state == "signed":
            return self._settler.step(intent, call)
        if intent.claim == call.claim:
            return self._sign(intent, call)
        now_ns = self._clock.now_ns()
        if now_ns - intent.claimed_ns > CLAIM_NS:
            return self._intents.advance(intent.claimed(call.claim, now_ns))
        call.wait(self._clock)
        return self._reread(intent)

    def _reread(self, intent: Intent) -> Intent:
        stored = self._intents.get(intent.intent_id)
        if stored is None:
            raise errors.InternalFault(what="an intent disappeared")
        return stored

    def _sign(self, intent: Intent, call: Call) -> Intent:
        if call.time_left() < MIN_SECONDS_TO_SIGN:
            raise errors.SignerUnavailable
        try:
            checked = self._preparer.check(intent)
            intent = self._budgeted(intent, checked.moved)
            intent = self._counted(intent, checked.moved)
            if checked.deposits:
                flight = Flight(checked.account.address, intent.intent_id, f"{intent.version}.{call.polls}")
                if not self._gate.passes(flight):
                    return self._held(intent, call)
                intent = replace(intent, flight=flight)
            signed = self._preparer.sign(intent, checked, fresh_tip=call.mistimed)
        except TRANSIENT:
            raise
        except Refused as refused:
            return self._unsimulated(intent, call, refused.refusal)
        except errors.SlipwayError as error:
            self._preparer.log_no(intent, error)
            return self._settler.end(intent.rejected(errors.to_wire(error)))
        call.mine.add(signed.tx_hash)
        return self._intents.advance(signed)

    def _held(self, intent: Intent, call: Call) -> Intent:
        """A deposit waits for the change of its wallet's credit, which takes a block or two; where it takes
        longer the caller asks again."""
        call.wait(self._clock)
        if call.time_left() < HELD_SECONDS:
            raise errors.CreditChanging
        return self._reread(intent)

    def _budgeted(self, intent: Intent, moved: int) -> Intent:
        """With its key's budget as of now, unless that was counted already. What moves nothing costs no read.

        Raises ApiKeyGone.
        """
        if not intent.key_id or intent.counted is not None or not moved:
            return intent
        return replace(intent, budget=self._budget_of(intent))

    def _counted(self, intent: Intent, moved: int) -> Intent:
        """Its deposits are in its key's sums before anything is signed. Raises BudgetExceeded, Overtaken."""
        if intent.budget is None or intent.counted is not None or not moved:
            return intent
        counted = Counted(amount=moved, day=day_of(self._clock.now_ns()))
        return self._intents.count(intent.counting(counted))

    def _unsimulated(self, intent: Intent, call: Call, refusal: Refusal) -> Intent:
        """The chain would refuse it. A timeout is reckoned anew, a fee allowance that ran out is renewed, and
        the intent tried again."""
        mistimed, call.mistimed = call.mistimed, refusals.is_timing(refusal)
        if (call.mistimed and not mistimed) or self._settler.mends(intent, call, refusal):
            return self._reread(intent)
        self._preparer.log_no(intent, refusals.to_error(refusal))
        return self._settler.reject(intent, refusal)

    def _refused(self, wanted: Intent, rule: str, what: str) -> errors.PolicyRefused:
        error = errors.PolicyRefused(rule=rule, what=what)
        self._preparer.log_no(wanted, error)
        return error
