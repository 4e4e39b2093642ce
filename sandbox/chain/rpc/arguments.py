"""Arguments of an RPC call as CometBFT reads them: from a JSON-RPC body, or from a query string."""

from __future__ import annotations

import base64
import binascii
import json
import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Kind(Enum):
    """What Go type an argument has. BYTES is []byte, which JSON writes in base64; HEX is HexBytes."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    BYTES = "bytes"
    HEX = "hex"


Signature = dict[str, Kind]
Arguments = dict[str, Any]
LARGEST: Final = 2**63 - 1


class ArgumentError(ValueError):
    """An argument that is none of its kind."""


def of_body(signature: Signature, params: Any) -> Arguments:
    """JSON-RPC's `params`: an object, a list in the signature's order, or nothing. Raises ArgumentError."""
    if not params:
        return {}
    if isinstance(params, list):
        return _positional(signature, params)
    if not isinstance(params, dict):
        raise ArgumentError("expected map or array as args")
    return {
        name: _FROM_JSON[kind](name, params[name])
        for name, kind in signature.items()
        if params.get(name) is not None
    }


def of_query(signature: Signature, params: Mapping[str, str]) -> Arguments:
    """A query string's: text in quotes, bytes as 0x… or in quotes, the rest bare or quoted."""
    return {
        name: _FROM_TEXT[kind](name, params[name]) for name, kind in signature.items() if params.get(name)
    }


def _positional(signature: Signature, params: Sequence[Any]) -> Arguments:
    if len(params) != len(signature):
        raise ArgumentError(f"expected {len(signature)} parameters ({list(signature)}), got {len(params)}")
    pairs = zip(signature.items(), params, strict=True)
    return {name: _FROM_JSON[kind](name, found) for (name, kind), found in pairs if found is not None}


def _json_text(name: str, found: Any) -> str:
    if not isinstance(found, str):
        raise ArgumentError(f"{name} is no text")
    return found


def _json_number(name: str, found: Any) -> int:
    """Go's 64-bit numbers travel as text; bare ones are taken, too."""
    return _number(name, str(found) if isinstance(found, (int, str)) and found is not True else "")


def _json_flag(name: str, found: Any) -> bool:
    if not isinstance(found, bool):
        raise ArgumentError(f"{name} is no boolean")
    return found


def _json_bytes(name: str, found: Any) -> bytes:
    try:
        return base64.b64decode(_json_text(name, found), validate=True)
    except binascii.Error as error:
        raise ArgumentError(f"{name} is no base64") from error


def _json_hex(name: str, found: Any) -> bytes:
    return _hex(name, _json_text(name, found).removeprefix("0x"))


def _text(name: str, found: str) -> str:
    try:
        return _json_text(name, json.loads(found))
    except ValueError as error:
        raise ArgumentError(f"{name} must be text in quotes") from error


def _number_text(name: str, found: str) -> int:
    return _number(name, found.strip('"'))


def _flag(name: str, found: str) -> bool:
    if found not in ("true", "false"):
        raise ArgumentError(f"{name} is no boolean")
    return found == "true"


def _bytes(name: str, found: str) -> bytes:
    if found.startswith("0x"):
        return _hex(name, found[2:])
    return _text(name, found).encode()


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,19}", text) or abs(int(text)) > LARGEST:
        raise ArgumentError(f"{name} is no number")
    return int(text)


def _hex(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ArgumentError(f"{name} is no hex") from error


_FROM_JSON: Final[Mapping[Kind, Callable[[str, Any], Any]]] = {
    Kind.TEXT: _json_text,
    Kind.NUMBER: _json_number,
    Kind.FLAG: _json_flag,
    Kind.BYTES: _json_bytes,
    Kind.HEX: _json_hex,
}
_FROM_TEXT: Final[Mapping[Kind, Callable[[str, str], Any]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number_text,
    Kind.FLAG: _flag,
    Kind.BYTES: _bytes,
    Kind.HEX: _bytes,
}
