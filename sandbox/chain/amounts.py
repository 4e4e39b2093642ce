"""Numbers as text, times and durations: Go reads them as it decodes, so what is none makes no transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import codec, pb
from sandbox.chain.errors import TX_PARSE, ChainError
from sandbox.chain.numbers import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

_INT_BITS: Final = 256
_DEC_BITS: Final = 315
_GO_INTEGER = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<hex>_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)"
    r"|0[bB](?P<binary>_?[01]+(?:_[01]+)*)"
    r"|0[oO]?(?P<octal>_?[0-7]+(?:_[0-7]+)*)"
    r"|(?P<decimal>0|[1-9][0-9]*(?:_[0-9]+)*))"
)
_YEAR_1: Final = -62_135_596_800
_YEAR_10000: Final = 253_402_300_800
_LONGEST_DURATION: Final = 315_576_000_000  # seconds; ten thousand years
_BASES: Final = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_LONGEST: Final = 1_000
"""Digits that are read at all; what is longer is out of range in every base."""


class NotANumberError(ValueError):
    """Text that Go's big.Int does not read, or that is out of range."""


def go_integer(text: str) -> int:
    """A whole number as Go's big.Int reads it: in any base that a prefix names, with underscores."""
    match = _GO_INTEGER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise NotANumberError(f'math/big: cannot unmarshal "{text}" into a *big.Int')
    name = next(name for name in _BASES if match[name])
    number = int(match[name].replace("_", ""), _BASES[name])
    return -number if match["sign"] == "-" else number


def settle(message: Any) -> None:
    """Write every amount of a message as the number it is. Raises sdk/2 for one that is none.

    So it does for a time or a duration that Go cannot hold.
    """
    reading = _READERS.get(message.DESCRIPTOR.full_name)
    if reading:
        _rewrite(message, *reading)
        return
    if check := _CHECKS.get(message.DESCRIPTOR.full_name):
        if problem := check(message):
            raise TX_PARSE.wrap(f"{problem}: {TX_PARSE.text}")
        return
    if isinstance(message, pb.any_.Any):
        _settle_inside(message)
        return
    for field, value in message.ListFields():
        if field.message_type:
            for one in value if field.label == field.LABEL_REPEATED else (value,):
                settle(one)


def _settle_inside(packed: Any) -> None:
    """What is packed and known; of the rest the chain has its own opinion, later."""
    try:
        found = codec.unpack(packed)
    except ChainError:
        return
    settle(found)
    packed.value = found.SerializeToString(deterministic=True)


def _rewrite(message: Any, name: str, read: Callable[[str], int]) -> None:
    raw = getattr(message, name)
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    if not text:
        return
    try:
        number = str(read(text))
    except NotANumberError as error:
        raise TX_PARSE.wrap(f"{error}: {TX_PARSE.text}") from error
    setattr(message, name, number.encode() if isinstance(raw, bytes) else number)


def _whole(text: str) -> int:
    number = go_integer(text)
    if number.bit_length() > _INT_BITS:
        raise NotANumberError(f"integer out of range; got: {number.bit_length()}, max: {_INT_BITS}")
    return number


def _decimal(text: str) -> int:
    """Scaled by 10^18, as it travels."""
    number = go_integer(text)
    if number.bit_length() > _DEC_BITS:
        raise NotANumberError("decimal out of range")
    return number


def _check_time(found: Any) -> str:
    shown = f"timestamp: &types.Timestamp{{Seconds: {found.seconds},\nNanos: {found.nanos},\n}}"
    if found.seconds < _YEAR_1:
        return f"{shown} before 0001-01-01"
    if found.seconds >= _YEAR_10000:
        return f"{shown} after 10000-01-01"
    return "" if 0 <= found.nanos < SECOND else f"{shown}: nanos not in range [0, 1e9)"


def _check_duration(found: Any) -> str:
    shown = f"duration: &types.Duration{{Seconds: {found.seconds},\nNanos: {found.nanos},\n}}"
    if abs(found.seconds) > _LONGEST_DURATION:
        return f"{shown}: seconds out of range"
    if abs(found.nanos) >= SECOND:
        return f"{shown}: nanos out of range"
    if found.seconds * found.nanos < 0:
        return f"{shown}: seconds and nanos have different signs"
    is_held = abs(found.seconds * SECOND + found.nanos) < 2**63
    return "" if is_held else f"{shown} is out of range for time.Duration"


_CHECKS: Final[dict[str, Callable[[Any], str]]] = {
    "google.protobuf.Duration": _check_duration,
    "google.protobuf.Timestamp": _check_time,
}
_READERS: Final[dict[str, tuple[str, Callable[[str], int]]]] = {
    "akash.base.resources.v1beta4.ResourceValue": ("val", _whole),
    "cosmos.base.v1beta1.Coin": ("amount", _whole),
    "cosmos.base.v1beta1.DecCoin": ("amount", _decimal),
}
