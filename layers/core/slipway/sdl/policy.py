"""What we ask of a deployment beyond the network's rules: named steps after compiling, never inside it.

A price of zero needs no step: Go's reader refuses it, and so does ours (`read_profiles`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.sdl.compiler import Compiled


def in_denom(compiled: Compiled, denom: str) -> Compiled:
    """Every price in `denom`, its amount unchanged. The manifest holds no prices, so its version stays."""
    return replace(compiled, groups=tuple(group.priced_in(denom) for group in compiled.groups))


def audited_by(compiled: Compiled, auditors: Iterable[str]) -> Compiled:
    """Groups that ask for no signature ask for one of `auditors`; those that do are left as they are. The
    manifest holds no signers either."""
    any_of = tuple(auditors)
    groups = (
        group if group.any_of or group.all_of else replace(group, any_of=any_of) for group in compiled.groups
    )
    return replace(compiled, groups=tuple(groups))
