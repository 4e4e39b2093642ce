"""A manifest against the groups of its deployment on the chain: akash Manifest.CheckAgainstDeployment."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from sandbox.provider import gojson
from sandbox.provider.manifest import Group, Service
from sandbox.provider.manifest_rules import ManifestRefused, is_http

_KINDS: Final = {"SHARED_HTTP": "HTTP", "RANDOM_PORT": "PORT", "LEASED_IP": "IP"}

Spec = Mapping[str, Any]


def must_match(groups: Sequence[Group], specs: Iterable[Spec]) -> None:
    """Raises ManifestRefused: 500 for groups that are not the deployment's, 422 for what is inside them."""
    by_name = {spec["name"]: _Budget(spec) for spec in specs}
    if len(groups) != len(by_name):
        raise _plain(f"group count mismatch ({len(groups)} != {len(by_name)})")
    for group in groups:
        if group["name"] not in by_name:
            raise _plain(f"unknown deployment group ('{group['name']}')")
        for service in group["services"] or []:
            by_name[group["name"]].use(service)
    for budget in by_name.values():
        budget.must_be_used_up()


class _Budget:
    """What one group of the deployment still holds for the manifest's services."""

    def __init__(self, spec: Spec) -> None:
        self._prefix = f"group {gojson.write(spec['name'])}: "
        self._units = {unit["resource"]["id"]: unit["resource"] for unit in spec["resources"]}
        self._replicas = {unit["resource"]["id"]: unit["count"] for unit in spec["resources"]}
        self._endpoints = {
            number: {
                word: sum(endpoint["kind"] == kind for endpoint in unit["endpoints"])
                for kind, word in _KINDS.items()
            }
            for number, unit in self._units.items()
        }

    def use(self, service: Service) -> None:
        """Take one service's share. Raises ManifestRefused."""
        number = service["resources"]["id"]
        prefix = f"service {gojson.write(service['name'])}: "
        if number not in self._units:
            raise self._mismatch(f"{prefix}not found deployment group resources with ID = {number}")
        if service["count"] > self._replicas[number]:
            limit = f"over-utilized replicas ({service['count']}) > group spec resources count"
            raise self._mismatch(f"{prefix}{limit} ({self._replicas[number]})")
        for part, word in (("cpu", "CPU"), ("gpu", "GPU"), ("memory", "Memory"), ("storage", "Storage")):
            if _of_manifest(service["resources"], part) != _of_chain(self._units[number], part):
                raise self._mismatch(f"{prefix}{word} resources mismatch for ID {number}")
        for word in _needed(service):
            if not self._endpoints[number][word]:
                raise self._mismatch(f"{prefix}resource ID {number}: over-utilized {word} endpoints")
            self._endpoints[number][word] -= 1
        self._replicas[number] -= service["count"]

    def must_be_used_up(self) -> None:
        """Raises ManifestRefused where the deployment pays for what the manifest does not use."""
        for number, left in self._endpoints.items():
            for word, count in left.items():
                if count:
                    raise self._mismatch(
                        f"resources ID ({number}): under-utilized ({count}) {word} endpoints"
                    )
        for number, count in self._replicas.items():
            if count:
                raise self._mismatch(f"resources ID ({number}): under-utilized ({count}) resources")

    def _mismatch(self, text: str) -> ManifestRefused:
        return ManifestRefused(f"manifest cross-validation error: {self._prefix}{text}")


def _needed(service: Service) -> list[str]:
    words = []
    for expose in service["expose"] or []:
        if expose["global"]:
            words.append("HTTP" if is_http(expose) else "PORT")
            if expose["ip"]:
                words.append("IP")
    return words


def _of_manifest(resources: Mapping[str, Any], part: str) -> Any:
    if part == "storage":
        return [
            (item["name"], int(item["size"]["val"]), item["attributes"] or []) for item in resources[part]
        ]
    held = resources[part]
    return int(held["size" if part == "memory" else "units"]["val"]), held["attributes"] or []


def _of_chain(resource: Mapping[str, Any], part: str) -> Any:
    if part == "storage":
        return [(item["name"], int(item["quantity"]["val"]), item["attributes"]) for item in resource[part]]
    held = resource[part]
    return int(held["quantity" if part == "memory" else "units"]["val"]), held["attributes"]


def _plain(text: str) -> ManifestRefused:
    return ManifestRefused(f"invalid manifest: {text}", HTTPStatus.INTERNAL_SERVER_ERROR)
