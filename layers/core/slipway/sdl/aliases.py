"""Bounds what aliases may multiply, before anything is read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slipway.sdl.nodes import Node

_MAX_ALIASES: Final = 1_000
"""The most in a real-life SDL is five."""
_MAX_VALUES: Final = 100_000
"""Values that all aliases of a text stand for. Reading time grows with this number."""
_LETTERS: Final = 64
"""A long text counts as one value more for each of these."""
_MOST_TO_ONE: Final = 50
"""Go's reader refuses a section as soon as more than 99 of 100 values come from aliases. It counts fewer of
the others than are counted here, hence the smaller number …"""
_FEW: Final = 900
"""… and it begins to count when it has read a thousand."""


class Multiplied:
    """Counts what the aliases of one text stand for. A target's size is known when its anchor has ended."""

    def __init__(self) -> None:
        self._sizes: dict[Node, int] = {}
        self._aliases = 0
        self._values = 0
        self._own = 0
        self._aliased = 0

    def add(self, target: Node) -> str | None:
        """What is wrong with one more alias to `target`, if anything."""
        self._aliases += 1
        self._values += self._size(target)
        if self._aliases > _MAX_ALIASES:
            return f"more than {_MAX_ALIASES} aliases"
        return f"the aliases stand for more than {_MAX_VALUES} values" if self._values > _MAX_VALUES else None

    def _size(self, node: Node) -> int:
        if node.alias is not None:
            return 1 + self._sizes[node.alias]
        if node.kind == "scalar":
            self._sizes[node] = 1 + len(node.text) // _LETTERS
        elif node not in self._sizes:
            self._sizes[node] = 1 + sum(map(self._size, node.content))
        return self._sizes[node]

    def outweighs(self, section: Node) -> bool:
        """Whether next to nothing of a top-level section is written out, up to any of its aliases."""
        self._own = self._aliased = 0
        return self._values > _FEW and self._tips(section)

    def _tips(self, node: Node) -> bool:
        self._own += 1
        if node.alias is None:
            return any(map(self._tips, node.content))
        self._aliased += self._size(node.alias)
        return self._aliased > max(_FEW, _MOST_TO_ONE * self._own)
