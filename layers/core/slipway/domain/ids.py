"""Names of things. Akash's numbers keep Akash's names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NewType

UserId = NewType("UserId", str)
KeyId = NewType("KeyId", str)
Address = NewType("Address", str)
"""A bech32 account address, `akash1…`."""
IntentId = NewType("IntentId", str)
Dseq = NewType("Dseq", int)
Height = NewType("Height", int)

MAX_DSEQ: Final = 2**64 - 1
"""The chain keeps a dseq in 64 bits; a larger number cannot name a deployment."""

_DECIMAL: Final = re.compile(r"\+?[0-9]+")
_HEX: Final = re.compile(r"0[xX][0-9a-fA-F]+")


def parse_dseq(text: str) -> int | None:
    """The number that a client wrote, read as existing clients' JavaScript would: decimal or hex, blank is 0.

    None where it is no whole number. Range is the caller's to check.
    """
    word = text.strip()
    if not word:
        return 0
    if _HEX.fullmatch(word):
        return int(word, 16)
    if _DECIMAL.fullmatch(word):
        return int(word) if len(word) <= len(str(MAX_DSEQ)) + 20 else MAX_DSEQ + 1
    return -1 if re.fullmatch(r"-[0-9]+", word) else None


@dataclass(frozen=True, slots=True, order=True)
class LeaseId:
    """One lease, and the bid it grew from: both carry the same six fields on chain."""

    owner: Address
    dseq: Dseq
    gseq: int
    oseq: int
    provider: Address
    bseq: int = 0


BidId = LeaseId
