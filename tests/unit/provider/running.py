"""Workloads that run without a manifest's way in, and the moment at which they are looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sandbox.provider import manifest
from sandbox.provider.chain_view import LeaseId, OrderId
from sandbox.provider.cluster import Cluster, Workload
from sandbox.provider.config import Behaviour, ProviderConfig, Tariff
from sandbox.provider.status import Statuses
from tests.unit.provider.world import PROVIDER, group

LEASE = LeaseId(OrderId("akash1owner", 5, 1, 1), PROVIDER)
SINCE = 1000.0
BEHAVIOUR = Behaviour(apply_seconds=1.0, create_seconds=2.0, start_seconds=3.0, follow_seconds=10.0)
CONFIG = ProviderConfig("test", Tariff(Decimal(1), Decimal(1), Decimal(1)), behaviour=BEHAVIOUR)


def decoded(found: dict[str, Any]) -> dict[str, Any]:
    (only,) = manifest.decode(json.dumps([found]).encode())
    return only


@dataclass
class Running:
    """A cluster with one lease's services, deployed at SINCE."""

    cluster: Cluster
    workload: Workload

    @classmethod
    def of(cls, *services: dict[str, Any], config: ProviderConfig = CONFIG) -> Running:
        cluster = Cluster(config)
        return cls(cluster, cluster.deploy(LEASE, decoded(group(*services)), SINCE))

    def after(self, seconds: float) -> Statuses:
        return Statuses(self.cluster, SINCE + seconds)

    def behave(self, **changed: Any) -> None:
        self.cluster.config = replace(CONFIG, behaviour=replace(BEHAVIOUR, **changed))
