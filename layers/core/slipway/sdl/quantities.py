"""A quantity's field: the number in its raw text, or what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from slipway.sdl import suggestions
from slipway.sdl.numbers import NotANumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.sdl.decoding import Reader
    from slipway.sdl.nodes import Entry


_USUAL: Final = re.compile(r"[0-9]+(\.[0-9]+)?[a-zA-Z]*")
_BARE: Final = re.compile(r"[0-9.]+(e[0-9]+)?", re.IGNORECASE)


def quantity(reader: Reader, entry: Entry | None, convert: Callable[[str], int], *, unit: str = "") -> int:
    """A number from the raw text, quoted or tagged as it may be; a list or a map reads as an empty text.

    With a `unit`, a bare number is warned of: that is what it counts.
    """
    if entry is None:
        return 0
    node = entry.node.target
    try:
        value = convert(node.text)
    except NotANumber as error:
        hint = suggestions.size(node.text) if unit else None
        message = str(error) if node.text else "a number is expected"
        reader.findings.mistake(entry, message, hint)
        return 0
    if unit and node.plain and _BARE.fullmatch(node.text):
        reader.findings.warning(entry, f"without a suffix these are {unit}", f'"{node.text}"')
    elif not _USUAL.fullmatch(node.text):
        reader.findings.warning(entry, f"{node.text!r} is an unusual way to write {value}")
    return value
