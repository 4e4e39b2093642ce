"""A YAML document as its author wrote it: every scalar is text until the field that takes it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableSequence

Kind = Literal["scalar", "sequence", "mapping", "alias"]

NULL: Final = "!!null"
BOOL: Final = "!!bool"
STR: Final = "!!str"
INT: Final = "!!int"
FLOAT: Final = "!!float"
TIMESTAMP: Final = "!!timestamp"
BINARY: Final = "!!binary"
MERGE: Final = "!!merge"

NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""The plain words for null."""


class Node:
    """One node. `text` is a scalar's raw value or an alias's anchor, "" for the others.

    `tag` is the written tag in its short form (`!!int`, `!own`), or "" where none is written; `plain` says
    that a scalar has no quotes, `null` that it (or what an alias stands for) is null, `simple` that a scalar
    is neither tagged nor null nor `<<`. A mapping's `content` alternates keys and values.
    """

    __slots__ = ("alias", "column", "content", "kind", "line", "null", "plain", "simple", "tag", "text")

    def __init__(  # noqa: PLR0917 - made for every value of a text
        self, kind: Kind, text: str, tag: str, plain: bool, line: int, column: int
    ) -> None:
        self.kind: Kind = kind
        self.text = text
        self.tag = tag
        self.plain = plain
        self.line = line
        self.column = column
        self.alias: Node | None = None
        self.content: MutableSequence[Node] = _NOTHING
        if tag:
            self.null, self.simple = tag == NULL, False
        elif plain:
            self.null = text in NULLS
            self.simple = not self.null and text != "<<"
        else:
            self.null, self.simple = False, kind == "scalar"
        if kind != "scalar":
            self.content = []

    @property
    def target(self) -> Node:
        """The node itself, or what the alias stands for."""
        return self.alias or self

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        items = iter(self.content)
        return zip(items, items, strict=False)

    @property
    def is_merge(self) -> bool:
        """A plain `<<` key."""
        return (
            self.kind == "scalar"
            and self.text == "<<"
            and (self.tag == MERGE or (self.plain and not self.tag))
        )


_NOTHING: Final[list[Node]] = []
"""The content of all scalars, which have none."""


class Entry:
    """A value with the way that leads to it. `key` is None for an item of a list and for the root."""

    __slots__ = ("key", "name", "node", "parent")

    def __init__(self, node: Node, key: Node | None, parent: Entry | None, name: str | int) -> None:
        self.node = node
        self.key = key
        self.parent = parent
        self.name = name

    @property
    def path(self) -> str:
        """Reads like `services.web.expose[0].port`."""
        if self.parent is None:
            return ""
        before = self.parent.path
        if isinstance(self.name, int):
            return f"{before}[{self.name}]"
        return f"{before}.{self.name}" if before else self.name

    @property
    def line(self) -> int:
        return self.node.line

    @property
    def column(self) -> int:
        return self.node.column

    @property
    def at_key(self) -> Entry:
        """The same path, at the place of the key."""
        return self if self.key is None else Entry(self.key, None, self.parent, self.name)

    def within(self, name: str) -> Entry:
        """A field that is not written: its path, at the place of what should hold it."""
        return Entry(self.node, self.key, self, name)
