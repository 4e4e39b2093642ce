"""The text before it is YAML: its bytes, its size, and where Go's scanner and libyaml part."""

from __future__ import annotations

import contextlib
import itertools
import re
from typing import Any, Final

import yaml

from slipway.sdl.mistakes import Mistake, SdlInvalid

MAX_BYTES: Final = 512 * 1024
"""Providers take manifests up to about this size; the largest real-life SDL known has 30 KiB."""
_BOM: Final = "\ufeff"
_INNER_BOM: Final = re.compile("(?:^|[\r\n\x85\u2028\u2029])(\ufeff)")
_AHEAD: Final = 3
"""The token that ends the document and two more."""
_STRAY: Final = "found character that cannot start any token"
_COMMENT: Final = re.compile(r"[ \t]*#")


def decoded(source: str | bytes) -> str:
    """The text without its byte order mark. Raises SdlInvalid."""
    try:
        raw = source.encode() if isinstance(source, str) else source
        text = raw.decode()
    except UnicodeError as error:
        raise _invalid("the text is not UTF-8", 1, 1, "save the file as UTF-8") from error
    if len(raw) > MAX_BYTES:
        raise _invalid(f"the text has {len(raw)} bytes, {MAX_BYTES} are allowed", 1, 1)
    text = text.removeprefix(_BOM)
    if _BOM in text and (found := _INNER_BOM.search(text)):
        line, column = place(text, found.start(1))
        raise _invalid("a byte order mark stands inside the text", line, column, "delete it")
    return text


def _invalid(message: str, line: int, column: int, hint: str | None = None) -> SdlInvalid:
    return SdlInvalid(mistakes=(Mistake("", line, column, message, hint),))


def place(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def position(text: str, character: object) -> tuple[int, int]:
    """Line and column of the first `character` (a code point or the character itself, as loaders differ)."""
    wanted = chr(character) if isinstance(character, int) else str(character)
    return place(text, max(text.find(wanted), 0))


def lookahead(text: str, end: int, loader: Any) -> None:
    """Later documents are not read, but Go's scanner is two tokens ahead and stumbles over them."""
    if end < len(text):
        tokens = yaml.scan(text.encode(), Loader=loader)
        ahead = (each for each in tokens if each.start_mark.index >= end)
        later = (each for each in ahead if not isinstance(each, yaml.BlockEndToken))
        for _ in itertools.islice(later, _AHEAD):
            pass


def untabbed(text: str, error: yaml.MarkedYAMLError, loader: Any) -> str | None:
    """Go's scanner, unlike libyaml, passes over tabs before a comment that follows another comment. The text
    with such tabs as blanks, from the one that is the error to the end of the block; None if it is none."""
    if error.problem_mark is None or error.problem != _STRAY:
        return None
    start = text.rfind("\n", 0, error.problem_mark.index) + 1
    if not _follows_comment(text, start, loader):
        return None
    lines = text[start:].splitlines(keepends=True)
    block = list(itertools.takewhile(lambda line: _COMMENT.match(line) or not line.strip(), lines))
    while block and not _COMMENT.match(block[-1]):
        block.pop()
    mended = "".join(_without_tabs(line) for line in block)
    return text[:start] + mended + "".join(lines[len(block) :]) if block else None


def _follows_comment(text: str, start: int, loader: Any) -> bool:
    above = text[:start].rstrip()
    comment = above.rfind("\n") + 1
    return _COMMENT.match(above, comment) is not None and comment >= _last_token_end(text, loader)


def _last_token_end(text: str, loader: Any) -> int:
    """Where the last token before the error ends: what looks like a comment may be in a block scalar."""
    end = 0
    with contextlib.suppress(yaml.MarkedYAMLError):
        for token in yaml.scan(text.encode(), Loader=loader):
            end = token.end_mark.index
    return end


def _without_tabs(line: str) -> str:
    bare = line.lstrip(" \t\r\n")
    ending = "" if bare else line.lstrip(" \t")
    return " " * (len(line) - len(bare) - len(ending)) + bare + ending
