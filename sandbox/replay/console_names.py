"""Whose name is whose: every id, address, dseq and host of the recording, and what stands for it here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ADDRESS: Final = re.compile(r"akash1[02-9ac-hj-np-z]{38}")
CLOCK_DSEQ: Final = re.compile(r"(?<![1-9.])1[6-9]\d{11}(?:\d{3})?(?![\d.])")
"""A dseq made by a clock, in milliseconds (the reference) or microseconds (ours); zeros may lead it."""
HOST: Final = re.compile(r"https?://[\w.-]+:\d+")
HASH: Final = re.compile(r"[A-Za-z0-9+/]{43}=")
"""A deployment's hash: 32 bytes in base64."""
TX_HASH: Final = re.compile(r"[0-9A-F]{64}")

KINDS: Final = (UUID, ADDRESS, CLOCK_DSEQ, HOST, HASH, TX_HASH)
_WITHIN: Final = re.compile(
    "|".join(kind.pattern for kind in (UUID, ADDRESS, CLOCK_DSEQ, HOST)), re.IGNORECASE
)


def kind_of(text: str) -> re.Pattern[str] | None:
    """Which kind of name a whole text is; None for one that is no name."""
    return next((kind for kind in KINDS if kind.fullmatch(text)), None)


def names_in(value: Any) -> Iterator[str]:
    """Every name within the texts of a JSON value."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _WITHIN.findall(key)
            yield from names_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield from _WITHIN.findall(str(value))


class Names:
    """Learnt as they appear. A recorded name has one of ours for ever."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._lost: set[str] = set()

    def __contains__(self, recorded: str) -> bool:
        return recorded in self._ours

    def learn(self, recorded: str, ours: str) -> bool:
        """Whether `ours` is what stands for `recorded`; the first time it then is."""
        return self._ours.setdefault(recorded, ours) == ours

    def lose(self, recorded: Iterable[str]) -> None:
        """These have nobody here: what the reference made, and we did not."""
        self._lost |= set(recorded) - self._ours.keys()

    def is_lost(self, value: Any) -> bool:
        """Whether a JSON value speaks of one that has nobody here."""
        return not self._lost.isdisjoint(names_in(value))

    def ours(self, text: str) -> str:
        """A text with every name in it that is known here replaced; others stay, being nobody's."""
        return _WITHIN.sub(self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        known = self._ours.get(found[0])
        if known is None and (lower := self._ours.get(found[0].lower())):
            return lower.upper()
        return found[0] if known is None else known
