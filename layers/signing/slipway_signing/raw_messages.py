"""Messages as the services word them (protobuf's JSON) and as users send them (base64 of protobuf)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from google.protobuf import symbol_database
from google.protobuf.message import DecodeError
from slipway.domain.errors import MessageUndecodable

from slipway_signing import registry, tx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.message import Message


def parsed(one: Mapping[str, Any], index: int) -> Message:
    """The value of message `index`, `{type_url, value}` or `{type_url, value_base64}`.

    Raises MessageInvalid for a type that is not carried here, MessageUndecodable.
    """
    if "value_base64" not in one:
        return tx.parsed(one["type_url"], one["value"])
    return _decoded(one["type_url"], one["value_base64"], index)


def _decoded(type_url: str, text: str, index: int) -> Message:
    """What policy looks at is what is signed: fields that this layer does not know are refused, since it
    could not look at them."""
    name = type_url.removeprefix("/")
    if name not in registry.MESSAGES:
        raise tx.MessageInvalid(type_url, "unknown message type")
    prototype = symbol_database.Default().GetSymbol(name)
    try:
        value: Message = prototype.FromString(base64.b64decode(text, validate=True))
    except (DecodeError, binascii.Error):
        raise MessageUndecodable(index=index, type_url=type_url) from None
    known: Any = prototype()
    known.CopyFrom(value)
    known.DiscardUnknownFields()
    if known.ByteSize() != value.ByteSize():
        raise MessageUndecodable(index=index, type_url=type_url)
    return value
