"""Bodies of POST /v1/bid-screening: a group as the chain writes it, flat (console-api.md §1.11)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AliasChoices, Field, PlainValidator

from slipway.domain.screening import Unit, Volume, Wanted
from slipway.entry.issues import Issue, refusal, type_of, wrong_type
from slipway.entry.models.base import Expects, IntegerField, Model

if TYPE_CHECKING:
    from slipway.domain.provider import Attribute, Provider

MAX_UNITS: Final = 100
MAX_ATTRIBUTES: Final = 100
"""More than any group on the network has; each is held against each provider."""

_WHOLE: Final = re.compile(r"[0-9]{1,20}")


def _quantity(value: object) -> int:
    if not isinstance(value, str):
        raise refusal(wrong_type("string", type_of(value)))
    if not _WHOLE.fullmatch(value):
        raise refusal(Issue("invalid_string", "Invalid", facts={"validation": "regex"}))
    return int(value)


_QUANTITY_IN: Final = Annotated[str, Field(pattern="^[0-9]{1,20}$", description="A whole number as text.")]
QuantityField = Annotated[
    int, PlainValidator(_quantity, json_schema_input_type=_QUANTITY_IN), Expects("string")
]


class AttributeIn(Model):
    key: str
    value: str


AttributesField = Annotated[list[AttributeIn], Field(max_length=MAX_ATTRIBUTES)]


class SignedByIn(Model):
    """Auditors' addresses. The chain's own names (`signed_by`, `all_of`, `any_of`) are taken as well."""

    all_of: list[str] = Field(
        default_factory=list, validation_alias=AliasChoices("allOf", "all_of"), max_length=MAX_ATTRIBUTES
    )
    any_of: list[str] = Field(
        default_factory=list, validation_alias=AliasChoices("anyOf", "any_of"), max_length=MAX_ATTRIBUTES
    )


class RequirementsIn(Model):
    signed_by: SignedByIn = Field(
        default_factory=SignedByIn, validation_alias=AliasChoices("signedBy", "signed_by")
    )
    attributes: AttributesField = Field(default_factory=list)


class ValueIn(Model):
    val: QuantityField


class UnitsIn(Model):
    units: ValueIn


class GpuIn(Model):
    """Attributes such as `vendor/nvidia/model/a100` with the value `true`."""

    units: ValueIn
    attributes: AttributesField = Field(default_factory=list)


class MemoryIn(Model):
    quantity: ValueIn


class VolumeIn(Model):
    """Attributes are `persistent` and `class`."""

    name: str
    quantity: ValueIn
    attributes: AttributesField = Field(default_factory=list)


class ResourceIn(Model):
    """CPU in thousandths, memory and storage in bytes."""

    id: IntegerField
    cpu: UnitsIn
    memory: MemoryIn
    gpu: GpuIn
    storage: list[VolumeIn] = Field(max_length=MAX_UNITS)


class UnitIn(Model):
    """`price` is taken and screens nobody: a provider says its price when it bids."""

    resource: ResourceIn
    count: Annotated[IntegerField, Field(ge=1)]
    price: dict[str, Any]

    def wanted(self) -> Unit:
        asked = self.resource
        return Unit(
            cpu=asked.cpu.units.val,
            memory=asked.memory.quantity.val,
            gpus=asked.gpu.units.val,
            gpu_models=tuple(map(_pair, asked.gpu.attributes)),
            volumes=tuple(
                Volume(one.quantity.val, frozenset(map(_pair, one.attributes))) for one in asked.storage
            ),
            count=self.count,
        )


class ScreeningIn(Model):
    """`timezone` is taken and changes nothing: no incidents are kept that it could date."""

    requirements: RequirementsIn = Field(default_factory=RequirementsIn)
    resources: list[UnitIn] = Field(min_length=1, max_length=MAX_UNITS)
    timezone: str = Field(min_length=1, description="An IANA time zone.")

    def wanted(self) -> Wanted:
        signed_by = self.requirements.signed_by
        return Wanted(
            attributes=frozenset(map(_pair, self.requirements.attributes)),
            all_of=frozenset(signed_by.all_of),
            any_of=frozenset(signed_by.any_of),
            units=tuple(unit.wanted() for unit in self.resources),
        )


class ScreenedOut(Model):
    """`createdAt` is null and `incidents` empty: nobody here keeps a history of providers. `location` and
    `organization` are the provider's own words."""

    owner: str
    host_uri: str = Field(serialization_alias="hostUri")
    is_audited: bool = Field(serialization_alias="isAudited")
    created_at: None = Field(default=None, serialization_alias="createdAt")
    location: str | None
    organization: str | None
    incidents: list[dict[str, Any]] = Field(default_factory=list)

    @classmethod
    def of(cls, provider: Provider) -> ScreenedOut:
        return cls(
            owner=provider.registration.owner,
            host_uri=provider.registration.host_uri,
            is_audited=provider.is_audited,
            location=provider.value_of("location-region"),
            organization=provider.value_of("organization"),
        )


class ScreenedProvidersOut(Model):
    providers: list[ScreenedOut]

    @classmethod
    def of(cls, providers: tuple[Provider, ...]) -> ScreenedProvidersOut:
        return cls(providers=[ScreenedOut.of(each) for each in providers])


def _pair(attribute: AttributeIn) -> Attribute:
    return attribute.key, attribute.value
