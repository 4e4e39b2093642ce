"""What the author may have meant."""

from __future__ import annotations

import difflib
import itertools
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 64
_MOST_COMPARED: Final = 50
_LIKENESS: Final = 0.7
"""`imag` finds `image`, `cpus` finds `cpu`; lower and `port` would find `proto`."""

_SIZE: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgtpe])(i?)b?\s*", re.IGNORECASE)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known word that differs least from `name`, if one is near."""
    words = list(itertools.islice(known, _MOST_COMPARED))
    found = difflib.get_close_matches(name.lower()[:_LONGEST], words, n=1, cutoff=_LIKENESS)
    return found[0] if found else None


def size(text: str) -> str | None:
    """`4GB` → `4Gi or 4G`, `512mi` → `512Mi`."""
    found = _SIZE.fullmatch(text[:_LONGEST])
    if found is None:
        return None
    number, letter, binary = found.groups()
    of_two = f"{number}{letter.upper()}i"
    of_ten = f"{number}{'k' if letter in 'kK' else letter.upper()}"
    return of_two if binary else f"{of_two} or {of_ten}"
