"""Intents: what is to be done, written before anything is signed, and how far it has come.

written → signed (bytes, hash and timeout stored, only then sent) → committed | rejected | expired.
Out of gas leads from signed back to written, one attempt later, once that attempt has definitely failed. An
intent that nobody works on any more leads from written to expired: what was never signed cannot land.

Every change is a compare-and-set on `version`, so two functions that work on one intent cannot both win, and
only bytes that were stored are ever sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway_signing.budgets import Budget, Counted
    from slipway_signing.chain_port import Inclusion, Refusal
    from slipway_signing.flights import Flight

State = Literal["written", "signed", "committed", "rejected", "expired"]
Role = Literal["wallet", "treasury"]

_ENDED: Final = frozenset({"committed", "rejected", "expired"})


@dataclass(frozen=True, slots=True)
class Intent:
    """One transaction-to-be. `messages` is JSON text, a list of `{type_url, value}` as first asked for.

    `claim` names the function that may sign the current attempt, `claimed_ns` says since when.
    `resumed`: a second function sent the signed bytes again, so no refusal of a broadcast proves anything.
    `expects` is JSON: by grantee, the credit (uact, null without a grant) that a new grant was reckoned from.
    `key_id` is that of the API key which asked, empty for a user who signed in. `budget` is the key's, as it
    was when it was held against what the intent moves; None where there was none or nothing moves.
    `counted` stays when it was taken back: it counts while the state is not `rejected` or `expired`.
    `flight` is that of the deposit that was signed last (`flights.py`), None for any other transaction.
    `logged` names the entry of the signing log that allowed the signature: `chain:seq:hash`.
    `log` is the chain's own text, for the operator only.
    """

    intent_id: str
    request_id: str
    user_id: str | None
    role: Role
    messages: str
    deposit_max: int | None
    created_at: str
    claim: str
    claimed_ns: int
    state: State = "written"
    version: int = 1
    attempt: int = 1
    gas_floor: int = 0
    tx_bytes: bytes = b""
    tx_hash: str = ""
    timeout_ns: int = 0
    gas_limit: int = 0
    fee_uakt: int = 0
    resumed: bool = False
    former_hashes: tuple[str, ...] = ()
    height: int = 0
    gas_used: int = 0
    error: Mapping[str, Any] | None = None
    log: str = ""
    key_id: str = ""
    budget: Budget | None = None
    counted: Counted | None = None
    expects: str = ""
    logged: str = ""
    flight: Flight | None = None

    @property
    def ended(self) -> bool:
        return self.state in _ENDED

    def claimed(self, claim: str, now_ns: int) -> Intent:
        """The same attempt in other hands; whoever held it can no longer store a signature."""
        return self._next(claim=claim, claimed_ns=now_ns)

    def counting(self, counted: Counted) -> Intent:
        """What it moves is in its key's sums; to be stored together with them."""
        return self._next(counted=counted)

    def signed(
        self, *, tx_bytes: bytes, tx_hash: str, timeout_ns: int, gas_limit: int, fee_uakt: int, logged: str
    ) -> Intent:
        return self._next(
            state="signed",
            logged=logged,
            tx_bytes=tx_bytes,
            tx_hash=tx_hash,
            timeout_ns=timeout_ns,
            gas_limit=gas_limit,
            fee_uakt=fee_uakt,
            resumed=False,
        )

    def taken_up(self) -> Intent:
        """Signed bytes that are about to be sent by somebody who did not sign them."""
        return self._next(resumed=True)

    def retried(self, claim: str, now_ns: int, *, gas_used: int) -> Intent:
        """The next attempt, after this one definitely failed: it needs more than `gas_used`."""
        return self._next(
            state="written",
            attempt=self.attempt + 1,
            gas_floor=max(self.gas_floor, gas_used),
            claim=claim,
            claimed_ns=now_ns,
            former_hashes=(*self.former_hashes, self.tx_hash),
        )

    def committed(self, inclusion: Inclusion) -> Intent:
        return self._next(state="committed", height=inclusion.height, gas_used=inclusion.gas_used)

    def rejected(
        self, error: Mapping[str, Any], refusal: Refusal | None = None, inclusion: Inclusion | None = None
    ) -> Intent:
        """Ended by a no: of policy, of a simulation, of a mempool, or (with `inclusion`) in a block."""
        return self._next(
            state="rejected",
            error=error,
            log="" if refusal is None else f"{refusal.codespace}/{refusal.code} {refusal.log}"[:MAX_LOG],
            height=inclusion.height if inclusion else 0,
            gas_used=inclusion.gas_used if inclusion else 0,
        )

    def expired(self, error: Mapping[str, Any]) -> Intent:
        """Proven absent, or never signed and given up."""
        return self._next(state="expired", error=error)

    def _next(self, **changes: Any) -> Intent:
        return replace(self, version=self.version + 1, **changes)


MAX_LOG: Final = 4_000
"""Characters of a raw log that are kept: a Go stack can be long, a DynamoDB item may not be."""


class Overtaken(Exception):
    """Another function changed the intent first; read it again."""


class IntentStore(Protocol):
    """One row an intent. All writes are conditional, all reads are consistent."""

    def open(self, intent: Intent) -> Intent:
        """Write `intent` unless its id is taken; what is stored, ours or the first one's."""
        ...

    def get(self, intent_id: str) -> Intent | None: ...

    def advance(self, after: Intent) -> Intent:
        """Store `after` over its predecessor (`version` - 1) and return it. Raises Overtaken."""
        ...

    def count(self, after: Intent) -> Intent:
        """Store `after` and add `after.counted` to the sums of its key: both or neither.

        Raises Overtaken, and BudgetExceeded where `after.budget` does not cover it.
        """
        ...

    def release(self, after: Intent) -> Intent:
        """Store the ended `after` and take `after.counted` out of the sums of its key: both or neither.

        Raises Overtaken.
        """
        ...

    def unfinished(self, *, before: str, limit: int) -> list[Intent]:
        """Intents created before that time (ISO, UTC) that have not ended, oldest first; may lag a little."""
        ...


def ending(store: IntentStore, after: Intent) -> Intent:
    """Store an ended intent; what it had counted is given back unless it landed. Raises Overtaken."""
    if after.counted is not None and after.state != "committed":
        return store.release(after)
    return store.advance(after)
