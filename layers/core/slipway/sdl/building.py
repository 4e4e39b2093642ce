"""Computes groups and manifest from a checked document, as the network's tools do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from slipway.sdl.exposing import by_number, endpoints_of, ports_of, sequence_numbers
from slipway.sdl.groups import Attribute, GroupSpec, Price, Quantity, Resources, ResourceUnit, Storage
from slipway.sdl.limits import COUNTS
from slipway.sdl.manifest import Manifest
from slipway.sdl.model import in_order
from slipway.sdl.ordering import pattern_sorted
from slipway.sdl.text import by_bytes, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.sdl import model
    from slipway.sdl.exposing import Port
    from slipway.sdl.groups import Endpoint


@dataclass(slots=True)
class _Group:
    """One placement under construction. `units` maps a compute profile to where its unit stands."""

    placement: model.Placement
    units: list[ResourceUnit] = field(default_factory=list)
    by_profile: dict[str, int] = field(default_factory=dict)
    services: list[dict[str, Any]] = field(default_factory=list)
    tee: str = ""


def build(document: model.Document) -> tuple[tuple[GroupSpec, ...], Manifest]:
    """The document's rules must hold: `checking.check` has refused everything else."""
    numbers = sequence_numbers(document)
    groups: dict[str, _Group] = {}
    for service, placement, deployed in document.deployed:
        group = groups.setdefault(placement, _Group(document.placement[placement]))
        ports = ports_of(document.services[service].expose, numbers)
        unit = _unit(document, group, deployed, endpoints_of(ports))
        _add(group, deployed, unit, merges=document.rules != "2.0")
        group.services.append(_service(document, service, deployed.count, unit.resources, ports))
        if (params := document.services[service].params) and params.tee:
            group.tee = params.tee
    names = in_order(dict.fromkeys(groups))
    manifest = Manifest.of([{"name": name, "services": groups[name].services} for name in names])
    return tuple(_spec(name, groups[name]) for name in names), manifest


def _unit(
    document: model.Document,
    group: _Group,
    deployed: model.ServiceDeployment,
    endpoints: tuple[Endpoint, ...],
) -> ResourceUnit:
    compute, price = document.compute[deployed.profile], group.placement.pricing[deployed.profile]
    assert compute is not None and compute.cpu and compute.memory and price  # noqa: S101 - checked before
    number = (
        group.by_profile.get(deployed.profile, len(group.units))
        if document.rules != "2.0"
        else len(group.units)
    )
    resources = Resources(
        id=number + 1,
        cpu=_quantity(compute.cpu),
        memory=_quantity(compute.memory),
        gpu=_quantity(compute.gpu) if compute.gpu else Quantity(0),
        storage=tuple(
            Storage(each.name, each.size, _attributes(each.attributes or ())) for each in compute.storage
        ),
        endpoints=endpoints,
    )
    return ResourceUnit(resources, deployed.count, Price(price.denom, price.amount))


def _quantity(amount: model.Amount) -> Quantity:
    return Quantity(amount.units, _attributes(amount.attributes))


def _attributes(attributes: Iterable[model.Attribute]) -> tuple[Attribute, ...]:
    return tuple(Attribute(key, value) for key, value in attributes)


def _add(group: _Group, deployed: model.ServiceDeployment, unit: ResourceUnit, *, merges: bool) -> None:
    """From version 2.1 on, services of one profile share a unit: counts are added, endpoints joined."""
    index = unit.resources.id - 1
    if not merges or index == len(group.units):
        group.by_profile[deployed.profile] = index
        group.units.append(unit)
        return
    first = group.units[index]
    endpoints = by_number(first.resources.endpoints + unit.resources.endpoints)
    resources = replace(first.resources, endpoints=endpoints)
    group.units[index] = replace(first, resources=resources, count=(first.count + unit.count) % COUNTS)


def _spec(name: str, group: _Group) -> GroupSpec:
    placement = group.placement
    written = placement.attributes
    if group.tee:
        written = tuple(pattern_sorted((*written, ("tee/type", group.tee)), _comes_first))
    return GroupSpec(name, _attributes(written), placement.all_of, placement.any_of, tuple(group.units))


def _comes_first(left: model.Attribute, right: model.Attribute) -> bool:
    return by_bytes(left[0]) < by_bytes(right[0])


def _service(
    document: model.Document, name: str, count: int, resources: Resources, ports: list[Port]
) -> dict[str, Any]:
    service = document.services[name]
    params = {} if service.params is None else {"params": _params(service.params)}
    return {
        "name": name,
        "image": service.image,
        "command": service.command,
        "args": service.args,
        "env": service.env,
        "resources": _manifest_resources(resources),
        "count": count,
        "expose": [port.manifest() for port in ports],
        **params,
        "credentials": _credentials(service.credentials, trims=document.rules != "2.0"),
    }


def _manifest_resources(resources: Resources) -> dict[str, Any]:
    return {
        "id": resources.id,
        "cpu": _amount("units", resources.cpu.units, resources.cpu.attributes),
        "memory": _amount("size", resources.memory.units, resources.memory.attributes),
        "storage": [
            {"name": each.name, **_amount("size", each.bytes, each.attributes)} for each in resources.storage
        ],
        "gpu": _amount("units", resources.gpu.units, resources.gpu.attributes),
        "endpoints": [_endpoint(each) for each in resources.endpoints],
    }


def _amount(key: str, units: int, attributes: tuple[Attribute, ...]) -> dict[str, Any]:
    written = {"attributes": [each.json() for each in attributes]} if attributes else {}
    return {key: {"val": str(units)}, **written}


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    """The manifest numbers the kinds and leaves the first, SHARED_HTTP, out."""
    number = ("SHARED_HTTP", "RANDOM_PORT", "LEASED_IP").index(endpoint.kind)
    return {**({"kind": number} if number else {}), "sequence_number": endpoint.sequence_number}


def _params(params: model.Params) -> dict[str, Any]:
    volumes = [
        {"name": name, "mount": params.storage[name].mount, "readOnly": params.storage[name].read_only}
        for name in in_order(dict.fromkeys(params.storage))
    ]
    written: dict[str, Any] = {"storage": volumes or None}
    if params.permissions is not None:
        read = params.permissions.read
        written["permissions"] = {"read": read} if read else {}
    if params.tee:
        written["tee"] = {"type": params.tee, "attestation": True}
    return written


def _credentials(credentials: model.Credentials | None, *, trims: bool) -> dict[str, str] | None:
    """Version 2.0 keeps the words as they are and drops the email; 2.1 trims all four."""
    if credentials is None:
        return None
    written = {
        "host": credentials.host,
        "email": credentials.email if trims else "",
        "username": credentials.username,
        "password": credentials.password,
    }
    return {key: trimmed(text) for key, text in written.items()} if trims else written
