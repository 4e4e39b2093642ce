"""Bodies of GET /v1/providers, /v1/providers/{address} and /v1/auditors: bare, as the reference's
(console-api.md §1.10). What neither the chain nor a provider says is null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, RootModel

from slipway.domain.addresses import is_address
from slipway.domain.ids import Address
from slipway.domain.provider import Resources
from slipway.entry.issues import Issue, refusal, type_of, wrong_type
from slipway.entry.models.base import AddressField, Expects, Model
from slipway.entry.models.provider_descriptions import DescribedOut
from slipway.entry.models.times import written

if TYPE_CHECKING:
    from slipway.domain.provider import Auditor, Provider

MAX_ADDRESSES: Final = 20
"""Named in one request."""


def _addresses(value: object) -> tuple[Address, ...]:
    if not isinstance(value, str):
        raise refusal(wrong_type("string", type_of(value)))
    named = tuple(Address(part.strip()) for part in value.split(",") if part.strip())
    if len(named) > MAX_ADDRESSES:
        facts = {"maximum": MAX_ADDRESSES, "type": "array", "inclusive": True, "exact": False}
        raise refusal(Issue("too_big", f"Array must contain at most {MAX_ADDRESSES} element(s)", facts=facts))
    if not all(map(is_address, named)):
        raise refusal(Issue("custom", "Invalid address"))
    return named


class ProvidersQuery(Model):
    """`scope` is taken for the clients that send it: nobody here is on trial, so it narrows nothing."""

    scope: Literal["all", "trial"] = "all"
    addresses: Annotated[
        tuple[Address, ...] | None, PlainValidator(_addresses, json_schema_input_type=str), Expects("string")
    ] = None


class ProviderPath(Model):
    address: AddressField


class AmountOut(Model):
    active: int = Field(description="Leased.")
    available: int = Field(description="Free.")
    pending: int = Field(description="Held for bids.")


class StorageOut(Model):
    ephemeral: AmountOut
    persistent: AmountOut


class StatsOut(Model):
    """CPU in thousandths, memory and storage in bytes. All zero for a provider that does not answer."""

    cpu: AmountOut
    gpu: AmountOut
    memory: AmountOut
    storage: StorageOut

    @classmethod
    def of(cls, active: Resources, available: Resources, pending: Resources) -> StatsOut:
        def amount(name: str) -> AmountOut:
            return AmountOut(
                active=getattr(active, name),
                available=getattr(available, name),
                pending=getattr(pending, name),
            )

        return cls(
            cpu=amount("cpu"),
            gpu=amount("gpu"),
            memory=amount("memory"),
            storage=StorageOut(ephemeral=amount("ephemeral"), persistent=amount("persistent")),
        )


class AttributeOut(Model):
    key: str
    value: str
    audited_by: list[str] = Field(serialization_alias="auditedBy")


class ProviderOut(DescribedOut):
    """`isOnline` is null for a provider that nobody has looked at yet."""

    owner: str
    name: str | None
    host_uri: str
    created_height: None = None
    email: str | None
    website: str | None
    last_check_date: str | None
    deployment_count: int | None
    lease_count: int | None
    cosmos_sdk_version: None = None
    akash_version: None = None
    ip_region: None = None
    ip_region_code: None = None
    ip_country: None = None
    ip_country_code: None = None
    ip_lat: None = None
    ip_lon: None = None
    uptime_1d: None = Field(default=None, serialization_alias="uptime1d")
    uptime_7d: None = Field(default=None, serialization_alias="uptime7d")
    uptime_30d: None = Field(default=None, serialization_alias="uptime30d")
    is_valid_version: None = None
    is_online: bool | None
    last_online_date: str | None
    is_audited: bool
    stats: StatsOut
    attributes: list[AttributeOut]

    @classmethod
    def fields_of(cls, provider: Provider) -> dict[str, Any]:
        own, seen = provider.registration, provider.sighting
        status = seen.status if seen else None
        nothing = Resources()
        return {
            **cls.described(provider),
            "owner": own.owner,
            "name": _host(own.host_uri),
            "host_uri": own.host_uri,
            "email": own.email or None,
            "website": own.website or None,
            "last_check_date": written(seen.checked_at) if seen else None,
            "deployment_count": status.deployments if status else None,
            "lease_count": status.leases if status else None,
            "is_online": None if seen is None else status is not None,
            "last_online_date": written(seen.online_at) if seen and seen.online_at else None,
            "is_audited": provider.is_audited,
            "stats": StatsOut.of(status.active, status.available, status.pending)
            if status
            else StatsOut.of(nothing, nothing, nothing),
            "attributes": [
                AttributeOut(key=key, value=value, audited_by=list(provider.auditors_of((key, value))))
                for key, value in own.attributes
            ],
        }

    @classmethod
    def of(cls, provider: Provider) -> Self:
        return cls(**cls.fields_of(provider))


def _host(uri: str) -> str | None:
    """A provider may register what is no address at all."""
    try:
        return urlsplit(uri).hostname
    except ValueError:
        return None


class ProvidersOut(RootModel[list[ProviderOut]]):
    @classmethod
    def of(cls, providers: tuple[Provider, ...]) -> ProvidersOut:
        return cls([ProviderOut.of(each) for each in providers])


class ProviderDetailOut(ProviderOut):
    """`uptime` would be a history of looks; none is kept."""

    uptime: list[None] = Field(default_factory=list)


class AuditorOut(Model):
    id: str
    name: str
    address: str
    website: str


class AuditorsOut(RootModel[list[AuditorOut]]):
    @classmethod
    def of(cls, auditors: tuple[Auditor, ...]) -> AuditorsOut:
        return cls([AuditorOut(id=x.id, name=x.name, address=x.address, website=x.website) for x in auditors])
