"""How Go sees text: as bytes to sort by, with its own idea of space and of time."""

from __future__ import annotations

import re
from typing import Final

_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_DURATION_PART: Final = re.compile(
    r"(?P<whole>[0-9]*)(?:(?P<point>\.)(?P<part>[0-9]*))?(?P<unit>ns|us|µs|μs|ms|s|m|h)"
)
_NANOSECONDS: Final = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_MOST_NANOSECONDS: Final = 2**63 - 1
_LONGEST_DURATION: Final = 128


class NotADuration(ValueError):
    """The text is no duration of Go; the message says so to the author."""


def trimmed(text: str) -> str:
    """Go's `strings.TrimSpace`."""
    return text.strip(_SPACE)


def by_bytes(text: str) -> bytes:
    """The key that sorts as Go sorts strings."""
    return text.encode(errors="surrogateescape")


def parse_duration(text: str) -> int:
    """Go's `time.ParseDuration`, in nanoseconds: `1h30m`, `-1.5s`, `0`. Raises NotADuration."""
    if len(text) > _LONGEST_DURATION:
        raise NotADuration("the duration is too long")
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0
    parts = list(_DURATION_PART.finditer(unsigned))
    complete = "".join(part[0] for part in parts) == unsigned
    if not unsigned or not complete or not all(part["whole"] or part["part"] for part in parts):
        raise NotADuration(f"{text!r} is not a duration")
    total = sum(map(_nanoseconds, parts))
    if total > _MOST_NANOSECONDS:
        raise NotADuration(f"{text!r} is out of range")
    return -total if text[0] == "-" else total


def _nanoseconds(part: re.Match[str]) -> int:
    unit = _NANOSECONDS[part["unit"]]
    decimals = (part["part"] or "")[:18]  # Go drops what a 64-bit integer cannot hold
    fraction = int(int(decimals) * (unit / 10 ** len(decimals))) if decimals else 0
    return int(part["whole"] or 0) * unit + fraction


def duration_text(nanoseconds: int) -> str:
    """The form of protobuf's JSON: `3600s`, `0.500s`, `0.000001s`."""
    seconds, rest = divmod(nanoseconds, 10**9)
    text = f"{seconds}.{rest:09}"
    for ending in ("000", "000", ".000"):
        text = text.removesuffix(ending)
    return text + "s"
