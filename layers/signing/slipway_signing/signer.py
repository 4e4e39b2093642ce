"""The only door to money: one transaction, signed at most once an attempt and sent only as stored.

Whatever dies at whatever moment, a repeat with the same intent id resumes from the stored intent:
written (nothing signed) → sign; signed → send the stored bytes again and wait; ended → the same answer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from slipway.domain import errors

from slipway_signing import attempt, policy, raw_messages, refusals, tx
from slipway_signing.intents import Overtaken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from slipway_signing.chain_port import Chain, Inclusion, Refusal, Tip
    from slipway_signing.intents import Intent, IntentStore
    from slipway_signing.keys import SigningKey

MAX_ATTEMPTS: Final = 3
"""Each costs its fee when it runs out of gas; the measured gas of the first is nearly always enough."""

CLAIM_NS: Final = 15 * tx.NANOSECONDS
"""After this a claim on an unsigned attempt is taken from a function that must have died. Safe at any size:
who lost a claim cannot store a signature."""

MIN_SECONDS_TO_SIGN: Final = 2.0
"""Less time left than this and nothing new is begun: reads, KMS and a broadcast must fit."""

MIN_SECONDS_TO_POLL: Final = 0.5
FIRST_POLL_SECONDS: Final = 0.1
MAX_POLL_SECONDS: Final = 1.0
POLL_GROWTH: Final = 1.5
POLLS_PER_PROOF: Final = 8
"""A look at the block time every so many polls, should our clock be behind the chain's."""

MAX_MEMO: Final = 256
"""auth params `max_memo_characters`."""

TRANSIENT: Final = (
    errors.ChainUnavailable,
    errors.SignerUnavailable,
    errors.WalletOpening,
    errors.WalletNotFound,
)
"""What ends a call and not its intent: nothing is signed, a repeat begins again."""


class Clock(Protocol):
    def now_ns(self) -> int: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs. `granter` pays fees and deposits by its grants; None for the treasury itself."""

    address: str
    key: SigningKey
    granter: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What every transaction here has in common."""

    chain_id: str
    gas_price: Decimal
    max_fee_uakt: int


class _Refused(Exception):
    """The chain's no to a simulation."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.codespace, refusal.code)
        self.refusal = refusal


@dataclass(slots=True)
class _Call:
    """What one call knows beyond the stored intent. `mine`: hashes that only this call can have sent."""

    claim: str
    time_left: Callable[[], float]
    mine: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    polls: int = 0
    absent: Tip | None = None

    @property
    def pause(self) -> float:
        return min(FIRST_POLL_SECONDS * POLL_GROWTH**self.polls, MAX_POLL_SECONDS)


class Signer:
    """`account_of` finds who signs an intent (raises WalletNotFound, WalletOpening); `on_commit` is told of
    each landed transaction before its intent says so, and may be told twice."""

    def __init__(
        self,
        *,
        intents: IntentStore,
        chain: Chain,
        account_of: Callable[[Intent], Account],
        on_commit: Callable[[Intent, Inclusion], None],
        terms: Terms,
        clock: Clock,
        spread_ns: Callable[[], int],
    ) -> None:
        self._intents = intents
        self._chain = chain
        self._account_of = account_of
        self._on_commit = on_commit
        self._terms = terms
        self._clock = clock
        self._spread_ns = spread_ns

    def run(self, wanted: Intent, time_left: Callable[[], float]) -> Intent:
        """Bring the intent with `wanted`'s id as near to its end as the time allows; as it then stands.

        The first caller's intent counts, whatever a repeat says. `time_left` counts down in seconds. Raises
        the TRANSIENT errors; the intent is then as if it had just been written.
        """
        call = _Call(claim=wanted.claim, time_left=time_left)
        intent = self._intents.open(wanted)
        if intent.user_id != wanted.user_id or intent.role != wanted.role:
            raise errors.PolicyRefused(rule="own_intent_only", what="intent_id")
        while not intent.ended and call.time_left() > MIN_SECONDS_TO_POLL:
            try:
                intent = self._step(intent, call)
            except Overtaken:
                intent = self._reread(intent)
        return intent

    def _step(self, intent: Intent, call: _Call) -> Intent:
        if intent.state == "signed":
            return self._settle(intent, call)
        if intent.claim == call.claim:
            return self._sign(intent, call)
        if self._clock.now_ns() - intent.claimed_ns > CLAIM_NS:
            return self._intents.advance(intent.claimed(call.claim, self._clock.now_ns()))
        self._wait(call)
        return self._reread(intent)

    def _reread(self, intent: Intent) -> Intent:
        stored = self._intents.get(intent.intent_id)
        if stored is None:
            raise errors.InternalFault(what="an intent disappeared")
        return stored

    def _wait(self, call: _Call) -> None:
        self._clock.sleep(max(0.0, min(call.pause, call.time_left() - MIN_SECONDS_TO_POLL)))
        call.polls += 1

    # -- written

    def _sign(self, intent: Intent, call: _Call) -> Intent:
        if call.time_left() < MIN_SECONDS_TO_SIGN:
            raise errors.SignerUnavailable
        try:
            signed = self._signed(intent)
        except TRANSIENT:
            raise
        except _Refused as refused:
            return self._reject(intent, refused.refusal)
        except errors.SlipwayError as error:
            return self._intents.advance(intent.rejected(errors.to_wire(error)))
        call.mine.add(signed.tx_hash)
        return self._intents.advance(signed)

    def _signed(self, intent: Intent) -> Intent:
        """The intent with its bytes. Every refusal that can be known beforehand comes before kms:Sign."""
        account = self._account_of(intent)
        messages = _parsed(intent)
        moved = policy.check(intent.role, messages, own=account.address, deposit_max=intent.deposit_max)
        self._check_credit(account, moved)
        number = self._chain.account_number(account.address)
        if number is None:
            raise errors.WalletOpening
        timeout = attempt.timeout_ns(
            self._chain.tip(), now_ns=self._clock.now_ns(), spread_ns=self._spread_ns()
        )
        body = tx.body([tx.packed(*one) for one in messages], memo=_memo(intent), timeout_ns=timeout)
        gas = self._gas(intent, account, body, [type_url for type_url, _ in messages])
        fee = attempt.fee_uakt(gas, self._terms.gas_price)
        policy.check_price(gas_limit=gas, fee_uakt=fee, max_fee_uakt=self._terms.max_fee_uakt)
        raw = self._raw(account, body, fee_uakt=fee, gas_limit=gas, account_number=number)
        return intent.signed(
            tx_bytes=raw, tx_hash=tx.tx_hash(raw), timeout_ns=timeout, gas_limit=gas, fee_uakt=fee
        )

    def _check_credit(self, account: Account, moved: int) -> None:
        if account.granter is None or not moved:
            return
        credit = self._chain.credit(account.granter, account.address)
        if moved > credit:
            raise errors.CreditTooLow(needed=moved, available=credit)

    def _gas(self, intent: Intent, account: Account, body: bytes, type_urls: Sequence[str]) -> int:
        """Simulated with the real body; a fee of 1 uakt takes the same way through the fee grant."""
        info = tx.auth_info(
            account.key.public_key, fee_uakt=1, gas_limit=policy.MAX_GAS, granter=account.granter
        )
        simulated = self._chain.simulate(tx.simulation(body, info))
        if not isinstance(simulated, int):
            raise _Refused(simulated)
        return attempt.gas_limit(simulated, closing=policy.closes(type_urls), floor=intent.gas_floor)

    def _raw(
        self, account: Account, body: bytes, *, fee_uakt: int, gas_limit: int, account_number: int
    ) -> bytes:
        info = tx.auth_info(
            account.key.public_key, fee_uakt=fee_uakt, gas_limit=gas_limit, granter=account.granter
        )
        document = tx.sign_doc(body, info, chain_id=self._terms.chain_id, account_number=account_number)
        return tx.raw(body, info, account.key.sign_digest(hashlib.sha256(document).digest()))

    # -- signed

    def _settle(self, intent: Intent, call: _Call) -> Intent:
        try:
            if intent.tx_hash not in call.sent:
                return self._send(intent, call)
            return self._look(intent, call)
        except errors.ChainUnavailable:  # the transaction may be on its way: only its end may end this
            self._wait(call)
            return intent

    def _send(self, intent: Intent, call: _Call) -> Intent:
        """Send the stored bytes. Only who signed them, and sends them the first time, may trust a refusal."""
        first = intent.tx_hash in call.mine and not intent.resumed
        call.mine.discard(intent.tx_hash)
        if not first and not intent.resumed:
            intent = self._intents.advance(intent.taken_up())
        reception = self._chain.broadcast(intent.tx_bytes)
        call.sent.add(intent.tx_hash)
        if reception.refusal is not None and first and reception.certain:
            return self._failed(intent, call, reception.refusal, None)
        return intent

    def _look(self, intent: Intent, call: _Call) -> Intent:
        inclusion = self._chain.transaction(intent.tx_hash)
        if inclusion is None:
            return self._expire(intent, call)
        if inclusion.refusal is not None:
            return self._failed(intent, call, inclusion.refusal, inclusion)
        self._on_commit(intent, inclusion)
        return self._intents.advance(intent.committed(inclusion))

    def _failed(self, intent: Intent, call: _Call, refusal: Refusal, inclusion: Inclusion | None) -> Intent:
        """This attempt will never run. Out of gas is tried again with more."""
        if not refusals.is_out_of_gas(refusal) or intent.attempt >= MAX_ATTEMPTS:
            return self._reject(intent, refusal, inclusion)
        used = inclusion.gas_used if inclusion else intent.gas_limit
        return self._intents.advance(intent.retried(call.claim, self._clock.now_ns(), gas_used=used))

    def _reject(self, intent: Intent, refusal: Refusal, inclusion: Inclusion | None = None) -> Intent:
        error = errors.to_wire(refusals.to_error(refusal))
        return self._intents.advance(intent.rejected(error, refusal, inclusion))

    def _expire(self, intent: Intent, call: _Call) -> Intent:
        """Expired is proven, not guessed: one node, past the timeout, does not know the hash, twice.

        The second time at a later block: a node's index of transactions may lag its blocks a little.
        """
        due = self._clock.now_ns() > intent.timeout_ns or call.polls % POLLS_PER_PROOF == POLLS_PER_PROOF - 1
        absent = self._chain.absent_at(intent.tx_hash, intent.timeout_ns) if due else None
        if absent and call.absent and absent.height > call.absent.height:
            return self._intents.advance(intent.expired(errors.to_wire(errors.TransactionExpired())))
        call.absent = call.absent or absent
        self._wait(call)
        return intent


def _parsed(intent: Intent) -> list[tuple[str, Any]]:
    """The stored messages as protobuf. Raises PolicyRefused, MessageUndecodable."""
    try:
        return [
            (one["type_url"], raw_messages.parsed(one, index))
            for index, one in enumerate(json.loads(intent.messages))
        ]
    except tx.MessageInvalid as error:
        raise errors.PolicyRefused(rule="message_form", what=error.type_url) from error


def _memo(intent: Intent) -> str:
    return intent.request_id.encode()[:MAX_MEMO].decode(errors="ignore")
