"""What a provider says of a lease. All of it is self-asserted."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.domain.ids import Address, LeaseId


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service's replicas and host names (bare, without a scheme); `uris` is None where it has none."""

    name: str
    available: int
    total: int
    uris: tuple[str, ...] | None
    observed_generation: int
    replicas: int
    updated_replicas: int
    ready_replicas: int
    available_replicas: int


@dataclass(frozen=True, slots=True)
class ForwardedPort:
    host: str
    port: int
    external_port: int
    proto: str
    name: str


@dataclass(frozen=True, slots=True)
class LeasedIp:
    ip: str
    port: int
    external_port: int
    protocol: str


@dataclass(frozen=True, slots=True)
class LeaseStatus:
    """A lease as its provider tells it; maps are by service name, None where the provider had none."""

    services: dict[str, ServiceStatus]
    forwarded_ports: dict[str, tuple[ForwardedPort, ...]] | None
    ips: dict[str, tuple[LeasedIp, ...]] | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one manifest delivery. `status` is the provider's HTTP status, None where none came.

    `text` is the provider's own text, bounded and cleaned, or our word for why it could not be reached.
    """

    provider: Address
    host_uri: str | None
    delivered: bool
    status: int | None
    text: str
    manifest_faulty: bool = False
    """The text finds fault with the manifest itself; providers say some of that with status 500."""
    away: bool = False
    """The provider could not be reached, or did not answer in time."""

    @property
    def refused(self) -> bool:
        """The provider answered and said no: sending the same again will not help."""
        if self.delivered or self.status is None:
            return False
        return self.manifest_faulty or 400 <= self.status < 500


Statuses = dict[LeaseId, LeaseStatus | None]
"""None where the provider could not tell."""
