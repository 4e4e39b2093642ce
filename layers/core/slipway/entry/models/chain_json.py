"""Schemas of what goes through as the chain writes it. They describe and check nothing."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import WithJsonSchema

Schema = dict[str, Any]


def _object(**fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields)}


def _list(item: Schema, description: str = "") -> Schema:
    told = {"description": description} if description else {}
    return {"type": "array", "items": item, **told}


def _text(description: str = "") -> Schema:
    return {"type": "string", "description": description} if description else {"type": "string"}


_WHOLE: Final[Schema] = {"type": "integer"}
_ATTRIBUTES: Final = _list(_object(key=_text(), value=_text()))
_PRICE: Final = _object(denom=_text("`uact` is a millionth of a USD."), amount=_text("For each block."))


def _units(unit: str) -> Schema:
    return _object(units=_object(val=_text(unit)), attributes=_ATTRIBUTES)


_BYTES: Final = _object(val=_text("Bytes."))
_RESOURCES: Final = _object(
    id=_WHOLE,
    cpu=_units("Thousandths of a CPU."),
    memory=_object(quantity=_BYTES, attributes=_ATTRIBUTES),
    storage=_list(_object(name=_text(), quantity=_BYTES, attributes=_ATTRIBUTES)),
    gpu=_units("GPUs."),
    endpoints=_list(
        _object(kind=_text("`SHARED_HTTP`, `RANDOM_PORT` or `LEASED_IP`."), sequence_number=_WHOLE)
    ),
)
_GROUP: Final = _object(
    name=_text(),
    requirements=_object(
        signed_by=_object(all_of=_list(_text()), any_of=_list(_text())),
        attributes=_ATTRIBUTES,
    ),
    resources=_list(_object(resource=_RESOURCES, count=_WHOLE, price=_PRICE)),
)
_PRICES: Final = {"anyOf": [{"type": "object"}, {"type": "null"}]}
_OFFER: Final = _object(resources=_RESOURCES, count=_WHOLE, prices=_PRICES)

Group = Annotated[dict[str, Any], WithJsonSchema(_GROUP)]
Offer = Annotated[dict[str, Any], WithJsonSchema(_OFFER)]
