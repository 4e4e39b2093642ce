"""Numbers as the network's Go code reads and cuts them. The only module of this package that meets floats.

Go reads quantities in binary64, multiplies and cuts (recordings/sdl, point 7); a Python float is the same
binary64, so the same three steps give the same integers. Nothing here returns a float but `parse_float`.
"""

from __future__ import annotations

import math
import re
from typing import Final

MAX_UINT32: Final = 2**32 - 1
MAX_INT64: Final = 2**63 - 1
_LONGEST: Final = 128
"""Characters of a number. Nobody writes more, and reading a number costs the square of its length."""

SUFFIXES: Final = {
    **{letter: 1000**power for power, letter in enumerate("kMGTPE", start=1)},
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)},
}
BINARY_SUFFIXES: Final = {name: size for name, size in SUFFIXES.items() if name.endswith("i")}

_DIGITS: Final = r"[0-9]+(?:_[0-9]+)*"
_HEX: Final = r"[0-9a-f]+(?:_[0-9a-f]+)*"
_DECIMAL: Final = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?")
_HEXADECIMAL: Final = re.compile(
    rf"[+-]?0x(?:_?{_HEX}(?:\.(?:{_HEX})?)?|\.{_HEX})p[+-]?{_DIGITS}", re.IGNORECASE | re.ASCII
)
_SPECIAL: Final = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE | re.ASCII)
_MILLI: Final = 1000


class NotANumber(ValueError):
    """The text is no number of the wanted form; the message says what is wrong, to the author."""


class NegativeNumber(NotANumber):
    def __init__(self) -> None:
        super().__init__("must not be negative")


def parse_float(text: str) -> float:
    """Go's `strconv.ParseFloat(text, 64)`. Raises NotANumber, also when out of range."""
    if len(text) > _LONGEST:
        raise NotANumber("has too many digits")
    if _SPECIAL.fullmatch(text):
        return float(text)
    if _DECIMAL.fullmatch(text):
        value = float(text.replace("_", ""))
    elif _HEXADECIMAL.fullmatch(text):
        value = _hexadecimal(text.replace("_", ""))
    else:
        raise NotANumber(f"{text!r} is not a number")
    if math.isinf(value):
        raise NotANumber(f"{text!r} is out of range")
    return value


def _hexadecimal(text: str) -> float:
    try:
        return float.fromhex(text)
    except OverflowError:
        return math.inf


def cut_to_uint64(value: float) -> int:
    """Go's `uint64(float64)` on amd64: cut towards zero; not a number and too large give 2^63."""
    if math.isnan(value) or value >= 2.0**64:
        return 2**63
    return int(value) % 2**64 if value > -(2.0**63) else 2**63


def cut_to_uint32(value: float) -> int:
    """Go's `uint32(float64)` on amd64: cut to 64 bits, the low 32 stay (recorded: 4294967.296 is 0)."""
    return int(value) % 2**32 if abs(value) < 2.0**63 else 0


def cpu_units(text: str) -> int:
    """Thousandths of a CPU: `0.5`, `1e1` or `500m`. Raises NotANumber."""
    if text.endswith("m"):
        return parse_uint(text.removesuffix("m"), MAX_UINT32)
    value = parse_float(text) * _MILLI
    if value < 0:
        raise NegativeNumber
    return cut_to_uint32(value)


def byte_size(text: str, suffixes: dict[str, int] = SUFFIXES) -> int:
    """Bytes: `512Mi`, `1.5G`, `1048576`. Raises NotANumber."""
    factor = 1
    for suffix, size in suffixes.items():
        if text.endswith(suffix):
            text, factor = text.removesuffix(suffix), size
            break
    value = parse_float(text) * factor
    if value < 0:
        raise NegativeNumber
    return cut_to_uint64(value)


def parse_uint(text: str, most: int = 2**64 - 1) -> int:
    """Go's `strconv.ParseUint(text, 10, …)`: ASCII digits only. Raises NotANumber."""
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST:
        raise NotANumber(f"{text!r} is not a whole number")
    value = int(text)
    if value > most:
        raise NotANumber(f"{text!r} is out of range")
    return value


_INTEGER: Final = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)"
    r"|(?P<dec>0|[1-9][0-9]*))"
)
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_SIGN_INSIDE: Final = re.compile(r"0(?:b(?P<bin>[+-][01]+)|o(?P<oct>[+-][0-7]+))")
"""`0b+11`: yaml.v3 reads what follows the prefix as a signed number of its own."""


def parse_yaml_integer(text: str) -> int | None:
    """An integer of yaml.v3, its underscores already taken out; None where it is none or above 64 bits."""
    if len(text) > _LONGEST:
        return None
    if inside := _SIGN_INSIDE.fullmatch(text):
        return int(inside["bin"], 2) if inside["bin"] else int(inside["oct"], 8)
    found = _INTEGER.fullmatch(text)
    if found is None:
        return None
    [(base, digits)] = ((_BASES[name], found[name]) for name in _BASES if found[name] is not None)
    value = int(digits, base)
    if found["sign"] == "-":
        return -value if value <= MAX_INT64 + 1 else None
    return value if value <= (MAX_INT64 if found["sign"] else 2**64 - 1) else None


_PRICE_DECIMALS: Final = 18
_PRICE_BITS: Final = 315
_SIGNED_DIGITS: Final = re.compile(r"[+-]?[0-9]+")


def price_amount(text: str) -> int:
    """Cosmos's `LegacyNewDecFromStr`: a decimal, scaled by 10^18. Raises NotANumber."""
    if len(text) > _LONGEST:
        raise NotANumber("has too many digits")
    unsigned = text.removeprefix("-")
    if not unsigned:
        raise NotANumber("an amount is missing")
    whole, point, decimals = unsigned.partition(".")
    if point and not (whole and decimals):
        raise NotANumber(f"{text!r}: a digit is needed on both sides of the point")
    if len(decimals) > _PRICE_DECIMALS:
        raise NotANumber(f"{text!r} has more than {_PRICE_DECIMALS} decimals")
    digits = whole + decimals.ljust(_PRICE_DECIMALS, "0")
    if not _SIGNED_DIGITS.fullmatch(digits):
        raise NotANumber(f"{text!r} is not a decimal number")
    value = int(digits) * (-1 if unsigned != text else 1)
    if value.bit_length() > _PRICE_BITS:
        raise NotANumber(f"{text!r} is out of range")
    return value
