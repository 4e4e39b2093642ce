"""x/deployment: what a group may ask for (limits and texts of ValidateBasic), and what it may cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain.errors import Refusal, plain
from sandbox.chain.numbers import ONE, dec_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DUPLICATE_KEYS: Final = Refusal("akash", 1, "attributes cannot have duplicate keys")
BAD_KEY: Final = Refusal("akash", 2, "attribute key does not match regexp")
MAX_PRICE: Final = 10_000_000
GROUP_FACTOR: Final = 50
"""A whole group may ask for this many times what one unit may."""

_KEY = re.compile(r"[a-zA-Z][\w/.\-]{1,126}[\w*]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """The bounds of one resource, and its name and lower number in the chain's texts."""

    name: str
    least: int
    most: int
    printed: int

    def check(self, value: int) -> None:
        if not self.least <= value <= self.most:
            raise plain(f"error: invalid unit {self.name} ({self.most} > {value} > {self.printed} fails)")

    def check_total(self, value: int) -> None:
        most = self.most * GROUP_FACTOR
        if not 0 < value <= most:
            raise plain(f"invalid total {self.name} ({most} > {value} > 0 fails)")


# The chain prints the upper bound twice, but for storage (akash-chain.md §00 point 7).
CPU: Final = Limit("CPU", 10, 384_000, 384_000)
GPU: Final = Limit("GPU", 0, 24, 24)
MEMORY: Final = Limit("memory", 1 << 20, 2 << 40, 2 << 40)
STORAGE: Final = Limit("storage", 5 << 20, 32 << 40, 5 << 20)


def check_group(spec: Any) -> None:
    """Refuses (undefined/1) a group that ValidateBasic refuses."""
    if not spec.name:
        raise plain("empty group spec name denomination")
    _check_units(spec.resources)
    _check_prices(spec)


def check_attributes(attributes: Iterable[Any]) -> None:
    """Refuses a key twice (akash/1) or out of its pattern (akash/2)."""
    seen = set()
    for attribute in attributes:
        if attribute.key in seen:
            raise DUPLICATE_KEYS.error()
        if not _KEY.fullmatch(attribute.key):
            raise BAD_KEY.error()
        seen.add(attribute.key)


def price_of(spec: Any) -> tuple[str, int]:
    """Denomination and scaled amount that a whole group may cost a block."""
    total = sum(int(unit.price.amount or 0) * unit.count for unit in spec.resources)
    return (spec.resources[0].price.denom if spec.resources else "", total)


def value_of(amount: Any) -> int:
    return int(amount.val or b"0")


def _check_units(units: Sequence[Any]) -> None:
    seen: set[int] = set()
    for unit in units:
        _check_unit(unit.resource)
        if unit.resource.id in seen:
            raise plain(f"duplicate resources ID ({unit.resource.id}) within group")
        seen.add(unit.resource.id)
    CPU.check_total(sum(value_of(unit.resource.cpu.units) * unit.count for unit in units))
    gpus = sum(value_of(unit.resource.gpu.units) * unit.count for unit in units)
    if gpus:
        GPU.check_total(gpus)
    MEMORY.check_total(sum(value_of(unit.resource.memory.quantity) * unit.count for unit in units))
    for unit in units:
        for volume in unit.resource.storage:
            STORAGE.check_total(value_of(volume.quantity) * unit.count)


def _check_unit(resource: Any) -> None:
    if not resource.id:
        raise plain("error: invalid resources ID (> 0 fails)")
    _check_part(resource, "cpu", CPU, "units", "CPU")
    _check_part(resource, "gpu", GPU, "units", "GPU")
    if not value_of(resource.gpu.units) and resource.gpu.attributes:
        raise plain("error: invalid GPU state. attributes cannot be present if units == 0")
    _check_part(resource, "memory", MEMORY, "quantity", "Memory")
    for volume in resource.storage:
        STORAGE.check(value_of(volume.quantity))
        _check_part_attributes(volume, "Storage")


def _check_part(resource: Any, name: str, limit: Limit, amount: str, title: str) -> None:
    if not resource.HasField(name):
        raise plain(f"error: invalid unit {limit.name}, cannot be nil")
    part = getattr(resource, name)
    limit.check(value_of(getattr(part, amount)))
    _check_part_attributes(part, title)


def _check_part_attributes(part: Any, title: str) -> None:
    keys = [attribute.key for attribute in part.attributes]
    if len(set(keys)) != len(keys):
        raise plain(f"error: invalid {title} attributes: {DUPLICATE_KEYS.text}")
    if not all(_KEY.fullmatch(key) for key in keys):
        raise plain(f"error: invalid {title} attributes: {BAD_KEY.text}")


def _check_prices(spec: Any) -> None:
    first = spec.resources[0].price.denom
    for unit in spec.resources:
        price = int(unit.price.amount or 0)
        if price < 0 or not unit.price.denom:
            raise plain(f"group {spec.name}: error: invalid price object")
        if price > MAX_PRICE * ONE:
            shown = f"{dec_text(price)}{unit.price.denom}"
            raise plain(f"group {spec.name}: error: invalid unit price ({MAX_PRICE} > {shown} fails)")
        if unit.price.denom != first:
            raise plain(f"multi-denonimation group: ({unit.price.denom} == {first} fails)")
