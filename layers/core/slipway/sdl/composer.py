"""Builds nodes from libyaml's events, within bounds, and refuses what the network's YAML reader refuses."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from slipway.sdl.aliases import Multiplied
from slipway.sdl.mistakes import Mistake, SdlInvalid
from slipway.sdl.nodes import NULL, NULLS, Node
from slipway.sdl.source import decoded, lookahead, position, untabbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.sdl.nodes import Kind

_MAX_DEPTH: Final = 64
"""An SDL needs 13 levels. Deeper ones only serve to exhaust a reader."""
_MAX_EVENTS: Final = 25_000
"""A hundred services make about 6,000; the largest real-life SDL known makes 3,000. Time and memory grow
with this number (3 µs and 200 bytes each)."""
_MOST_REPAIRS: Final = 20
"""Blocks of comments whose tabs are made blanks, each at the cost of a new parse."""
_LOADER: Final = getattr(yaml, "CLoader", yaml.Loader)
_NEVER_CLOSED: Final = ("found unexpected end of stream", "found unexpected document indicator")
_LONG_TAG: Final = "tag:yaml.org,2002:"
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_EMPTY_KEY: Final = re.compile(r"\?\s*(?:#[^\n]*\s*)*[,:\]]")
_YAML_VERSION: Final = (1, 1)


def compose(source: str | bytes) -> Node | None:
    """The first document's root, or None where there is none; later documents are not read.

    Raises SdlInvalid for bad syntax, for text that is not UTF-8, and beyond the bounds above.
    """
    text = decoded(source)
    for _ in range(_MOST_REPAIRS):
        try:
            return _Composer(text).document()
        except yaml.MarkedYAMLError as error:
            repaired = untabbed(text, error, _LOADER)
            if repaired is None:
                raise _refused(text, error) from error
            text = repaired
        except yaml.reader.ReaderError as error:
            line, column = position(text, error.character)
            raise _invalid("YAML: control characters are not allowed", line, column) from error
    raise _invalid("too many comments are indented with tabs", 1, 1)


def _refused(text: str, error: yaml.MarkedYAMLError) -> SdlInvalid:
    """A quote that is never closed is to be mended where it opens, not where the text ends."""
    is_open = error.problem in _NEVER_CLOSED and error.context_mark is not None
    mark = error.context_mark if is_open else error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = "the quote that opens here is never closed" if is_open else error.problem or error.context
    is_tab = mark is not None and text[mark.index : mark.index + 1] == "\t"
    return _invalid(f"YAML: {what}", line, column, "indent with blanks, not with tabs" if is_tab else None)


def _invalid(message: str, line: int, column: int, hint: str | None = None) -> SdlInvalid:
    return SdlInvalid(mistakes=(Mistake("", line, column, message, hint),))


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._anchors: dict[str, Node] = {}
        self._open: list[Node] = []
        self._flow: list[bool] = []
        self._multiplied = Multiplied()
        self._has_slash_escape = "\\/" in text

    def document(self) -> Node | None:
        loader = _LOADER(self._text.encode())
        try:
            return self._document(loader.get_event)
        finally:
            loader.dispose()

    def _document(self, next_event: Callable[[], Any]) -> Node | None:
        root: Node | None = None
        opened = self._open
        for count in itertools.count():
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                node = self._scalar(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                opened.pop()
                self._flow.pop()
                continue
            elif issubclass(kind, yaml.NodeEvent):
                node = self._alias(event) if kind is yaml.AliasEvent else self._collection(event)
            elif kind is yaml.DocumentEndEvent or kind is yaml.StreamEndEvent:
                lookahead(self._text, event.start_mark.index, _LOADER)
                break
            else:
                _must_be_yaml_1_1(event)
                continue
            if root is None:
                root = node
            elif node is not opened[-1]:
                opened[-1].content.append(node)
            else:
                opened[-2].content.append(node)
            if count > _MAX_EVENTS:
                raise _at(event, f"more than {_MAX_EVENTS} values")
        return self._checked(root)

    def _checked(self, root: Node | None) -> Node | None:
        for section in root.content if root else ():
            if self._multiplied.outweighs(section):
                raise _invalid("next to all values here come from aliases", section.line, section.column)
        return root

    def _scalar(self, event: Any) -> Node:
        style, tag, mark = event.style, event.tag, event.start_mark
        if not style:
            if self._flow and self._flow[-1]:
                _must_be_clear(event)
        elif style == '"' and self._has_slash_escape:
            self._must_not_escape_slash(event)
        node = Node(
            "scalar", event.value, _short(tag) if tag else "", not style, mark.line + 1, mark.column + 1
        )
        if tag or event.anchor is not None:
            self._register(node, event)
        return node

    def _collection(self, event: Any) -> Node:
        if len(self._open) >= _MAX_DEPTH:
            raise _at(event, f"nested deeper than {_MAX_DEPTH} levels")
        is_mapping = type(event) is yaml.MappingStartEvent
        if is_mapping and self._flow and self._flow[-1] and self._open[-1].kind == "sequence":
            self._must_have_key(event)
        mark = event.start_mark
        kind: Kind = "mapping" if is_mapping else "sequence"
        node = Node(kind, "", _short(event.tag), False, mark.line + 1, mark.column + 1)
        if event.tag or event.anchor is not None:
            self._register(node, event)
        self._open.append(node)
        self._flow.append(bool(event.flow_style))
        return node

    def _register(self, node: Node, event: Any) -> None:
        if node.tag == NULL and (node.kind != "scalar" or node.text not in NULLS):
            raise _at(event, "what is tagged !!null must be empty")
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _must_have_key(self, event: Any) -> None:
        """In `[? : b]`, Go loses the token behind the `?`."""
        if _EMPTY_KEY.match(self._text, event.start_mark.index):
            raise _at(event, "a ? without a key is not clear between [ and ]")

    def _must_not_escape_slash(self, event: Any) -> None:
        """`\\/` is an escape of JSON and YAML 1.2, which the network's reader does not know."""
        written = self._text[event.start_mark.index : event.end_mark.index]
        if "/" in _ESCAPE.findall(written):
            raise _at(event, "unknown escape \\/", "write / without the backslash")

    def _alias(self, event: Any) -> Node:
        name = str(event.anchor)
        node = Node("alias", name, "", False, event.start_mark.line + 1, event.start_mark.column + 1)
        target = self._anchors.get(name)
        if target is None:
            raise _at(event, f"no anchor &{name} stands before this alias")
        if target in self._open:
            raise _at(event, f"the anchor &{name} contains itself")
        node.alias, node.null = target, target.null
        if wrong := self._multiplied.add(target):
            raise _at(event, wrong)
        return node


def _short(tag: str | None) -> str:
    if not tag or tag == "!":
        return ""
    return "!!" + tag[len(_LONG_TAG) :] if tag.startswith(_LONG_TAG) else tag


def _must_be_yaml_1_1(event: Any) -> None:
    if type(event) is yaml.DocumentStartEvent and event.version and event.version != _YAML_VERSION:
        raise _at(event, "the network reads YAML 1.1 only", "leave the %YAML line out")


def _must_be_clear(event: Any) -> None:
    """Between [] or {}, Go ends a text at `?`, and reads a comma as a part of the tag before it."""
    if "?" in event.value:
        raise _at(event, "a text with ? needs quotes between [] or {}", f'"{event.value}"')
    if event.tag and not event.value:
        raise _at(event, "a tag without a value is not clear between [] or {}")


def _at(event: Any, message: str, hint: str | None = None) -> SdlInvalid:
    return _invalid(message, event.start_mark.line + 1, event.start_mark.column + 1, hint)
