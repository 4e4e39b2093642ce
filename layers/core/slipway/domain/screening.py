"""Which providers could bid on a group: what the chain's matching asks of a bidder, and what they have free.

A provider decides for itself whether it bids and for how much; this only leaves out those that cannot.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from slipway.domain.provider import Resources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.provider import Attribute, Provider

_GPU: Final = "capabilities/gpu/"
_STORAGE: Final = re.compile(r"capabilities/storage/(?P<number>[^/]+)/(?P<key>[^/]+)")
_PERSISTENT: Final = ("persistent", "true")
_IN_MEMORY: Final = ("class", "ram")


@dataclass(frozen=True, slots=True)
class Volume:
    """`quantity` in bytes."""

    quantity: int
    attributes: frozenset[Attribute] = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """`cpu` in thousandths, `memory` in bytes. Any one of `gpu_models` will do, a `*` is any one part."""

    cpu: int
    memory: int
    gpus: int
    gpu_models: tuple[Attribute, ...]
    volumes: tuple[Volume, ...]
    count: int

    def resources(self) -> Resources:
        """Of all its replicas together."""
        kinds: dict[str, int] = defaultdict(int)
        for volume in self.volumes:
            kinds[_kind(volume)] += volume.quantity
        return Resources(
            cpu=self.cpu * self.count,
            gpu=self.gpus * self.count,
            memory=(self.memory + kinds["memory"]) * self.count,
            ephemeral=kinds["ephemeral"] * self.count,
            persistent=kinds["persistent"] * self.count,
        )


@dataclass(frozen=True)
class Wanted:
    """One group. `all_of` and `any_of` are auditors who must have signed its attributes."""

    attributes: frozenset[Attribute]
    all_of: frozenset[str]
    any_of: frozenset[str]
    units: tuple[Unit, ...]

    @cached_property
    def resources(self) -> Resources:
        """Of all its units together."""
        return sum((unit.resources() for unit in self.units), Resources())


def could_bid(provider: Provider, wanted: Wanted) -> bool:
    """Not one that does not answer: it cannot bid. What is free counts for the provider as a whole; whether
    it is free on one machine only the provider knows."""
    status = provider.sighting.status if provider.sighting else None
    return (
        status is not None
        and _is_signed(provider, wanted)
        and _has_capabilities(provider.registration.attributes, wanted.units)
        and _fits(wanted.resources, status.available)
    )


def _is_signed(provider: Provider, wanted: Wanted) -> bool:
    if not wanted.all_of and not wanted.any_of:
        return wanted.attributes <= set(provider.registration.attributes)
    signed = {audit.auditor for audit in provider.audits if wanted.attributes <= audit.attributes}
    return signed.issuperset(wanted.all_of) and (not wanted.any_of or not signed.isdisjoint(wanted.any_of))


def _has_capabilities(own: Iterable[Attribute], units: Iterable[Unit]) -> bool:
    classes = _storage_classes(own)
    return all(
        all(_has_storage(classes, volume) for volume in unit.volumes) and _has_gpu(own, unit)
        for unit in units
    )


def _has_storage(classes: Iterable[set[Attribute]], volume: Volume) -> bool:
    return not volume.attributes or any(volume.attributes <= one for one in classes)


def _storage_classes(own: Iterable[Attribute]) -> list[set[Attribute]]:
    """`capabilities/storage/1/class` and its neighbours of one number together."""
    found: dict[str, set[Attribute]] = defaultdict(set)
    for key, value in own:
        if match := _STORAGE.fullmatch(key):
            found[match["number"]].add((match["key"], value))
    return list(found.values())


def _has_gpu(own: Iterable[Attribute], unit: Unit) -> bool:
    if not unit.gpus or not unit.gpu_models:
        return True
    patterns = [(re.escape(_GPU + key).replace(r"\*", "[^/]*"), value) for key, value in unit.gpu_models]
    return any(
        value == wanted and re.fullmatch(pattern, key) for key, value in own for pattern, wanted in patterns
    )


def _fits(needed: Resources, free: Resources) -> bool:
    return all(
        getattr(needed, name) <= getattr(free, name)
        for name in ("cpu", "gpu", "memory", "ephemeral", "persistent")
    )


def _kind(volume: Volume) -> str:
    if _IN_MEMORY in volume.attributes:
        return "memory"
    return "persistent" if _PERSISTENT in volume.attributes else "ephemeral"
