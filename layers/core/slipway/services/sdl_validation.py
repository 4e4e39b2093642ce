"""What an SDL would put on chain and cost at most, before anything is paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from slipway.domain.money import CREDIT_DENOM, SCALE, MicroUsd, rounded
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.mistakes import SdlInvalid
from slipway.sdl.policy import in_denom

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.sdl.compiler import Compiled
    from slipway.sdl.decoding import Dialect
    from slipway.sdl.groups import ResourceUnit
    from slipway.sdl.mistakes import Mistake

BLOCKS_PER_HOUR: Final = 600
"""The chain makes one in about six seconds."""
HOURS_PER_MONTH: Final = 730
"""A twelfth of a year."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of all units of all groups, each times its count: thousandths of a CPU, bytes, GPUs, containers."""

    cpu: int
    memory: int
    storage: int
    gpu: int
    count: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a provider may ask at most; bids are usually far below."""

    per_hour: MicroUsd
    per_month: MicroUsd


@dataclass(frozen=True, slots=True)
class Verdict:
    """`compiled`, `sums` and `ceiling` are None when there are mistakes."""

    compiled: Compiled | None
    sums: Sums | None
    ceiling: Ceiling | None
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]


def validate(sdl: str, dialect: Dialect = "current") -> Verdict:
    """The same steps that create and update take, with their outcome told instead of raised."""
    try:
        compiled = in_denom(compile_sdl(sdl, dialect, denom=CREDIT_DENOM), CREDIT_DENOM)
    except SdlInvalid as refused:
        return Verdict(None, None, None, refused.mistakes, refused.warnings)
    units = [unit for group in compiled.groups for unit in group.units]
    return Verdict(compiled, _sums(units), _ceiling(units), (), compiled.warnings)


def _sums(units: Iterable[ResourceUnit]) -> Sums:
    rows = [(unit.count, unit.resources) for unit in units]
    return Sums(
        cpu=sum(count * each.cpu.units for count, each in rows),
        memory=sum(count * each.memory.units for count, each in rows),
        storage=sum(count * volume.bytes for count, each in rows for volume in each.storage),
        gpu=sum(count * each.gpu.units for count, each in rows),
        count=sum(count for count, _ in rows),
    )


def _ceiling(units: Iterable[ResourceUnit]) -> Ceiling:
    """uact are µUSD, and prices are per block."""
    per_block = sum(unit.count * unit.price.amount for unit in units)
    per_hour = per_block * BLOCKS_PER_HOUR
    return Ceiling(_charged(per_hour), _charged(per_hour * HOURS_PER_MONTH))


def _charged(scaled: int) -> MicroUsd:
    return rounded(Decimal(f"{scaled}e-{len(str(SCALE)) - 1}"), "charge")
