"""Endpoints with two paths: the one that has the dseq in itself, and the older one that has it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.entry.issues import Issue, wrong_type
from slipway.entry.validation import Invalid

if TYPE_CHECKING:
    from slipway.domain.ids import Dseq
    from slipway.entry.issues import Path


def named_dseq(elsewhere: Dseq | None, *, at: Path, path: Dseq | None) -> Dseq:
    """The dseq of the path, or else the one that stood at `at`. Raises Invalid."""
    named = elsewhere if path is None else path
    if named is None:
        raise Invalid((wrong_type("bigint", "undefined", at),))
    if elsewhere not in (None, named):
        raise Invalid((Issue("custom", "The path names another deployment", at),))
    return named
