"""Group specs as MsgCreateDeployment takes them: in the chain's REST form and in protobuf's JSON."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

PRICE_SCALE: Final = 10**18
"""A chain decimal has 18 places; prices are kept as integers in this scale."""

EndpointKind = Literal["SHARED_HTTP", "RANDOM_PORT", "LEASED_IP"]


@dataclass(frozen=True, slots=True)
class Attribute:
    key: str
    value: str

    def json(self) -> dict[str, str]:
        return {"key": self.key, "value": self.value}


@dataclass(frozen=True, slots=True)
class Endpoint:
    kind: EndpointKind
    sequence_number: int = 0

    def json(self) -> dict[str, Any]:
        return {"kind": self.kind, "sequence_number": self.sequence_number}


@dataclass(frozen=True, slots=True)
class Quantity:
    """Thousandths of a CPU, bytes, or GPUs, with what is asked of them."""

    units: int
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Storage:
    name: str
    bytes: int
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Resources:
    id: int
    cpu: Quantity
    memory: Quantity
    gpu: Quantity
    storage: tuple[Storage, ...]
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """Per unit and block. `amount` is scaled by PRICE_SCALE."""

    denom: str
    amount: int

    @property
    def decimal(self) -> str:
        """As the chain's REST prints it, with all 18 places."""
        whole, part = divmod(self.amount, PRICE_SCALE)
        return f"{whole}.{part:018}"


@dataclass(frozen=True, slots=True)
class ResourceUnit:
    resources: Resources
    count: int
    price: Price


@dataclass(frozen=True, slots=True)
class GroupSpec:
    name: str
    attributes: tuple[Attribute, ...]
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    units: tuple[ResourceUnit, ...]

    def rest(self) -> dict[str, Any]:
        """As the chain's REST shows it: quantities as text, prices with 18 decimals."""
        return self._json(str, lambda price: price.decimal)

    def wire(self) -> dict[str, Any]:
        """As `json_format.ParseDict` builds it: quantities in base64, prices as scaled integers."""
        return self._json(_packed, lambda price: str(price.amount))

    def texts(self) -> Iterator[str]:
        """Every text in it that its author chose freely."""
        yield self.name
        yield from self.all_of
        yield from self.any_of
        for unit in self.units:
            yield from (volume.name for volume in unit.resources.storage)
            yield from (each.value for each in unit.resources.cpu.attributes)
        for attribute in self.attributes:
            yield attribute.key
            yield attribute.value

    def priced_in(self, denom: str) -> GroupSpec:
        units = tuple(replace(unit, price=Price(denom, unit.price.amount)) for unit in self.units)
        return replace(self, units=units)

    def _json(self, quantity: Any, price: Any) -> dict[str, Any]:
        return {
            "name": self.name,
            "requirements": {
                "signed_by": {"all_of": list(self.all_of), "any_of": list(self.any_of)},
                "attributes": _attributes(self.attributes),
            },
            "resources": [
                {
                    "resource": _resources(unit.resources, quantity),
                    "count": unit.count,
                    "price": {"denom": unit.price.denom, "amount": price(unit.price)},
                }
                for unit in self.units
            ],
        }


def _packed(quantity: int) -> str:
    return base64.b64encode(str(quantity).encode()).decode()


def _attributes(attributes: tuple[Attribute, ...]) -> list[dict[str, str]]:
    return [each.json() for each in attributes]


def _resources(resources: Resources, quantity: Any) -> dict[str, Any]:
    def amount(key: str, part: Quantity) -> dict[str, Any]:
        return {key: {"val": quantity(part.units)}, "attributes": _attributes(part.attributes)}

    return {
        "id": resources.id,
        "cpu": amount("units", resources.cpu),
        "memory": amount("quantity", resources.memory),
        "storage": [
            {"name": each.name, **amount("quantity", Quantity(each.bytes, each.attributes))}
            for each in resources.storage
        ],
        "gpu": amount("units", resources.gpu),
        "endpoints": [each.json() for each in resources.endpoints],
    }
