"""Numbers in paths and queries, parsed with Go's strconv and its errors (400, as text)."""

import re
from http import HTTPStatus
from typing import Final

from sandbox.provider import gojson
from sandbox.provider.answers import Refusal, plain

DSEQ_BITS: Final = 64
SEQUENCE_BITS: Final = 32

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})


def unsigned(text: str, bits: int) -> int:
    """`strconv.ParseUint(text, 10, bits)`."""
    if not re.fullmatch("[0-9]+", text):
        raise bad_request(f"strconv.ParseUint: parsing {gojson.write(text)}: invalid syntax")
    if int(text) >= 1 << bits:
        raise bad_request(f"strconv.ParseUint: parsing {gojson.write(text)}: value out of range")
    return int(text)


def signed(text: str, bits: int) -> int:
    """`strconv.ParseInt(text, 10, bits)`."""
    if not re.fullmatch("[-+]?[0-9]+", text):
        raise bad_request(f"strconv.ParseInt: parsing {gojson.write(text)}: invalid syntax")
    if not -(1 << bits - 1) <= int(text) < 1 << bits - 1:
        raise bad_request(f"strconv.ParseInt: parsing {gojson.write(text)}: value out of range")
    return int(text)


def flag(text: str) -> bool:
    """`strconv.ParseBool(text)`."""
    if text not in _TRUE | _FALSE:
        raise bad_request(f"strconv.ParseBool: parsing {gojson.write(text)}: invalid syntax")
    return text in _TRUE


def bad_request(text: str) -> Refusal:
    return Refusal(plain(HTTPStatus.BAD_REQUEST, text))
