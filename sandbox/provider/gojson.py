"""JSON as Go's encoding/json reads and writes it: its errors are what a client of a provider sees.

Numbers keep their text and objects their order and repeated keys: decoding into a Go struct needs both.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

MAX_DEPTH: Final = 400
"""Go allows 10,000 levels; Python's own stack is the limit here, and no manifest has more than ten."""

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_STRING_START: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LITERALS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_HTML: Final = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Number(str):
    """A number as it was written."""

    __slots__ = ()


@dataclass(frozen=True)
class Object:
    """The members of an object in their order, repeated keys included."""

    members: tuple[tuple[str, "Json"], ...]


Json: TypeAlias = "bool | str | Number | list[Json] | Object | None"


class GoJsonError(ValueError):
    """What encoding/json would say; the text goes to the client."""


def read_first(body: bytes) -> Json:
    """The first JSON value of `body`, as `json.Decoder.Decode` takes it: what follows is not looked at."""
    text = body.decode("utf-8", errors="replace")
    if not text.strip(" \t\r\n"):
        raise GoJsonError("EOF")
    return _Reader(text).value(0)


def read_whole(body: bytes) -> Json:
    """The only JSON value of `body`, as `json.Unmarshal` takes it."""
    text = body.decode("utf-8", errors="replace")
    reader = _Reader(text)
    value = reader.value(0)
    reader.blank()
    if reader.at < len(text):
        raise reader.unexpected("after top-level value")
    return value


def write(value: object, *, sort_keys: bool = False) -> str:
    """Compact JSON with Go's HTML escapes; everything else that is not ASCII stays as it is.

    A lone surrogate stands for a byte that is not UTF-8, as `surrogateescape` reads it.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)
    for character, escape in _HTML.items():
        text = text.replace(character, escape)
    return _LONE_SURROGATE.sub(r"\\ufffd", text)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def value(self, depth: int) -> Json:
        if depth > MAX_DEPTH:
            raise GoJsonError("exceeded max depth")
        self.blank()
        start = self._text[self.at : self.at + 1]
        reads: dict[str, Callable[[], Json]] = {
            "{": lambda: self._object(depth),
            "[": lambda: self._array(depth),
            '"': self._string,
            "t": self._literal,
            "f": self._literal,
            "n": self._literal,
        }
        if start in reads:
            return reads[start]()
        if start == "-" or start.isdecimal():
            return self._number()
        raise self.unexpected("looking for beginning of value")

    def blank(self) -> None:
        found = _BLANK.match(self._text, self.at)
        assert found, "the pattern matches nothing too"
        self.at = found.end()

    def unexpected(self, where: str) -> GoJsonError:
        """The error for the character at hand, or for its absence."""
        if self.at >= len(self._text):
            return GoJsonError("unexpected EOF")
        return GoJsonError(f"invalid character {_quoted(self._text[self.at])} {where}")

    def _object(self, depth: int) -> Object:
        members: list[tuple[str, Json]] = []
        self.at += 1
        while not self._ends("}", first=not members, between="after object key:value pair"):
            self.blank()
            if self._text[self.at : self.at + 1] != '"':
                raise self.unexpected("looking for beginning of object key string")
            key = self._string()
            self.blank()
            if self._text[self.at : self.at + 1] != ":":
                raise self.unexpected("after object key")
            self.at += 1
            members.append((key, self.value(depth + 1)))
        return Object(tuple(members))

    def _array(self, depth: int) -> list[Json]:
        items: list[Json] = []
        self.at += 1
        while not self._ends("]", first=not items, between="after array element"):
            items.append(self.value(depth + 1))
        return items

    def _ends(self, bracket: str, *, first: bool, between: str) -> bool:
        """Whether the list or object ends here; otherwise stands at its next item."""
        self.blank()
        character = self._text[self.at : self.at + 1]
        if character == bracket:
            self.at += 1
            return True
        if not first:
            if character != ",":
                raise self.unexpected(between)
            self.at += 1
        return False

    def _string(self) -> str:
        found = _STRING.match(self._text, self.at)
        if not found:
            good = _STRING_START.match(self._text, self.at)
            assert good, "the caller saw the quote"
            self.at = good.end()
            if self._text[self.at : self.at + 1] == "\\":
                self.at += 1
                raise self.unexpected("in string escape code")
            raise self.unexpected("in string literal")
        self.at = found.end()
        return _LONE_SURROGATE.sub("\ufffd", json.loads(found[0]))

    def _number(self) -> Number:
        found = _NUMBER.match(self._text, self.at)
        if not found:
            self.at += 1
            raise self.unexpected("in numeric literal")
        self.at = found.end()
        return Number(found[0])

    def _literal(self) -> bool | None:
        word = next(word for word in _LITERALS if word[0] == self._text[self.at])
        for letter in word:
            if self._text[self.at : self.at + 1] != letter:
                raise self.unexpected(f"in literal {word} (expecting {_quoted(letter)})")
            self.at += 1
        return _LITERALS[word]


def _quoted(character: str) -> str:
    if character == "'":
        return "'\\''"
    if character == '"':
        return "'\"'"
    return f"'{json.dumps(character, ensure_ascii=False)[1:-1]}'"
