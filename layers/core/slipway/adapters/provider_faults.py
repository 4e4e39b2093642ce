"""Why a provider could not be asked, in words that a user may read; none of them are the provider's."""

from __future__ import annotations

from typing import ClassVar


class ProviderFault(Exception):
    """Stays within the adapter: a provider that fails has no status, or a delivery that says why."""

    sentence: ClassVar[str] = "The provider cannot be asked at the moment"

    def __str__(self) -> str:
        return self.sentence


class HostRefused(ProviderFault):
    """The host_uri is not `https://host:port`, or its name leads to where we do not go."""

    sentence = "The provider's address on the chain is not one that is called"


class NameUnknown(ProviderFault):
    sentence = "The provider's host name cannot be resolved"


class CertificateMissing(ProviderFault):
    sentence = "The provider has no valid certificate on the chain"


class CertificateStrange(ProviderFault):
    """What answers there has not proved to be the provider; it was sent nothing."""

    sentence = "What answers at the provider's address does not show a valid certificate of the provider"


class Unreachable(ProviderFault):
    sentence = "The provider cannot be reached"


class Silent(ProviderFault):
    sentence = "The provider did not answer in time"


class AnswerUnreadable(ProviderFault):
    """Too long, or not what its protocol allows."""

    sentence = "The provider's answer cannot be read"
