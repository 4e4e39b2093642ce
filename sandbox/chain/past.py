"""The state as it was after earlier blocks: what each block replaced, laid over the state of now."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from sandbox.chain.store import Branch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.chain.store import Store

    Replaced = Mapping[bytes, bytes | None]

KEPT_CHANGES: Final = 1_000
"""Blocks that changed the state and can be undone: some 10 kB each."""


class Past:
    """Begins at a height; nothing before is known."""

    def __init__(self, first_height: int) -> None:
        self.first_height = first_height
        self._replaced: deque[tuple[int, Replaced]] = deque()

    def remember(self, height: int, replaced: Replaced) -> None:
        """What a block replaced (None: the key was not there). A block that changed nothing need not come."""
        self._replaced.append((height, replaced))
        if len(self._replaced) > KEPT_CHANGES:
            self.first_height = self._replaced.popleft()[0]

    def knows(self, height: int) -> bool:
        return height >= self.first_height

    def state_at(self, store: Store, height: int) -> Branch:
        """The state after the block of a height that is known."""
        state = Branch(store)
        for changed, replaced in reversed(self._replaced):
            if changed <= height:
                break
            for key, value in replaced.items():
                if value is None:
                    state.delete(key)
                else:
                    state.set(key, value)
        return state
