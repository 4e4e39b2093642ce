"""What a caller may do at one provider: the lookups behind a token's `leases` (recording 04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    """What a request is about; gseq and oseq None: the whole deployment."""

    dseq: int
    gseq: int | None = None
    oseq: int | None = None


@dataclass(frozen=True)
class Access:
    """A caller: its address, and the token's `leases` (None: a client certificate, which may do all)."""

    owner: str
    leases: Mapping[str, Any] | None = None

    def covers_provider(self, provider: str) -> bool:
        return not self._granular() or self._permission(provider) is not None

    def covers(self, provider: str, subject: Subject) -> bool:
        """Whether the subject may be addressed at all, whatever for."""
        listed = self._deployments(provider)
        return listed is None or any(_names(deployment, subject) for deployment in listed)

    def allows(self, provider: str, subject: Subject, scope: str) -> bool:
        """Whether the token carries the scope for the subject."""
        listed = self._deployments(provider)
        if listed is not None:
            return any(_names(entry, subject) and scope in entry["scope"] for entry in listed)
        granted = self._permission(provider) if self._granular() else self.leases
        return granted is None or granted["access"] == "full" or scope in (granted["scope"] or ())

    def _granular(self) -> bool:
        return self.leases is not None and self.leases["access"] == "granular"

    def _permission(self, provider: str) -> Mapping[str, Any] | None:
        permissions = self.leases["permissions"] if self.leases else None
        return next((found for found in permissions or () if found["provider"] == provider), None)

    def _deployments(self, provider: str) -> Sequence[Mapping[str, Any]] | None:
        """The listed deployments where access to this provider is by deployment; None where it is not."""
        permission = self._permission(provider) if self._granular() else None
        if permission is None or permission["access"] != "granular":
            return None
        listed: Sequence[Mapping[str, Any]] = permission["deployments"]
        return listed


def _names(deployment: Mapping[str, Any], subject: Subject) -> bool:
    """Group and order numbers of 0 mean any; a request about a whole deployment asks for neither."""
    return deployment["dseq"] == subject.dseq and all(
        wanted is None or listed in (0, wanted)
        for listed, wanted in ((deployment["gseq"], subject.gseq), (deployment["oseq"], subject.oseq))
    )
