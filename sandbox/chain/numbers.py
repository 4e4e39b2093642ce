"""Numbers of the chain: decimals as integers scaled by 10^18, and times as nanoseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

ONE: Final = 10**18  # DecCoin and escrow balances carry 18 decimals on the wire as one integer
SECOND: Final = 10**9
_UNITS: Final = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND}


def dec_text(scaled: int) -> str:
    """A scaled integer as the node prints it: exactly 18 decimals."""
    whole, part = divmod(abs(scaled), ONE)
    return f"{'-' if scaled < 0 else ''}{whole}.{part:018d}"


def dec_of(text: str) -> int:
    """Decimal text ("0.0025") as a scaled integer."""
    whole, _, part = text.partition(".")
    return int(whole) * ONE + int((part + "0" * 18)[:18])


def ceil_of(scaled: int) -> int:
    return -(-scaled // ONE)


def time_of(text: str) -> int:
    """RFC 3339 text in UTC as nanoseconds."""
    head, _, fraction = text.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(head).replace(tzinfo=UTC).timestamp())
    return seconds * SECOND + int((fraction + "0" * 9)[:9])


def duration_of(text: str) -> int:
    """A Go duration of one unit ("3600s", "1s", "50ms") as nanoseconds."""
    if found := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)", text):
        amount, unit = found.groups()
        return round(float(amount) * (SECOND // 1000 if unit == "ms" else _UNITS[unit]))
    raise ValueError(f"not a duration: {text!r}")


def seconds_text(nanoseconds: int) -> str:
    """RFC 3339 without a fraction, as a tx_response prints its block's time."""
    moment = datetime.fromtimestamp(nanoseconds // SECOND, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339(nanoseconds: int, *, trimmed: bool = False) -> str:
    """RFC 3339 with 0, 3, 6 or 9 decimals as protobuf's JSON prints, or trimmed of zeros as Go prints."""
    fraction = f"{nanoseconds % SECOND:09d}"
    if trimmed:
        fraction = fraction.rstrip("0")
    else:
        while fraction.endswith("000"):
            fraction = fraction[:-3]
    return seconds_text(nanoseconds)[:-1] + (f".{fraction}" if fraction else "") + "Z"


def go_time(nanoseconds: int) -> str:
    """A time as Go's %v prints it in error texts."""
    text = rfc3339(nanoseconds, trimmed=True)
    return text[:-1].replace("T", " ") + " +0000 UTC"


def of_timestamp(stamp: object) -> int:
    """A protobuf Timestamp or Duration as nanoseconds."""
    return int(getattr(stamp, "seconds")) * SECOND + int(getattr(stamp, "nanos"))  # noqa: B009
