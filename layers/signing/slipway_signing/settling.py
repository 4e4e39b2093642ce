"""From stored bytes to a definite end: sent, looked for, and proven in a block or proven absent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slipway.domain import errors

from slipway_signing import refusals
from slipway_signing.attempt import MAX_LEAD_NS
from slipway_signing.intents import ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.calls import Call, Clock
    from slipway_signing.chain_port import Chain, Inclusion, Refusal
    from slipway_signing.flights import Flights
    from slipway_signing.intents import Intent, IntentStore

MAX_ATTEMPTS: Final = 3
"""Each costs its fee when it runs out of gas; the measured gas of the first is nearly always enough."""

POLLS_PER_PROOF: Final = 8
"""A look at the block time every so many polls, should our clock be behind the chain's."""


@dataclass(frozen=True, slots=True)
class Settler:
    """`on_commit` is told of each landed transaction before its intent says so, and may be told twice.
    `mend_fees` renews the fee allowance of an intent's wallet, and says whether it has."""

    intents: IntentStore
    flights: Flights
    chain: Chain
    clock: Clock
    on_commit: Callable[[Intent, Inclusion], None]
    mend_fees: Callable[[Intent], bool]

    def step(self, intent: Intent, call: Call) -> Intent:
        """One look at a signed intent. What comes back is the very same object where nothing has changed.

        Raises Overtaken. A chain out of reach changes nothing: the transaction may be on its way, and only
        its end may end the intent.
        """
        try:
            if intent.tx_hash not in call.sent and not self._is_late(intent):
                return self._send(intent, call)
            return self._look(intent, call)
        except errors.ChainUnavailable:
            return intent

    def reject(self, intent: Intent, refusal: Refusal, inclusion: Inclusion | None = None) -> Intent:
        """End it by the chain's no. Raises Overtaken."""
        error = errors.to_wire(refusals.to_error(refusal))
        return self.end(intent.rejected(error, refusal, inclusion))

    def end(self, after: Intent) -> Intent:
        """Store the ended intent; its flight is over. Raises Overtaken."""
        ended = ending(self.intents, after)
        self._land(ended)
        return ended

    def _land(self, intent: Intent) -> None:
        """Where this is missed, whoever waits for the flight sees the intent's own end."""
        if intent.flight is None:
            return
        with suppress(errors.SignerUnavailable):
            if intent.state == "committed":
                self.flights.land(intent.flight, intent.height)
            else:
                self.flights.leave(intent.flight)

    def mends(self, intent: Intent, call: Call, refusal: Refusal) -> bool:
        """Whether the refusal was about the fee allowance, which is now renewed. Once a call."""
        if call.mended or intent.role != "wallet" or not refusals.is_about_fees(refusal):
            return False
        call.mended = True
        return self.mend_fees(intent)

    def _is_late(self, intent: Intent) -> bool:
        """Long past its timeout by our clock: every node would refuse it."""
        return self.clock.now_ns() > intent.timeout_ns + MAX_LEAD_NS

    def _send(self, intent: Intent, call: Call) -> Intent:
        """Send the stored bytes. Only who signed them, and sends them the first time, may trust a refusal."""
        first = intent.tx_hash in call.mine and not intent.resumed
        call.mine.discard(intent.tx_hash)
        taken = intent if first or intent.resumed else self.intents.advance(intent.taken_up())
        reception = self.chain.broadcast(taken.tx_bytes)
        refusal = reception.refusal
        if refusal is not None and refusals.is_busy(refusal):
            if first and reception.certain:
                call.mine.add(intent.tx_hash)
            return taken
        call.sent.add(taken.tx_hash)
        if refusal is not None and first and reception.certain:
            return self._unsent(taken, call, refusal)
        return taken

    def _unsent(self, intent: Intent, call: Call, refusal: Refusal) -> Intent:
        """Refused at the door, and nobody else has the bytes: this attempt never runs and cost nothing."""
        call.mistimed = refusals.is_timing(refusal)
        if intent.attempt < MAX_ATTEMPTS and (call.mistimed or self.mends(intent, call, refusal)):
            return self._again(intent, call, gas_used=0)
        return self._failed(intent, call, refusal, None)

    def _look(self, intent: Intent, call: Call) -> Intent:
        inclusion = self.chain.transaction(intent.tx_hash)
        if inclusion is None:
            return self._expire(intent, call)
        if inclusion.refusal is not None:
            return self._failed(intent, call, inclusion.refusal, inclusion)
        self.on_commit(intent, inclusion)
        return self.end(intent.committed(inclusion))

    def _failed(self, intent: Intent, call: Call, refusal: Refusal, inclusion: Inclusion | None) -> Intent:
        """This attempt will never run. Out of gas is tried again with more."""
        if not refusals.is_out_of_gas(refusal) or intent.attempt >= MAX_ATTEMPTS:
            return self.reject(intent, refusal, inclusion)
        used = inclusion.gas_used if inclusion else intent.gas_limit
        return self._again(intent, call, gas_used=used)

    def _again(self, intent: Intent, call: Call, *, gas_used: int) -> Intent:
        again = self.intents.advance(intent.retried(call.claim, self.clock.now_ns(), gas_used=gas_used))
        self._land(intent)
        return again

    def _expire(self, intent: Intent, call: Call) -> Intent:
        """Expired is proven, not guessed: no node knows the hash, one of them is past the timeout and does
        not lag, and the same again at a later block, for an index of transactions may lag its blocks."""
        due = self.clock.now_ns() > intent.timeout_ns or call.polls % POLLS_PER_PROOF == POLLS_PER_PROOF - 1
        absent = self.chain.absent_at(intent.tx_hash, intent.timeout_ns) if due else None
        if absent and call.absent and absent.height > call.absent.height:
            error = errors.to_wire(errors.TransactionExpired())
            return self.end(intent.expired(error))
        call.absent = call.absent or absent
        return intent
