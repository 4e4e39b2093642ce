"""JSON bodies: content type, size and text, refused in the words of the reference (recordings/console/15)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from slipway.entry.problems import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/json"
"""Compared case-sensitively, as the reference does; parameters are allowed."""

MAX_BODY_BYTES: Final = 512 * 1024
"""The reference's limit: a hundred times a large SDL, and far below the gateway's 10 MB."""

_MAX_DIGITS: Final = 400
"""JavaScript's numbers end at 309 digits. A longer one is read as infinite, and no field takes that: turning
a million digits into a number would take seconds."""

INFINITE: Final = Decimal("Infinity")


CONTENT_TYPE_MISSING: Final = Problem(
    400,
    "The request cannot be read",
    error="Content-Type header is required",
    message="Content-Type header is required",
    reason="content_type_missing",
)
CONTENT_TYPE_UNSUPPORTED: Final = Problem(
    400,
    "The request cannot be read",
    error="Unsupported Content-Type",
    message="Unsupported Content-Type",
    reason="content_type_unsupported",
)
"""For these two the reference has nothing but the text, in the place of the error's name."""

MALFORMED: Final = Problem(
    400,
    "The request cannot be read",
    error="Error",
    message="Malformed JSON in request body",
    reason="body_malformed",
)
TOO_LARGE: Final = Problem(
    413,
    "Content too large",
    message=f"The request body is larger than {MAX_BODY_BYTES // 1024} KiB",
    reason="body_too_large",
)


def check_content_type(headers: Mapping[str, str]) -> None:
    """Raises Refused."""
    content_type = headers.get("content-type", "").strip()
    if not content_type:
        raise Refused(CONTENT_TYPE_MISSING)
    if content_type.split(";")[0].strip() != MEDIA_TYPE:
        raise Refused(CONTENT_TYPE_UNSUPPORTED)


def check_size(body: bytes) -> None:
    """Raises Refused."""
    if len(body) > MAX_BODY_BYTES:
        raise Refused(TOO_LARGE)


def parse(body: bytes) -> Any:
    """The JSON value. Fractions become Decimals; NaN and Infinity are no JSON. Raises Refused."""
    text = body.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text, parse_float=_fraction, parse_int=_whole, parse_constant=_no_json)
    except RecursionError:
        # nobody's schema has this depth: a list at the top fails for being a list, all else for its depth
        return [] if text.lstrip().startswith("[") else _no_json(text)
    except ValueError:
        raise Refused(MALFORMED) from None


def _fraction(text: str) -> Decimal:
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > _MAX_DIGITS or len(exponent.lstrip("+-").lstrip("0")) > 3:
        return Decimal(0) if exponent.startswith("-") else INFINITE
    return Decimal(text)


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MAX_DIGITS else INFINITE


def _no_json(_: str) -> NoReturn:
    raise Refused(MALFORMED)
