"""What runs, as the gateway tells it: lease, service and provider status, in Go's shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, auto
from http import HTTPStatus
from typing import Any, Final

from sandbox.provider import cluster as clusters
from sandbox.provider import inventory
from sandbox.provider.answers import Answer, Refusal, json_text, json_value, plain
from sandbox.provider.chain_view import LeaseId, OrderId
from sandbox.provider.cluster import Cluster, Workload
from sandbox.provider.inventory import Room, Unit
from sandbox.provider.manifest import Service, read_back

_UNREACHABLE = ("apiserver not ready", "connection refused", "connection reset")

NANOSECONDS: Final = 1_000_000_000

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

    def is_confirmed(self, workload: Workload) -> bool:
        """Whether the provider's inventory counts it as running."""
        confirmed = self.now - self.cluster.config.behaviour.confirm_seconds >= workload.since
        is_up = all(self.ready(workload, service) == service["count"] for service in workload.services)
        return workload.generation > 1 or (confirmed and is_up)

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
        """Of one with persistent storage those count as available that exist, ready or not."""
        ready, total = self.ready(workload, service), service["count"]
        available = total if clusters.is_stateful(service) else ready
        return {
            "name": service["name"],
            "available": available,
            "total": total,
            "uris": self.cluster.hosts(workload, service) or None,
            "observed_generation": workload.generation,
            "replicas": total,
            "updated_replicas": total,
            "ready_replicas": ready,
            "available_replicas": available,
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
    statuses: Statuses, address: str, *, reserved: Mapping[OrderId, Spec], orders: int, deployments: int
) -> Answer:
    """GET /status. `reserved`: the group specs of the provider's open bids and of its leases.

    A reservation waits until its workloads are up, and the inventory has seen it.
    """
    cluster = statuses.cluster
    active = {
        workload.lease.order: inventory.of_workload(workload)
        for workload in cluster
        if statuses.is_confirmed(workload)
    }
    pending = [inventory.of_spec(spec) for order, spec in reserved.items() if order not in active]
    room = Room(cluster.config.inventory)
    for units in [*(active.values() if cluster.config.inventory.shows_pods else ()), *pending]:
        room.take(units)
    lists = {"active": _totals(active.values()), "pending": _totals(pending)}
    stock: dict[str, Any] = {name: listed for name, listed in lists.items() if listed}
    stock["available"] = room.shown(_classes(cluster.config.attributes))
    window = cluster.config.reclamation_seconds * NANOSECONDS
    return json_value(
        {
            "cluster": {"leases": len(list(cluster)), "inventory": stock},
            "bidengine": {"orders": orders},
            "manifest": {"deployments": deployments},
            "cluster_public_hostname": cluster.config.domain,
            **({"reclamation_window": window} if window else {}),
            "address": address,
        }
    )


def _totals(groups: Iterable[list[Unit]]) -> list[dict[str, Any]]:
    return [inventory.totals(units) for units in groups]


def _classes(attributes: Mapping[str, str]) -> list[str]:
    """The storage classes that a provider says it has."""
    return [
        value
        for key, value in attributes.items()
        if key.startswith("capabilities/storage/") and key.endswith("/class")
    ]


def _not_found(text: str) -> Refusal:
    return Refusal(plain(HTTPStatus.NOT_FOUND, text))
