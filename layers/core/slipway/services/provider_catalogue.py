"""All providers of the network: registrations and audits from the chain, load from themselves."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Protocol

from slipway.domain.provider import AUDITORS, Provider

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from slipway.domain.ids import Address
    from slipway.domain.provider import Audit, Registration, Sighting

LIST_SECONDS: Final = 8.0
"""For all providers of a list together. Who has not answered by then is as it was last seen."""

ONE_SECONDS: Final = 4.0
"""A healthy provider answers in well under a second."""


class ProviderRegistry(Protocol):
    """What the chain knows of providers. All raise ChainUnavailable."""

    def registrations(self) -> tuple[Registration, ...]: ...

    def registration(self, address: Address) -> Registration:
        """Raises ProviderNotFound."""
        ...

    def signed_by(self, auditor: str) -> tuple[Audit, ...]: ...

    def audits_of(self, address: Address) -> tuple[Audit, ...]: ...


class ProviderSightings(Protocol):
    def look(
        self, providers: Sequence[Registration], *, deadline_seconds: float
    ) -> Mapping[Address, Sighting]:
        """The last look at each, taken anew where it is too old and the time allows. Those that were never
        looked at are missing. Never raises for one that fails."""
        ...


def listed(
    *, addresses: Collection[Address] | None, registry: ProviderRegistry, sightings: ProviderSightings
) -> tuple[Provider, ...]:
    """Every provider, or those with one of the addresses, audited ones first."""
    audits: dict[Address, list[Audit]] = defaultdict(list)
    for auditor in AUDITORS:
        for audit in registry.signed_by(auditor.address):
            audits[audit.owner].append(audit)
    found = [each for each in registry.registrations() if addresses is None or each.owner in addresses]
    found.sort(key=lambda each: each.owner not in audits)
    seen = sightings.look(found, deadline_seconds=LIST_SECONDS)
    return tuple(Provider(each, tuple(audits[each.owner]), seen.get(each.owner)) for each in found)


def one(*, address: Address, registry: ProviderRegistry, sightings: ProviderSightings) -> Provider:
    """Raises ProviderNotFound."""
    registration = registry.registration(address)
    audits = registry.audits_of(address)
    seen = sightings.look([registration], deadline_seconds=ONE_SECONDS)
    return Provider(registration, audits, seen.get(address))
