"""What a provider's nodes have, what is taken of it, and what still fits; as GET /status tells it (§2.2)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.provider.cluster import Workload
from sandbox.provider.config import Inventory

PARTS: Final = ("cpu", "gpu", "memory", "storage_ephemeral")
"""By Go's order of the fields."""

Figures = dict[str, int]


@dataclass(frozen=True)
class Unit:
    """Replicas of one size. `persistent`: bytes by storage class."""

    count: int
    each: Figures
    persistent: Figures = field(default_factory=dict)


def of_spec(spec: Mapping[str, Any]) -> list[Unit]:
    """What a group of the chain asks for."""
    return [_unit(unit["count"], unit["resource"], "quantity") for unit in spec["resources"]]


def of_workload(workload: Workload) -> list[Unit]:
    """What a group of a manifest asks for."""
    return [_unit(service["count"], service["resources"], "size") for service in workload.services]


def totals(units: Iterable[Unit]) -> dict[str, Any]:
    rows = list(units)
    found: dict[str, Any] = {part: sum(row.count * row.each[part] for row in rows) for part in PARTS}
    classes = sorted({name for row in rows for name in row.persistent})
    kept = {name: sum(row.count * row.persistent.get(name, 0) for row in rows) for name in classes}
    return {**found, "storage": kept} if kept else found


class Room:
    """What is left, node by node: every replica goes to the first node that has room for it."""

    def __init__(self, inventory: Inventory) -> None:
        self._whole = _node(inventory)
        own = dict(zip(PARTS, inventory.system, strict=True))
        first = {part: self._whole[part] - own[part] for part in PARTS}
        self._nodes = [dict(first) for _ in range(inventory.nodes)]
        self._persistent = inventory.persistent
        self._kept: Counter[str] = Counter()

    def take(self, units: Sequence[Unit]) -> bool:
        """Whether all of it fits; what does not fit takes nothing."""
        kept = Counter(self._kept)
        for unit in units:
            kept.update({name: size * unit.count for name, size in unit.persistent.items()})
        if any(size > self._persistent for size in kept.values()) or not self._place(units):
            return False
        self._kept = kept
        return True

    def _place(self, units: Sequence[Unit]) -> bool:
        placed: list[tuple[Figures, Figures]] = []
        for replica in (unit.each for unit in units for _ in range(unit.count)):
            node = next((node for node in self._nodes if _holds(node, replica)), None)
            if node is None:
                for held, figures in placed:
                    _add(held, figures)
                return False
            _add(node, replica, -1)
            placed.append((node, replica))
        return True

    def shown(self, classes: Iterable[str]) -> dict[str, Any]:
        """The `available` part of a provider's status."""
        nodes = [
            {"name": f"node{number}", "allocatable": self._whole, "available": node}
            for number, node in enumerate(self._nodes, start=1)
        ]
        storage = [{"class": name, "size": self._persistent - self._kept[name]} for name in classes]
        return {"nodes": nodes, **({"storage": storage} if storage else {})}


def _unit(count: int, resource: Mapping[str, Any], size: str) -> Unit:
    figures = {"cpu": 0, "gpu": 0, "memory": 0, "storage_ephemeral": 0}
    for part in ("cpu", "gpu"):
        figures[part] = int(resource[part]["units"]["val"])
    figures["memory"] = int(resource["memory"][size]["val"])
    persistent: Figures = {}
    for volume in resource["storage"] or []:
        wanted = {item["key"]: item["value"] for item in volume.get("attributes") or []}
        if wanted.get("persistent") == "true":
            name = wanted.get("class", "default")
            persistent[name] = persistent.get(name, 0) + int(volume[size]["val"])
        else:
            figures["storage_ephemeral"] += int(volume[size]["val"])
    return Unit(count, figures, persistent)


def _node(inventory: Inventory) -> Figures:
    figures = inventory.cpu_milli, inventory.gpus, inventory.memory, inventory.storage
    return dict(zip(PARTS, figures, strict=True))


def _holds(node: Figures, replica: Figures) -> bool:
    return all(node[part] >= replica[part] for part in PARTS)


def _add(node: Figures, figures: Figures, times: int = 1) -> None:
    for part in PARTS:
        node[part] += times * figures[part]
