"""A new manifest against the groups on chain, as providers compare them: before anything is written.

The rules and the words are akash Manifest.CheckAgainstDeployment's (provider-gateway.md §2.3). Providers stop
at the first difference; here all of them are told at once.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.errors import GroupsChanged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.domain.deployment import Group

    Json = Mapping[str, Any]

_WORDS: Final = {"cpu": "CPU", "gpu": "GPU", "memory": "Memory", "storage": "Storage"}
_KINDS: Final = {"SHARED_HTTP": "HTTP", "RANDOM_PORT": "PORT", "LEASED_IP": "IP"}
_HTTP_PORT: Final = 80
"""What is exposed to the world on this port is reached by a host name, and any other by a port."""


def must_keep_groups(new: Sequence[Json], old: Sequence[Group]) -> None:
    """`new` are a manifest's groups. Prices and names of services may change; groups, resources, counts and
    endpoints may not.

    Raises GroupsChanged with every difference.
    """
    before = {group.spec["name"]: group.spec for group in old}
    texts = [
        f"unknown deployment group ({_quoted(group['name'])})" for group in new if group["name"] not in before
    ]
    if len(new) != len(before):
        texts.append(f"group count mismatch ({len(new)} != {len(before)})")
    if not texts:
        texts = [text for group in new for text in _differences(group, before[group["name"]])]
    if texts:
        raise GroupsChanged(texts=texts)


def _differences(group: Json, spec: Json) -> list[str]:
    units = {unit["resource"]["id"]: _Unit.of(unit) for unit in spec["resources"]}
    texts = [text for service in group["services"] for text in _used(service, units)]
    texts = texts or [text for unit in units.values() for text in unit.unused()]
    return [f"group {_quoted(group['name'])}: {text}" for text in texts]


def _used(service: Json, units: Mapping[int, _Unit]) -> Iterator[str]:
    """Take the service's share of its unit; what the unit has not got."""
    number = service["resources"]["id"]
    prefix = f"service {_quoted(service['name'])}: "
    if number not in units:
        yield f"{prefix}not found deployment group resources with ID = {number}"
    else:
        yield from (f"{prefix}{text}" for text in units[number].take(service))


@dataclass(slots=True)
class _Unit:
    """What a unit of the deployment's group still holds for the services of the manifest."""

    number: int
    resource: Json
    count: int
    endpoints: Counter[str]

    @classmethod
    def of(cls, unit: Json) -> _Unit:
        resource = unit["resource"]
        kinds = Counter(_KINDS[endpoint["kind"]] for endpoint in resource["endpoints"])
        return cls(resource["id"], resource, unit["count"], kinds)

    def take(self, service: Json) -> Iterator[str]:
        if service["count"] > self.count:
            yield f"over-utilized replicas ({service['count']}) > group spec resources count ({self.count})"
        for part, word in _WORDS.items():
            if _in_manifest(service["resources"], part) != _on_chain(self.resource, part):
                yield f"{word} resources mismatch for ID {self.number}"
        for kind, needed in _endpoints(service).items():
            if needed > self.endpoints[kind]:
                yield f"resource ID {self.number}: over-utilized {kind} endpoints"
            self.endpoints[kind] -= needed
        self.count -= service["count"]

    def unused(self) -> Iterator[str]:
        """Providers refuse as well what the deployment pays for and the manifest does not use."""
        for kind, left in self.endpoints.items():
            if left:
                yield f"resources ID ({self.number}): under-utilized ({left}) {kind} endpoints"
        if self.count:
            yield f"resources ID ({self.number}): under-utilized ({self.count}) resources"


def _endpoints(service: Json) -> Counter[str]:
    found: Counter[str] = Counter()
    for expose in service["expose"] or []:
        if expose["global"]:
            found["HTTP" if _is_http(expose) else "PORT"] += 1
            found["IP"] += bool(expose["ip"])
    return found


def _is_http(expose: Json) -> bool:
    port: int = expose["externalPort"] or expose["port"]
    return bool(expose["proto"] == "TCP" and port == _HTTP_PORT)


def _in_manifest(resources: Json, part: str) -> object:
    """Sizes and attributes in the form of `_on_chain`; a manifest leaves out empty attributes."""
    held = resources[part]
    if part == "storage":
        return [(item["name"], *_amount(item, "size")) for item in held]
    return _amount(held, "size" if part == "memory" else "units")


def _on_chain(resource: Json, part: str) -> object:
    held = resource[part]
    if part == "storage":
        return [(item["name"], *_amount(item, "quantity")) for item in held]
    return _amount(held, "quantity" if part == "memory" else "units")


def _amount(held: Json, key: str) -> tuple[int, list[Any]]:
    return int(held[key]["val"]), list(held.get("attributes") or [])


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
