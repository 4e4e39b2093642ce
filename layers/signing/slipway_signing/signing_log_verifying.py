"""Verifies an exported signing log offline: nothing but the lines and, if there is one, an earlier list of
heads.

Lines are JSON objects: entries as `signing_log.line` writes them, and anchors
`{"anchor": "chain:seq:hash", "intent_id": …}` that the intents keep of the entries that allowed them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from slipway_signing.signing_log import GENESIS, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FIELDS: Final = frozenset(
    {"chain", "seq", "prev", "at", "verdict", "subject", "request_id", "about", "hash"}
)


@dataclass(frozen=True, slots=True)
class Verified:
    """`heads` is the last place and hash of each chain, to be kept for the next verification."""

    entries: int
    anchors: int
    heads: Mapping[str, tuple[int, str]]
    faults: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    chains: dict[str, dict[int, str]] = field(default_factory=dict)
    prevs: dict[tuple[str, int], str] = field(default_factory=dict)
    anchors: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def verify(lines: Iterable[str], earlier: Mapping[str, tuple[int, str]] | None = None) -> Verified:
    """Every fault of an export, in words. `earlier` are the heads of a verification that was sound."""
    reading = _Reading()
    for number, text in enumerate(lines, start=1):
        if text.strip():
            _read(text, number, reading)
    for chain in sorted(reading.chains):
        _walk(chain, reading)
    for anchor, intent_id in reading.anchors:
        _look_up(anchor, f"intent {intent_id}", reading)
    for chain, (seq, digest) in sorted((earlier or {}).items()):
        _look_up(f"{chain}:{seq}:{digest}", "the earlier list of heads", reading)
    heads = {chain: (max(places), places[max(places)]) for chain, places in reading.chains.items()}
    entries = sum(len(places) for places in reading.chains.values())
    return Verified(entries, len(reading.anchors), heads, tuple(reading.faults))


def _read(text: str, number: int, reading: _Reading) -> None:
    try:
        fields = json.loads(text)
        if "anchor" in fields:
            reading.anchors.append((str(fields["anchor"]), str(fields["intent_id"])))
            return
        _take(fields, number, reading)
    except (ValueError, TypeError, KeyError):
        reading.faults.append(f"line {number} is no entry")


def _take(fields: dict[str, Any], number: int, reading: _Reading) -> None:
    chain, seq = str(fields["chain"]), int(fields["seq"])
    if set(fields) != _FIELDS:
        reading.faults.append(f"line {number} is no entry")
    elif hash_of(fields) != fields["hash"]:
        reading.faults.append(f"{chain} {seq} was altered: its hash is not its own")
    elif seq in reading.chains.get(chain, {}):
        reading.faults.append(f"{chain} {seq} is there twice: the chain forks")
    else:
        reading.chains.setdefault(chain, {})[seq] = fields["hash"]
        reading.prevs[chain, seq] = fields["prev"]


def _walk(chain: str, reading: _Reading) -> None:
    places = reading.chains[chain]
    before = GENESIS
    for seq in range(1, max(places) + 1):
        if seq not in places:
            reading.faults.append(f"{chain} {seq} is missing")
            before = ""
            continue
        if before and reading.prevs[chain, seq] != before:
            reading.faults.append(f"{chain} {seq} does not follow the entry before it")
        before = places[seq]


def _look_up(anchor: str, who: str, reading: _Reading) -> None:
    chain, seq, digest = anchor.rsplit(":", 2)
    found = reading.chains.get(chain, {}).get(int(seq))
    if found is None:
        reading.faults.append(f"{chain} {seq} is missing, which {who} names")
    elif found != digest:
        reading.faults.append(f"{chain} {seq} is not the entry that {who} names")
