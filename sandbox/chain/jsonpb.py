"""Protobuf messages as a node's REST prints them: gogo jsonpb with all defaults (akash-chain.md §1.4)."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import FieldDescriptor

from sandbox.chain import codec
from sandbox.chain.numbers import dec_text, of_timestamp, rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

_WIDE: Final = {
    FieldDescriptor.TYPE_INT64,
    FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_SINT64,
    FieldDescriptor.TYPE_FIXED64,
    FieldDescriptor.TYPE_SFIXED64,
}
# Message fields that Go holds as pointers print as null when unset. In Akash's messages pointers are the
# exception, in the Cosmos ones the rule.
_AKASH_POINTERS: Final = {
    "burned",
    "cpu",
    "gpu",
    "memory",
    "minted",
    "prices",
    "reclamation",
    "reclamation_window",
    "remint_credit_accrued",
    "remint_credit_issued",
}
_COSMOS_VALUES: Final = {
    "cosmos.authz.v1beta1.MsgGrant.grant",
    "cosmos.feegrant.v1beta1.PeriodicAllowance.basic",
    "cosmos.feegrant.v1beta1.PeriodicAllowance.period",
    "cosmos.feegrant.v1beta1.PeriodicAllowance.period_reset",
}


def render(message: Any) -> Any:
    """The JSON value of a message; every field is there, the unset ones as their defaults."""
    special = _SPECIAL.get(message.DESCRIPTOR.full_name)
    return special(message) if special else _plain(message)


def _plain(message: Any) -> Json:
    return {
        field.name: _field(message, field)
        for field in message.DESCRIPTOR.fields
        if not field.containing_oneof or message.HasField(field.name)
    }


def _field(message: Any, field: Any) -> Any:
    value = getattr(message, field.name)
    one = _printer(field)
    if field.label == field.LABEL_REPEATED:
        return [one(item) for item in value]
    if field.message_type and not message.HasField(field.name) and _is_pointer(field):
        return None
    return one(value)


@cache
def _printer(field: Any) -> Callable[[Any], Any]:
    if field.message_type:
        return render
    if field.enum_type:
        names = field.enum_type.values_by_number
        return lambda value: names[value].name if value in names else value
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda value: b64encode(value).decode()
    return str if field.type in _WIDE else _same


def _same(value: Any) -> Any:
    return value


@cache
def _is_pointer(field: Any) -> bool:
    if field.full_name.startswith("akash."):
        return field.name in _AKASH_POINTERS
    return field.full_name not in _COSMOS_VALUES


def _any(packed: Any) -> Json:
    inner = codec.unpack(packed)
    return {"@type": packed.type_url, **_plain(inner)}


def _scaled(message: Any) -> Json:
    return {"denom": message.denom, "amount": dec_text(int(message.amount or 0))}


def _coin(message: Any) -> Json:
    return {"denom": message.denom, "amount": message.amount or "0"}


def _resource(message: Any) -> Json:
    return {"val": message.val.decode() or "0"}


def _timestamp(message: Any) -> str:
    return rfc3339(of_timestamp(message))


def _duration(message: Any) -> str:
    fraction = f".{message.nanos:09d}".rstrip("0").rstrip(".") if message.nanos else ""
    return f"{message.seconds}{fraction}s"


_SPECIAL: Final[dict[str, Callable[[Any], Any]]] = {
    "akash.base.resources.v1beta4.ResourceValue": _resource,
    "akash.escrow.types.v1.Balance": _scaled,
    "cosmos.base.v1beta1.Coin": _coin,
    "cosmos.base.v1beta1.DecCoin": _scaled,
    "google.protobuf.Any": _any,
    "google.protobuf.Duration": _duration,
    "google.protobuf.Timestamp": _timestamp,
}
