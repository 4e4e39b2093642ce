"""What providers say of leases, in the reference's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from slipway.entry.models.base import Model
from slipway.entry.models.chain import LeaseOut

if TYPE_CHECKING:
    from slipway.domain.deployment import Lease
    from slipway.domain.workload import ForwardedPort, LeasedIp, LeaseStatus, ServiceStatus


class ServiceStatusOut(Model):
    """`uris` are host names without a scheme; null where the service has none."""

    name: str
    available: int
    total: int
    uris: list[str] | None
    observed_generation: int
    replicas: int
    updated_replicas: int
    ready_replicas: int
    available_replicas: int

    @classmethod
    def of(cls, service: ServiceStatus) -> ServiceStatusOut:
        return cls(
            name=service.name,
            available=service.available,
            total=service.total,
            uris=None if service.uris is None else list(service.uris),
            observed_generation=service.observed_generation,
            replicas=service.replicas,
            updated_replicas=service.updated_replicas,
            ready_replicas=service.ready_replicas,
            available_replicas=service.available_replicas,
        )


class ForwardedPortOut(Model):
    host: str
    port: int
    external_port: int = Field(serialization_alias="externalPort")
    proto: str
    name: str

    @classmethod
    def of(cls, port: ForwardedPort) -> ForwardedPortOut:
        return cls(
            host=port.host,
            port=port.port,
            external_port=port.external_port,
            proto=port.proto,
            name=port.name,
        )


class LeasedIpOut(Model):
    port: int = Field(serialization_alias="Port")
    external_port: int = Field(serialization_alias="ExternalPort")
    protocol: str = Field(serialization_alias="Protocol")
    ip: str = Field(serialization_alias="IP")

    @classmethod
    def of(cls, leased: LeasedIp) -> LeasedIpOut:
        return cls(
            port=leased.port, external_port=leased.external_port, protocol=leased.protocol, ip=leased.ip
        )


class LeaseStatusOut(Model):
    """`forwarded_ports` and `ips` are null where there are none."""

    services: dict[str, ServiceStatusOut]
    forwarded_ports: dict[str, list[ForwardedPortOut]] | None
    ips: dict[str, list[LeasedIpOut]] | None

    @classmethod
    def of(cls, status: LeaseStatus) -> LeaseStatusOut:
        ports, ips = status.forwarded_ports, status.ips
        return cls(
            services={name: ServiceStatusOut.of(each) for name, each in status.services.items()},
            forwarded_ports={
                name: [ForwardedPortOut.of(each) for each in items] for name, items in (ports or {}).items()
            }
            or None,
            ips={name: [LeasedIpOut.of(each) for each in items] for name, items in (ips or {}).items()}
            or None,
        )


class LeaseWithStatusOut(LeaseOut):
    """`status` is null where the provider could not be asked, or the lease has ended."""

    status: LeaseStatusOut | None

    @classmethod
    def with_status(cls, lease: Lease, status: LeaseStatus | None) -> LeaseWithStatusOut:
        return cls(**cls.fields_of(lease), status=None if status is None else LeaseStatusOut.of(status))
