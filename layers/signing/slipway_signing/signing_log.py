"""The signing log: every decision to sign or not to, append-only and hash-chained.

An entry holds the hash of the one before it, and takes its place by a write that fails where the place is
taken: two writers cannot fork a chain, and an entry that is altered or removed later breaks it. Each signer
has a few chains of its own (lanes, by the intent), so that many transactions of one wallet do not queue for
one place. What a chain alone cannot show, that its last entries were cut off, shows against the intents: each
keeps the hash of the entry that allowed its signature.

An entry that allows a signature is written before the key is used. There may be an entry whose signature was
never made, for the function died in between, but never a signature without its entry.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from slipway.domain.errors import SignerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LANES: Final = 8
"""Chains of one signer. Fifty transactions at once then meet six at a place, which are six writes."""

MAX_TRIES: Final = 100
"""Each lost try is another writer's success, so only a broken table takes this many."""

GENESIS: Final = "0" * 64
"""The hash before the first entry of a chain."""

TREASURY: Final = "treasury"
NOBODY: Final = "nobody"
"""The chain of refusals of events that name no signer."""

_NANOSECONDS: Final = 1_000_000_000

Verdict = Literal["signs", "refuses", "custody"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: `about` is JSON (digest, messages' types, amounts, rule …), never a key or a
    token."""

    signer: str
    verdict: Verdict
    subject: str
    request_id: str
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. `hash` is over all the other fields, as canonical JSON."""

    chain: str
    seq: int
    prev: str
    at: str
    verdict: str
    subject: str
    request_id: str
    about: str
    hash: str

    @property
    def anchor(self) -> str:
        return f"{self.chain}:{self.seq}:{self.hash}"


def hash_of(fields: Mapping[str, Any]) -> str:
    """The SHA-256 of an entry's fields, its `hash` left out."""
    counted = {name: value for name, value in fields.items() if name != "hash"}
    text = json.dumps(counted, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class LogStore(Protocol):
    """Entries by chain and place. Nothing is ever changed or removed."""

    def last(self, chain: str) -> Entry | None:
        """The last entry of a chain, read consistently."""
        ...

    def put(self, entry: Entry) -> Entry:
        """Write `entry` unless its place is taken; what stands there, ours or the first one's."""
        ...


class SigningLog:
    """Appends decisions."""

    def __init__(self, store: LogStore, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._now_ns = now_ns

    def append(self, decision: Decision) -> Entry:
        """The entry as written. Raises SignerUnavailable where it cannot be."""
        chain = chain_of(decision.signer, decision.subject)
        last = self._store.last(chain)
        for _ in range(MAX_TRIES):
            entry = self._after(last, chain, decision)
            last = self._store.put(entry)
            if last == entry:
                return entry
        raise SignerUnavailable

    def _after(self, last: Entry | None, chain: str, decision: Decision) -> Entry:
        fields = {
            "chain": chain,
            "seq": last.seq + 1 if last else 1,
            "prev": last.hash if last else GENESIS,
            "at": datetime.fromtimestamp(self._now_ns() / _NANOSECONDS, UTC).isoformat(),
            "verdict": decision.verdict,
            "subject": decision.subject,
            "request_id": decision.request_id,
            "about": json.dumps(decision.about, sort_keys=True, separators=(",", ":")),
        }
        return Entry(**fields, hash=hash_of(fields))  # type: ignore[arg-type]


def wallet_chain(user_id: str | None) -> str:
    """The signer's name of a user's wallet."""
    return f"wallet/{user_id}" if user_id else NOBODY


def chain_of(signer: str, subject: str) -> str:
    """The chain of a signer's decisions on one subject (an intent): always the same."""
    lane = hashlib.sha256(subject.encode()).digest()[0] % LANES
    return f"{signer}/{lane}"


def line(entry: Entry) -> str:
    """An entry in an export: one line of JSON."""
    return json.dumps(asdict(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
