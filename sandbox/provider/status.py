"""What runs, as the gateway tells it: lease, service and provider status, in Go's shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, auto
from http import HTTPStatus
from typing import Any

from sandbox.provider import cluster as clusters
from sandbox.provider.answers import Answer, Refusal, json_text, json_value, plain
from sandbox.provider.bidding import quantity
from sandbox.provider.chain_view import LeaseId
from sandbox.provider.cluster import Cluster, Workload
from sandbox.provider.config import ProviderConfig
from sandbox.provider.manifest import Service, read_back

_UNREACHABLE = ("apiserver not ready", "connection refused", "connection reset")

Spec = Mapping[str, Any]


class Stage(IntEnum):
    """How far a lease's workloads have come."""

    ABSENT = auto()
    KNOWN = auto()
    CREATED = auto()
    STARTED = auto()


@dataclass(frozen=True)
class Statuses:
    """Answers to questions about leases at one moment."""

    cluster: Cluster
    now: float

    def stage(self, workload: Workload | None) -> Stage:
        age = self.now - workload.since if workload else -1.0
        behaviour = self.cluster.config.behaviour
        if workload and workload.generation > 1:
            return Stage.STARTED if age >= behaviour.start_seconds else Stage.CREATED
        limits = behaviour.apply_seconds, behaviour.create_seconds, behaviour.start_seconds
        return Stage(Stage.ABSENT + sum(age >= limit for limit in limits))

    def present(self, lease: LeaseId) -> Workload | None:
        """What runs for the lease, once Kubernetes knows of it."""
        workload = self.cluster.find(lease)
        return workload if self.stage(workload) > Stage.ABSENT else None

    @property
    def is_broken(self) -> bool:
        """Whether Kubernetes answers nothing of use."""
        faults = self.cluster.config.faults
        return bool(faults.cluster or faults.no_namespaces)

    def lease(self, lease: LeaseId) -> Answer:
        """GET …/status. Raises Refusal."""
        self._must_reach_cluster()
        if self.cluster.config.faults.no_namespaces:
            raise _not_found("kube: lease not found")
        workload = self.present(lease)
        if workload is None:
            raise Refusal(Answer(HTTPStatus.NOT_FOUND))
        if self.stage(workload) < Stage.CREATED:
            raise _not_found("kube: no deployments for lease")
        ports = {found["name"]: self.cluster.forwarded_ports(workload, found) for found in workload.services}
        ips = {found["name"]: clusters.leased_ips(found) for found in workload.services}
        return json_value(
            {
                "services": {found["name"]: self._service(workload, found) for found in workload.services},
                "forwarded_ports": {name: listed for name, listed in ports.items() if listed},
                "ips": {name: listed for name, listed in ips.items() if listed} or None,
            }
        )

    def service(self, lease: LeaseId, name: str) -> Answer:
        """GET …/service/{name}/status. Raises Refusal."""
        self._must_reach_cluster("kube: internal error: ")
        workload = self.present(lease)
        if workload is None:
            raise _not_found("kube: lease not found")
        found = workload.service(name)
        if found is None:
            raise _not_found("kube: no service for that lease")
        if self.stage(workload) < Stage.CREATED:
            raise _not_found(f'kube: internal error: deployments.apps "{name}" not found')
        status = self._service(workload, found)
        if clusters.has_ingress(found):
            every = [host for each in workload.services for host in self.cluster.hosts(workload, each)]
            status["uris"] = sorted(every) or None
        return json_value(status)

    def manifest(self, lease: LeaseId) -> Answer:
        """GET …/manifest. Raises Refusal."""
        self._must_reach_cluster()
        workload = self.present(lease)
        if workload is None:
            raise _not_found("lease not found")
        return json_text(read_back(workload.group))

    def ready(self, workload: Workload, service: Service) -> int:
        """How many replicas take requests."""
        is_up = self.stage(workload) is Stage.STARTED and not clusters.crashes(service)
        return int(service["count"]) if is_up else 0

    def _service(self, workload: Workload, service: Service) -> dict[str, Any]:
        ready, total = self.ready(workload, service), service["count"]
        return {
            "name": service["name"],
            "available": ready,
            "total": total,
            "uris": self.cluster.hosts(workload, service) or None,
            "observed_generation": workload.generation,
            "replicas": total,
            "updated_replicas": total,
            "ready_replicas": ready,
            "available_replicas": ready,
        }

    def _must_reach_cluster(self, prefix: str = "") -> None:
        if text := self.cluster.config.faults.cluster:
            raise Refusal(cluster_error(f"{prefix}{text}"))


def cluster_error(text: str) -> Answer:
    """The answer to an error of Kubernetes: 503 where it cannot be reached, else 500."""
    unreachable = text == "starting" or any(part in text for part in _UNREACHABLE)
    status = HTTPStatus.SERVICE_UNAVAILABLE if unreachable else HTTPStatus.INTERNAL_SERVER_ERROR
    return plain(status, text)


def provider_status(
    cluster: Cluster, address: str, *, bids: Iterable[Spec], orders: int, deployments: int
) -> Answer:
    """GET /status. `bids`: the group specs of the provider's open bids, which hold their resources too."""
    active = [_totals(_manifest_units(workload)) for workload in cluster]
    pending = [_totals(_chain_units(spec)) for spec in bids]
    inventory: dict[str, Any] = {"active": active, "pending": pending}
    inventory = {name: listed for name, listed in inventory.items() if listed}
    inventory["available"] = _available(cluster.config, [*active, *pending])
    return json_value(
        {
            "cluster": {"leases": len(active), "inventory": inventory},
            "bidengine": {"orders": orders},
            "manifest": {"deployments": deployments},
            "cluster_public_hostname": cluster.config.domain,
            "address": address,
        }
    )


def _available(config: ProviderConfig, used: list[dict[str, int]]) -> dict[str, Any]:
    offered = config.inventory
    allocatable = {
        "cpu": offered.cpu_milli,
        "gpu": offered.gpus,
        "memory": offered.memory,
        "storage_ephemeral": offered.storage,
    }
    left = {part: max(total - sum(each[part] for each in used), 0) for part, total in allocatable.items()}
    storage = [
        {"class": value, "size": offered.storage}
        for key, value in config.attributes.items()
        if key.startswith("capabilities/storage/") and key.endswith("/class")
    ]
    found: dict[str, Any] = {"nodes": [{"name": "node1", "allocatable": allocatable, "available": left}]}
    return {**found, "storage": storage} if storage else found


def _totals(units: Iterable[tuple[int, int, int, int, int]]) -> dict[str, int]:
    """Of (count, cpu, gpu, memory, storage) each."""
    rows = list(units)
    parts = ("cpu", "gpu", "memory", "storage_ephemeral")
    return {part: sum(row[0] * row[place] for row in rows) for place, part in enumerate(parts, start=1)}


def _chain_units(spec: Spec) -> list[tuple[int, int, int, int, int]]:
    return [
        (unit["count"], *(quantity(unit["resource"], part) for part in ("cpu", "gpu", "memory", "storage")))
        for unit in spec["resources"]
    ]


def _manifest_units(workload: Workload) -> list[tuple[int, int, int, int, int]]:
    rows = []
    for service in workload.services:
        held = service["resources"]
        cpu, gpu = (int(held[part]["units"]["val"]) for part in ("cpu", "gpu"))
        storage = sum(int(volume["size"]["val"]) for volume in held["storage"] or [])
        rows.append((service["count"], cpu, gpu, int(held["memory"]["size"]["val"]), storage))
    return rows


def _not_found(text: str) -> Refusal:
    return Refusal(plain(HTTPStatus.NOT_FOUND, text))
