"""Tables that are up or down."""

from __future__ import annotations


class FakeTables:
    """`Tables`."""

    def __init__(self) -> None:
        self.up = True

    def can_be_read(self) -> bool:
        return self.up
