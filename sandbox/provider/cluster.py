"""The imagined Kubernetes behind a gateway: what runs for which lease, its host names and its ports."""

import base64
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, islice
from typing import Any, Final

from sandbox.provider.chain_view import LeaseId
from sandbox.provider.config import ProviderConfig
from sandbox.provider.manifest import Group, Service
from sandbox.provider.manifest_rules import is_http

FIRST_NODE_PORT: Final = 31001
LAST_NODE_PORT: Final = 32767
"""Of Kubernetes' own range for node ports."""
LEASED_IP: Final = "203.0.113.9"
"""Of the range that is kept for documentation (RFC 5737): nothing can be there."""
CRASHING: Final = "crash"
"""Images with this in their name never come up."""


@dataclass(frozen=True)
class Workload:
    """A lease's group as it runs. `since`: when its manifest was accepted, Unix seconds.

    `ports`: the node's port for each one that is open to the world, by "service/port/protocol".
    """

    lease: LeaseId
    group: Group
    since: float
    generation: int = 1
    ports: Mapping[str, int] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        return namespace(self.lease)

    @property
    def services(self) -> list[Service]:
        found: list[Service] = self.group["services"] or []
        return found

    def service(self, name: str) -> Service | None:
        return next((found for found in self.services if found["name"] == name), None)

    def pods(self, service: Service, suffixes: tuple[str, ...] = ()) -> list[str]:
        """The names of a service's pods, sorted; the first ones end as `suffixes` say."""
        deployed = f"{self.lease}/{service['name']}/{self.generation}"
        replica_set = _code(deployed, 10)
        made = (f"{replica_set}-{_code(f'{deployed}/{number}', 5)}" for number in count())
        return sorted(f"{service['name']}-{each}" for each in islice(chain(suffixes, made), service["count"]))


def namespace(lease: LeaseId) -> str:
    return _base32(hashlib.sha224(str(lease).encode()).digest())


def static_host(lease: LeaseId, service: str, domain: str) -> str:
    """The host name that the provider itself gives an HTTP service."""
    return f"{_base32(uuid.uuid5(uuid.NAMESPACE_DNS, f'{lease}{service}').bytes)}.ingress.{domain}"


def crashes(service: Service) -> bool:
    return CRASHING in service["image"]


def is_stateful(service: Service) -> bool:
    """Whether it keeps anything beyond its pods: Kubernetes runs it as a StatefulSet."""
    volumes = service["resources"]["storage"] or []
    pairs = ((each["key"], each["value"]) for volume in volumes for each in volume["attributes"] or [])
    return ("persistent", "true") in pairs


def has_ingress(service: Service) -> bool:
    return any(is_http(expose) for expose in service["expose"] or [])


@dataclass
class Cluster:
    """What runs. `hosts` remembers which lease holds a tenant's host name."""

    config: ProviderConfig
    _workloads: dict[LeaseId, Workload] = field(default_factory=dict)
    _hosts: dict[str, LeaseId] = field(default_factory=dict)
    _searched: int = 0
    events: dict[LeaseId, list[tuple[float, dict[str, Any]]]] = field(default_factory=dict)
    """Events beside those of the workloads' own lives, with their times."""

    def __iter__(self) -> Iterator[Workload]:
        return iter(tuple(self._workloads.values()))

    def find(self, lease: LeaseId) -> Workload | None:
        return self._workloads.get(lease)

    def deploy(self, lease: LeaseId, group: Group, now: float) -> Workload:
        """Run the group; the same group again changes nothing, another one replaces it."""
        before = self._workloads.get(lease)
        if before and before.group == group:
            return before
        ports = self._ports(group, before.ports if before else {})
        workload = Workload(lease, group, now, before.generation + 1 if before else 1, ports)
        self.put(workload)
        return workload

    def put(self, workload: Workload) -> None:
        """Run it as it is: at a restart."""
        self._workloads[workload.lease] = workload
        wanted = {host for service in workload.services for host in _hosts(service)}
        for host in [host for host, lease in self._hosts.items() if lease == workload.lease]:
            if host not in wanted:
                del self._hosts[host]
        for host in wanted:
            self._hosts.setdefault(host, workload.lease)

    def remove(self, lease: LeaseId) -> None:
        self._workloads.pop(lease, None)
        self.events.pop(lease, None)
        self._hosts = {host: holder for host, holder in self._hosts.items() if holder != lease}

    def holder(self, host: str) -> LeaseId | None:
        return self._hosts.get(host)

    def give(self, host: str, lease: LeaseId) -> None:
        """Move a tenant's host name to another lease of theirs."""
        self._hosts[host] = lease

    def hosts(self, workload: Workload, service: Service) -> list[str]:
        """Where an HTTP service is reached, sorted; tenants' names only as far as the lease holds them."""
        if not has_ingress(service):
            return []
        held = {host for host in _hosts(service) if self._hosts.get(host) == workload.lease}
        if self.config.static_hosts:
            held.add(static_host(workload.lease, service["name"], self.config.domain))
        return sorted(held)

    def forwarded_ports(self, workload: Workload, service: Service) -> list[dict[str, Any]]:
        return [
            {
                "host": self.config.domain,
                "port": expose["port"],
                "externalPort": workload.ports[_port_key(service, expose)],
                "proto": expose["proto"],
                "name": service["name"],
            }
            for expose in _open_ports(service)
        ]

    def _ports(self, group: Group, before: Mapping[str, int]) -> dict[str, int]:
        """A port of the node for each that the group opens: the one it had, or the next that is free."""
        used = {port for workload in self for port in workload.ports.values()}
        free = (port for port in self._following_ports() if port not in used)
        wanted = [
            _port_key(service, expose)
            for service in group["services"] or []
            for expose in _open_ports(service)
        ]
        return {key: before[key] if key in before else next(free) for key in wanted}

    def _following_ports(self) -> Iterator[int]:
        """Every port of the range once, from where the last search ended."""
        size = LAST_NODE_PORT - FIRST_NODE_PORT + 1
        for _ in range(size):
            self._searched += 1
            yield FIRST_NODE_PORT + (self._searched - 1) % size


def leased_ips(service: Service) -> list[dict[str, Any]]:
    """The entries of a service's `ips`, whose keys are Go's field names."""
    return [
        {
            "Port": expose["port"],
            "ExternalPort": expose["externalPort"] or expose["port"],
            "Protocol": expose["proto"],
            "IP": LEASED_IP,
        }
        for expose in service["expose"] or []
        if expose["ip"]
    ]


def _open_ports(service: Service) -> list[dict[str, Any]]:
    return [expose for expose in service["expose"] or [] if expose["global"] and not is_http(expose)]


def _port_key(service: Service, expose: dict[str, Any]) -> str:
    return f"{service['name']}/{expose['port']}/{expose['proto']}"


def _hosts(service: Service) -> set[str]:
    return {host for expose in service["expose"] or [] if is_http(expose) for host in expose["hosts"] or []}


def _base32(digest: bytes) -> str:
    return base64.b32hexencode(digest).decode().rstrip("=").lower()


def _code(text: str, length: int) -> str:
    """Letters and digits as Kubernetes puts them behind a name."""
    letters = "bcdfghjklmnpqrstvwxz2456789"
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(letters[byte % len(letters)] for byte in digest[:length])
