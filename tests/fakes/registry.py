"""Providers as the chain and a look at them tell, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.errors import ChainUnavailable, ProviderNotFound
from slipway.domain.provider import Audit, Registration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.ids import Address
    from slipway.domain.provider import Attribute, Sighting


class FakeRegistry:
    """`ProviderRegistry`. `unreachable`: every read raises ChainUnavailable."""

    def __init__(self) -> None:
        self.unreachable = False
        self.rows: dict[Address, Registration] = {}
        self.audits: list[Audit] = []

    def register(
        self, owner: Address, *attributes: Attribute, host_uri: str = "https://provider.example:8443"
    ) -> None:
        self.rows[owner] = Registration(owner, host_uri, "ops@example.com", "", attributes)

    def sign(self, auditor: str, owner: Address, *attributes: Attribute) -> None:
        self.audits.append(Audit(owner, auditor, frozenset(attributes)))  # type: ignore[arg-type]

    def registrations(self) -> tuple[Registration, ...]:
        self._must_be_reachable()
        return tuple(self.rows.values())

    def registration(self, address: Address) -> Registration:
        self._must_be_reachable()
        if address not in self.rows:
            raise ProviderNotFound(provider=address)
        return self.rows[address]

    def signed_by(self, auditor: str) -> tuple[Audit, ...]:
        self._must_be_reachable()
        return tuple(audit for audit in self.audits if audit.auditor == auditor)

    def audits_of(self, address: Address) -> tuple[Audit, ...]:
        self._must_be_reachable()
        return tuple(audit for audit in self.audits if audit.owner == address)

    def _must_be_reachable(self) -> None:
        if self.unreachable:
            raise ChainUnavailable


class FakeSightings:
    """`ProviderSightings`: what `seen` holds. `asked` remembers the order."""

    def __init__(self) -> None:
        self.seen: dict[Address, Sighting] = {}
        self.asked: list[Address] = []

    def look(
        self, providers: Sequence[Registration], *, deadline_seconds: float
    ) -> Mapping[Address, Sighting]:
        self.asked += [each.owner for each in providers]
        return {each.owner: self.seen[each.owner] for each in providers if each.owner in self.seen}
