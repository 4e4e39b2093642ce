"""Takes nodes apart as yaml.v3 decodes into Go types: keys, merges, nulls (recordings/sdl, points 3 to 5).

Every reader method answers a usable value even where it found a mistake, so that one pass finds them all.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from slipway.sdl.nodes import BOOL, FLOAT, INT, TIMESTAMP, Entry
from slipway.sdl.scalars import WrongScalar, bool_of, string_of, uint32_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slipway.sdl.mistakes import Findings
    from slipway.sdl.nodes import Node

T = TypeVar("T")

Dialect = Literal["current", "next"]
"""What today's network reads, or what its next release will."""

_MAYBE_NO_TEXT: Final = frozenset("0123456789+-.tTfF")
_NO_TEXT: Final = {INT: "the number", FLOAT: "the number", BOOL: "the word", TIMESTAMP: "the date"}
_BOOLEANS: Final = ("true", "false")
_NULLABLE: Final = frozenset({"command", "args", "env", "expose", "nvidia"})
"""Fields that may be written without a value."""


class Fields:
    """The known keys of a mapping; `entry` is the mapping itself."""

    __slots__ = ("entries", "entry")

    def __init__(self, entry: Entry, entries: dict[str, Entry]) -> None:
        self.entry = entry
        self.entries = entries

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def get(self, name: str) -> Entry | None:
        """None where the field is absent or null."""
        entry = self.entries.get(name)
        return None if entry is None or entry.node.null else entry

    def place_of(self, name: str) -> Entry:
        """Where `name` stands, or would stand."""
        entry = self.entries.get(name)
        return self.entry.within(name) if entry is None else entry


class Reader:
    """Reads typed values from nodes and writes down what is wrong."""

    def __init__(self, findings: Findings, dialect: Dialect = "current", denom: str = "") -> None:
        self.findings = findings
        self.dialect = dialect
        self.denom = denom

    def string(self, entry: Entry | None) -> str:
        """A text; a number or a date counts with the letters that it is written in."""
        if entry is None or entry.node.null:
            return ""
        node = entry.node
        if not node.simple:
            text = self._scalar(entry, string_of, "")
            if not self.findings.is_doubtful(entry):
                self._advise_quotes(entry)
            return text
        if node.plain and node.text[0] in _MAYBE_NO_TEXT:
            self._advise_quotes(entry)
        return node.text

    def raw_string(self, entry: Entry | None) -> str:
        """A text where a bare number or word is as good as one in quotes."""
        if entry is not None and entry.node.simple:
            return entry.node.text
        return self._scalar(entry, string_of, "")

    def uint32(self, entry: Entry | None) -> int:
        value = self._scalar(entry, uint32_of, 0)
        if entry is not None and entry.node.target.text not in (str(value), ""):
            self._advise_plainer(entry, str(value))
        return value

    def boolean(self, entry: Entry | None) -> bool:
        value = self._scalar(entry, bool_of, False)
        if entry is not None and entry.node.target.text not in _BOOLEANS:
            self._advise_plainer(entry, "true" if value else "false")
        return value

    def _advise_plainer(self, entry: Entry, better: str) -> None:
        if not entry.node.null and not self.findings.is_doubtful(entry):
            self.findings.warning(entry, f"{entry.node.target.text} is read as {better}", better)

    def _scalar(self, entry: Entry | None, convert: Callable[[Node], T], default: T) -> T:
        if entry is None or entry.node.null:
            return default
        try:
            return convert(entry.node.target)
        except WrongScalar as error:
            self.findings.mistake(entry, str(error), error.hint)
            return default

    def _advise_quotes(self, entry: Entry) -> None:
        node = entry.node.target
        kind = _NO_TEXT.get(value_of(node)[0])
        if kind:
            message = f"{kind} {node.text} is taken as a text here"
            self.findings.warning(entry, message, f'"{node.text}"')

    def strings(self, entry: Entry | None) -> list[str] | None:
        """A list of texts without its nulls; None where the list is absent or null."""
        return self.items(entry, self.string)

    def items(self, entry: Entry | None, read: Callable[[Entry], T]) -> list[T] | None:
        """A list without its nulls; None where the list is absent or null."""
        if entry is None or entry.node.null:
            return None
        if entry.node.target.kind != "sequence":
            self.wrong_kind(entry, "a list")
            return None
        return [read(item) for item in self.each(entry) if not self._is_empty(item)]

    def _is_empty(self, item: Entry) -> bool:
        if item.node.null:
            self.findings.warning(item, "an empty entry of a list is left out")
        return item.node.null

    @staticmethod
    def each(entry: Entry) -> Iterator[Entry]:
        """A list's items, nulls too. The caller has made sure that it is a list."""
        for index, item in enumerate(entry.node.target.content):
            yield Entry(item, None, entry, index)

    def fields(self, entry: Entry, known: tuple[str, ...]) -> Fields:
        """The known keys of a mapping; nulls read as an empty one, unknown keys are warned of."""
        entries: dict[str, Entry] = {}
        for name, item in self._entries(entry, known):
            if name not in known:
                near = (name, known)
                self.findings.warning(item.at_key, "unknown key, the network ignores it", near=near)
            elif name in entries:
                self.findings.mistake(item.at_key, f"{name} stands twice in this map")
            else:
                entries[name] = item
                if item.node.null and name not in _NULLABLE:
                    self.findings.warning(item, "there is no value, so the default is taken")
        return Fields(entry, entries)

    def mapping(
        self, entry: Entry, read: Callable[[Entry], T], into: dict[str, T] | None = None
    ) -> dict[str, T]:
        """A map from names to values, added to `into`; a null value does not replace one that is there."""
        result = {} if into is None else into
        is_new = not result
        for name, item in self._entries(entry, ()):
            value = read(item)
            if is_new or name not in result or not item.node.null:
                result[name] = value
        return result

    def _entries(self, entry: Entry, known: tuple[str, ...]) -> Iterator[tuple[str, Entry]]:
        if entry.node.null:
            return iter(())
        node = entry.node.target
        if node.kind != "mapping":
            self.wrong_kind(entry, f"a map with the keys {', '.join(known)}" if known else "a map")
            return iter(())
        return self._flat(node, entry, None)

    def _flat(self, node: Node, entry: Entry, taken: set[object] | None) -> Iterator[tuple[str, Entry]]:
        """A mapping's entries, then those that `<<` brings in. `taken` are keys that may not come again."""
        self._must_be_unique(node, entry)
        merged: Node | None = None
        for key, value in node.pairs:
            if key.simple:
                name: str | None = key.text
                if key.plain and key.text[0] in _MAYBE_NO_TEXT:
                    self._advise_quotes(Entry(key, None, entry, key.text))
            elif key.is_merge:
                merged = value
                continue
            else:
                name = self._key(key, entry)
            if name is None or (taken is not None and name in taken):
                continue
            if taken is not None:
                taken.add(name)
            yield name, Entry(value, key, entry, name)
        if merged is not None:
            own = _merge_keys(node) if taken is None else taken
            for source in self._merge_sources(merged, entry):
                yield from self._flat(source, entry, own)

    def _key(self, key: Node, entry: Entry) -> str | None:
        """None for a null key, which vanishes."""
        at = Entry(key, None, entry, key.target.text)
        if key.null:
            self.findings.warning(at, "a key without a name is left out, and its value too")
            return None
        return self.raw_string(at)

    def _must_be_unique(self, node: Node, entry: Entry) -> None:
        texts = [key.text for key in node.content[::2]]
        if len(set(texts)) == len(texts):
            return
        seen: dict[tuple[str, str], Node] = {}
        for key, _ in node.pairs:
            first = seen.setdefault((key.kind, key.text), key)
            if first is not key:
                message = f"the key {key.text!r} stands twice, first in line {first.line}"
                self.findings.mistake(Entry(key, None, entry, key.text), message)

    def _merge_sources(self, merged: Node, entry: Entry) -> list[Node]:
        sources = merged.content if merged.kind == "sequence" else [merged]
        if any(source.target.kind != "mapping" for source in sources):
            self.findings.mistake(Entry(merged, None, entry, "<<"), "<< takes a map or a list of maps")
            self.findings.doubt(entry)
            return []
        return [source.target for source in sources]

    def wrong_kind(self, entry: Entry, wanted: str) -> None:
        found = entry.node.target
        got = {"mapping": "a map", "sequence": "a list"}.get(found.kind, f"the text {found.text[:40]!r}")
        self.findings.mistake(entry, f"{wanted} is expected, not {got}")


def raw_entries(entry: Entry) -> list[tuple[str, Entry]]:
    """Content in twos by the keys' raw text, whatever the node's kind: how Go walks `gpu` and attributes.

    Duplicates stay, `<<` is a key like any other, and an alias as a key reads as its anchor's name.
    """
    return [(key.text, Entry(value, key, entry, key.text)) for key, value in entry.node.target.pairs]


def _merge_keys(node: Node) -> set[object]:
    """The keys that `<<` may not replace, resolved as values: an own `80` or `yes: …` is found by no text key
    (recordings/sdl, point 5: "own keys win", which in Go holds for keys that are texts)."""
    keys: set[object] = set()
    for key, _ in node.pairs:
        if key.target.kind == "scalar":
            with contextlib.suppress(WrongScalar):  # told where the key itself is read
                tag, value = value_of(key.target)
                keys.add(value if isinstance(value, str) and tag != TIMESTAMP else (tag, value))
    return keys
