"""Providers as they registered, as auditors vouch for them, and as they tell of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import Address

Attribute = tuple[str, str]
"""A key and a value."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Somebody whose signatures under providers' attributes are known to mean something."""

    id: str
    name: str
    address: str
    website: str


AUDITORS: Final = (
    Auditor(
        id="akash-network",
        name="Akash Network",
        address="akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63",
        website="https://akash.network",
    ),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a provider wrote on the chain of itself: nothing of it is checked."""

    owner: Address
    host_uri: str
    email: str
    website: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The attributes of one provider that one auditor signed."""

    owner: Address
    auditor: Address
    attributes: frozenset[Attribute]


@dataclass(frozen=True, slots=True)
class Resources:
    """CPU in thousandths, memory and storage in bytes, GPUs in whole ones."""

    cpu: int = 0
    gpu: int = 0
    memory: int = 0
    ephemeral: int = 0
    persistent: int = 0

    def __add__(self, other: Resources) -> Resources:
        return Resources(
            cpu=self.cpu + other.cpu,
            gpu=self.gpu + other.gpu,
            memory=self.memory + other.memory,
            ephemeral=self.ephemeral + other.ephemeral,
            persistent=self.persistent + other.persistent,
        )


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """What a provider says of its own load."""

    leases: int
    deployments: int
    active: Resources
    pending: Resources
    available: Resources


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last look at a provider; `status` is None where it did not answer, `online_at` when it last did."""

    checked_at: datetime
    status: ProviderStatus | None
    online_at: datetime | None


@dataclass(frozen=True, slots=True)
class Provider:
    """All that is known of a provider. `sighting` is None for one that nobody has looked at yet."""

    registration: Registration
    audits: tuple[Audit, ...]
    sighting: Sighting | None

    @property
    def is_audited(self) -> bool:
        known = {auditor.address for auditor in AUDITORS}
        return any(audit.auditor in known for audit in self.audits)

    def auditors_of(self, attribute: Attribute) -> tuple[Address, ...]:
        return tuple(audit.auditor for audit in self.audits if attribute in audit.attributes)

    def value_of(self, key: str) -> str | None:
        """The first, where there is one."""
        return next(iter(self.values_of(key)), None)

    def values_of(self, key: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.registration.attributes if name == key)
