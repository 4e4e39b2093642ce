"""What a scalar means to the field that takes it, by the rules of yaml.v3 (recordings/sdl, points 1 to 3)."""

from __future__ import annotations

import base64
import datetime
import math
import re
from typing import TYPE_CHECKING, Final

from slipway.sdl.nodes import BINARY, BOOL, FLOAT, INT, NULL, NULLS, STR, TIMESTAMP
from slipway.sdl.numbers import MAX_INT64, MAX_UINT32, NotANumber, parse_float, parse_yaml_integer

if TYPE_CHECKING:
    from slipway.sdl.nodes import Node

Resolved = str | int | float | bool | None
"""A scalar's value. Timestamps stay text: no field of an SDL takes one."""

_WORDS: Final[dict[str, tuple[str, Resolved]]] = {
    **dict.fromkeys(NULLS, (NULL, None)),
    **dict.fromkeys(("true", "True", "TRUE"), (BOOL, True)),
    **dict.fromkeys(("false", "False", "FALSE"), (BOOL, False)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), (FLOAT, math.nan)),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), (FLOAT, math.inf)),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), (FLOAT, -math.inf)),
}
_YES: Final = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_NO: Final = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_RESOLVABLE: Final = frozenset({"", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP})
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIMESTAMP: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:(?P<gap>[Tt ])(?P<time>[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})(?:[.,][0-9]+)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_BASE64: Final = re.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_USUAL_NUMBER: Final = re.compile("[1-9][0-9]{0,8}")
_LINE_BREAKS: Final = str.maketrans("", "", "\r\n")


class WrongScalar(ValueError):
    """The scalar is not of the wanted type. `hint` is a text to write instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def value_of(node: Node) -> tuple[str, Resolved]:
    """A scalar's tag and value where nothing is asked of it. Raises WrongScalar for a tag that cannot be."""
    if node.tag == STR or (not node.tag and not node.plain):
        return STR, node.text
    if node.tag == BINARY:
        return BINARY, _unpacked(node.text)
    if node.tag not in _RESOLVABLE:
        return node.tag, node.text
    tag, value = _resolved(node.tag, node.text)
    if node.tag == FLOAT and tag == INT and isinstance(value, int) and value <= MAX_INT64:
        return FLOAT, float(value)
    if node.tag not in ("", tag):
        raise WrongScalar(f"{node.text!r} is not what its tag {node.tag} says")
    return tag, value


def _resolved(wanted: str, text: str) -> tuple[str, Resolved]:
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return _point_float(text)
    if first not in "+-0123456789":
        return STR, text
    if wanted in ("", TIMESTAMP) and _is_timestamp(text):
        return TIMESTAMP, text
    return _number(text)


def _point_float(text: str) -> tuple[str, Resolved]:
    try:
        return FLOAT, parse_float(text)
    except NotANumber:
        return STR, text


def _number(text: str) -> tuple[str, Resolved]:
    plain = text.replace("_", "")
    integer = parse_yaml_integer(plain)
    if integer is not None:
        return INT, integer
    if _FLOAT.fullmatch(plain):
        try:
            return FLOAT, parse_float(plain)
        except NotANumber:
            return STR, text
    return STR, text


def _is_timestamp(text: str) -> bool:
    found = _TIMESTAMP.fullmatch(text)
    if found is None or (found["gap"] and (found["gap"] == " ") == bool(found["zone"])):
        return False
    date = [int(part) for part in found["date"].split("-")]
    time = [int(part) for part in (found["time"] or "0:0:0").split(":")]
    try:
        datetime.datetime(*date, *time, tzinfo=datetime.UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return False
    return True


def _unpacked(text: str) -> str:
    """Bytes that are not UTF-8 stay as lone surrogates, one a byte, until they are written out."""
    packed = text.translate(_LINE_BREAKS)
    if not _BASE64.fullmatch(packed):
        raise WrongScalar("!!binary holds no valid base64")
    return base64.b64decode(packed).decode(errors="surrogateescape")


def string_of(node: Node) -> str:
    """Any scalar gives its raw text: `0777`, `yes` and `1.10` stay as written. Raises WrongScalar."""
    if node.kind != "scalar":
        raise WrongScalar(f"a text is expected, not a {_noun(node)}", _quoted_hint(node))
    tag, value = value_of(node)
    return str(value) if tag == BINARY else node.text


def uint32_of(node: Node) -> int:
    """A plain number from 0 to 4294967295; decimals are cut as Go cuts them. Raises WrongScalar."""
    if node.simple and node.plain and _USUAL_NUMBER.fullmatch(node.text):
        return int(node.text)
    if node.kind != "scalar":
        raise WrongScalar(f"a number is expected, not a {_noun(node)}")
    _, value = value_of(node)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongScalar(f"a number is expected, not {node.text!r}", _unquoted_hint(node))
    if not math.isfinite(value) or not 0 <= int(value) <= MAX_UINT32:
        raise WrongScalar(f"{node.text} is not between 0 and {MAX_UINT32}")
    return int(value)


def bool_of(node: Node) -> bool:
    """`true`, `false`, and the words of YAML 1.1 such as `yes` and `off`. Raises WrongScalar."""
    if node.kind != "scalar":
        raise WrongScalar(f"true or false is expected, not a {_noun(node)}")
    _, value = value_of(node)
    if isinstance(value, bool):
        return value
    if value in _YES:
        return True
    if value in _NO:
        return False
    hint = node.text.lower() if node.text.lower() in ("true", "false") else None
    raise WrongScalar(f"true or false is expected, not {node.text!r}", hint)


def _noun(node: Node) -> str:
    return "list" if node.kind == "sequence" else "map"


def _unquoted_hint(node: Node) -> str | None:
    return f"{node.text}, without quotes" if not node.plain and node.text.isdigit() else None


def _quoted_hint(node: Node) -> str | None:
    """`A: b` in a list of texts is a map; its author meant `A=b` or a quoted text."""
    if node.kind == "mapping" and len(node.content) == 2 and node.content[1].kind == "scalar":  # noqa: PLR2004
        return f'"{node.content[0].text}: {node.content[1].text}", in quotes'
    return None
