"""What fits on a provider's nodes, and how what is taken is counted; §2.2."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.provider import inventory
from sandbox.provider.config import Inventory
from sandbox.provider.inventory import Room
from tests.unit.provider.running import Running
from tests.unit.provider.world import group, group_spec, service

HALF = group_spec(group())
"""Half a CPU, half a GiB of memory, a GiB of storage."""


def _storing(gib: int, storage_class: str = "beta2") -> dict[str, Any]:
    spec = group_spec(group())
    attributes = [{"key": "class", "value": storage_class}, {"key": "persistent", "value": "true"}]
    volume = {"name": "files", "quantity": {"val": str(gib << 30)}, "attributes": attributes}
    spec["resources"][0]["resource"]["storage"].append(volume)
    return spec


def _free(room: Room, part: str) -> list[int]:
    return [node["available"][part] for node in room.shown([])["nodes"]]


@pytest.mark.parametrize(
    "offered", [Inventory(cpu_milli=499), Inventory(memory=1), Inventory(storage=1 << 29), Inventory(nodes=0)]
)
def test_a_replica_fits_on_no_node_that_lacks_anything(offered: Inventory) -> None:
    assert not Room(offered).take(inventory.of_spec(HALF))


def test_every_replica_goes_to_the_first_node_with_room() -> None:
    room = Room(Inventory(cpu_milli=1200, nodes=3))

    assert room.take(inventory.of_spec(group_spec(group(service(count=3)))))

    assert _free(room, "cpu") == [200, 700, 1200]


def test_a_replica_is_on_one_node_only_however_much_is_left_on_all() -> None:
    big = group_spec(group())
    big["resources"][0]["resource"]["cpu"]["units"]["val"] = "1500"

    assert not Room(Inventory(cpu_milli=1000, nodes=10)).take(inventory.of_spec(big))


def test_what_does_not_fit_takes_nothing() -> None:
    room = Room(Inventory(cpu_milli=1000, nodes=1))

    assert not room.take(inventory.of_spec(group_spec(group(service(count=3)))))

    assert _free(room, "cpu") == [1000]
    assert room.take(inventory.of_spec(HALF))


def test_what_the_nodes_need_themselves_is_allocatable_and_not_available() -> None:
    (node,) = Room(Inventory(nodes=1, system=(100, 0, 5, 7))).shown([])["nodes"]

    assert node["allocatable"]["cpu"] - node["available"]["cpu"] == 100
    assert node["allocatable"]["storage_ephemeral"] - node["available"]["storage_ephemeral"] == 7


def test_persistent_volumes_are_counted_by_class_and_not_as_ephemeral() -> None:
    (unit,) = inventory.of_spec(_storing(3))

    assert inventory.totals([unit]) == {
        "cpu": 500,
        "gpu": 0,
        "memory": 512 << 20,
        "storage_ephemeral": 1 << 30,
        "storage": {"beta2": 3 << 30},
    }


def test_persistent_storage_runs_out_too() -> None:
    room = Room(Inventory(persistent=5 << 30))

    assert room.take(inventory.of_spec(_storing(3)))
    assert not room.take(inventory.of_spec(_storing(3)))

    assert room.shown(["beta2"])["storage"] == [{"class": "beta2", "size": 2 << 30}]


def test_a_manifest_asks_for_what_its_group_on_the_chain_asks_for() -> None:
    services = service(count=2), service("db", id=2)

    running = Running.of(*services)

    assert inventory.of_workload(running.workload) == inventory.of_spec(group_spec(group(*services)))
