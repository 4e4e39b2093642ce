"""What the chain allows of a group: sizes, sums and prices (akash-chain.md §3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.sdl.groups import PRICE_SCALE

if TYPE_CHECKING:
    from slipway.sdl.decoding import Fields
    from slipway.sdl.mistakes import Findings
    from slipway.sdl.model import Document, Placement, Resources, ServiceDeployment

_MEBIBYTE: Final = 1024**2
_TEBIBYTE: Final = 1024**4
_CPU: Final = (10, 384_000)
_MEMORY: Final = (_MEBIBYTE, 2 * _TEBIBYTE)
_STORAGE: Final = (5 * _MEBIBYTE, 32 * _TEBIBYTE)
_GPU: Final = (0, 24)
_GROUP_FACTOR: Final = 50
"""A group may have this many times what one unit may have. Storage is not summed."""

_UNIT_PRICE: Final = 10_000_000
COUNTS: Final = 2**32
"""Counts of merged services are added in 32 bits, so they start again at this number."""


def check_group_limits(document: Document, findings: Findings) -> None:
    """Sizes and prices of every compute profile that is deployed, and their sums by placement."""
    totals: dict[str, _Total] = {}
    denoms: dict[str, Fields] = {}
    checked: set[str] = set()
    for name, placement, deployed in document.deployed:
        resources = document.compute.get(deployed.profile)
        if not placement:
            findings.mistake(deployed.at.entry.at_key, "a placement needs a name")
        if resources is not None:
            if deployed.profile not in checked:
                _check_resources(resources, findings)
            checked.add(deployed.profile)
            unit = deployed.profile if document.rules != "2.0" else name
            totals.setdefault(placement, _Total()).add(unit, resources, deployed)
        _check_price(document.placement.get(placement), deployed, denoms, findings)
    known = [at for at in denoms.values() if not findings.is_doubtful(at.place_of("denom"))]
    if len(known) > 1:
        message = f"all prices must be in one denom, not in {' and '.join(denoms)}"
        findings.mistake(known[-1].place_of("denom"), message, next(iter(denoms)))
    for placement, total in totals.items():
        total.check(document, placement, findings)


def _check_resources(resources: Resources, findings: Findings) -> None:
    at = resources.at
    if resources.cpu is None:
        findings.mistake(at.place_of("cpu"), "cpu is missing")
    else:
        _check_range(resources.cpu.at, "units", resources.cpu.units, _CPU, "thousandths of a CPU", findings)
        if len(resources.cpu.attributes) > 1:
            findings.mistake(resources.cpu.at.place_of("attributes"), "arch stands twice")
    if resources.memory is None:
        findings.mistake(at.place_of("memory"), "memory is missing")
    else:
        _check_range(resources.memory.at, "size", resources.memory.units, _MEMORY, "bytes", findings)
    if not resources.storage:
        findings.mistake(at.place_of("storage"), "storage is missing")
    for volume in resources.storage:
        _check_range(volume.at, "size", volume.size, _STORAGE, "bytes", findings)
    if resources.gpu is not None:
        _check_range(resources.gpu.at, "units", resources.gpu.units, _GPU, "GPUs", findings)
        if resources.gpu.attributes and not resources.gpu.units:
            findings.mistake(resources.gpu.at.place_of("units"), "attributes need at least one GPU", "1")


def _check_range(  # noqa: PLR0917 - one row of a table
    at: Fields, name: str, value: int, allowed: tuple[int, int], unit: str, findings: Findings
) -> None:
    least, most = allowed
    if not least <= value <= most:
        what = f"{value} {unit}" if name in at else f"{name} is missing"
        findings.mistake(at.place_of(name), f"{what}: {least} to {most} are allowed")


class _Total:
    """What one placement asks for. Services that share a unit have their counts added first."""

    def __init__(self) -> None:
        self._units: dict[str, tuple[Resources, int]] = {}
        self._deployed: list[ServiceDeployment] = []

    def add(self, unit: str, resources: Resources, deployed: ServiceDeployment) -> None:
        first, count = self._units.get(unit, (resources, 0))
        self._units[unit] = first, (count + deployed.count) % COUNTS
        self._deployed.append(deployed)

    def check(self, document: Document, placement: str, findings: Findings) -> None:
        where = document.placement.get(placement)
        at = where.at.entry.at_key if where else document.root
        if not any(count for _, count in self._units.values()) and self._is_known(document, findings):
            findings.mistake(
                self._deployed[0].at.place_of("count"), "every count in this placement is zero", "1"
            )
        for name, (_, most) in (("cpu", _CPU), ("memory", _MEMORY), ("gpu", _GPU)):
            parts = self._parts(name)
            total = sum(units * count for units, count in parts)
            told = any(units > most for units, _ in parts)
            if total > most * _GROUP_FACTOR and not told:
                message = f"{total} of {name} in one placement: {most * _GROUP_FACTOR} are allowed"
                findings.mistake(at, message)

    def _parts(self, name: str) -> list[tuple[int, int]]:
        """Size and count of every unit."""
        found = ((getattr(resources, name), count) for resources, count in self._units.values())
        return [(part.units, count) for part, count in found if part is not None]

    def _is_known(self, document: Document, findings: Findings) -> bool:
        """Whether the counts could be read; zero sizes are told elsewhere."""
        counts = [each.at.place_of("count") for each in self._deployed]
        sizes = findings.doubts_in(document.root.within("profiles"))
        return not sizes and not any(findings.is_doubtful(count) for count in counts)


def _check_price(
    where: Placement | None, deployed: ServiceDeployment, denoms: dict[str, Fields], findings: Findings
) -> None:
    price = where.pricing.get(deployed.profile) if where else None
    if price is None:
        return  # told where the references are checked
    if price.amount > _UNIT_PRICE * PRICE_SCALE:
        most = str(_UNIT_PRICE)
        findings.mistake(price.at.place_of("amount"), f"a price may be at most {most} a unit and block", most)
    denoms.setdefault(price.denom, price.at)
