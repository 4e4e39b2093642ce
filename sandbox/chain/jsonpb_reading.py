"""The way back from the JSON that a node's REST prints to protobuf messages (see `jsonpb`)."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import FieldDescriptor

from sandbox.chain import codec
from sandbox.chain.numbers import ONE, SECOND, time_of

if TYPE_CHECKING:
    from collections.abc import Callable

_WHOLE: Final = {
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT32,
    FieldDescriptor.CPPTYPE_UINT64,
}


def read(found: Any, message: Any) -> Any:
    """Fill a message from its JSON and return it; names that the message has not are left out."""
    special = _SPECIAL.get(message.DESCRIPTOR.full_name)
    if special:
        special(found, message)
        return message
    for field in message.DESCRIPTOR.fields:
        if found.get(field.name) is not None:
            _set(message, field, found[field.name])
    return message


def _set(message: Any, field: Any, value: Any) -> None:
    if field.label == field.LABEL_REPEATED:
        listed = getattr(message, field.name)
        for item in value:
            if field.message_type:
                read(item, listed.add())
            else:
                listed.append(_scalar(field, item))
    elif field.message_type:
        part = getattr(message, field.name)
        part.SetInParent()
        read(value, part)
    else:
        setattr(message, field.name, _scalar(field, value))


def _scalar(field: Any, value: Any) -> Any:
    if field.enum_type:
        return field.enum_type.values_by_name[value].number if isinstance(value, str) else value
    if field.type == FieldDescriptor.TYPE_BYTES:
        return b64decode(value)
    return int(value) if field.cpp_type in _WHOLE else value


def _any(found: Any, message: Any) -> None:
    kind = codec.classes()[found["@type"].removeprefix("/")]
    message.CopyFrom(codec.pack(read(found, kind())))


def _scaled(found: Any, message: Any) -> None:
    whole, _, part = found["amount"].partition(".")
    sign = -1 if whole.startswith("-") else 1
    message.denom = found["denom"]
    message.amount = str(sign * (abs(int(whole)) * ONE + int(part.ljust(18, "0"))))


def _resource(found: Any, message: Any) -> None:
    message.val = found["val"].encode()


def _timestamp(found: Any, message: Any) -> None:
    message.seconds, message.nanos = divmod(time_of(found), SECOND)


def _duration(found: Any, message: Any) -> None:
    whole, _, part = found.removesuffix("s").partition(".")
    message.seconds, message.nanos = int(whole), int(part.ljust(9, "0") or 0)


_SPECIAL: Final[dict[str, Callable[[Any, Any], None]]] = {
    "akash.base.resources.v1beta4.ResourceValue": _resource,
    "akash.escrow.types.v1.Balance": _scaled,
    "cosmos.base.v1beta1.DecCoin": _scaled,
    "google.protobuf.Any": _any,
    "google.protobuf.Duration": _duration,
    "google.protobuf.Timestamp": _timestamp,
}
