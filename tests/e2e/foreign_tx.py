"""Cosmos transactions read by protobuf's own runtime from descriptors made here: nothing of cosmpy, nothing
of ours. Field numbers: cosmos-sdk proto/cosmos/tx/v1beta1/tx.proto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = "foreign"
_TYPES = {
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "uint64": descriptor_pb2.FieldDescriptorProto.TYPE_UINT64,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
}
_MESSAGES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "TxRaw": {
        "body_bytes": (1, "bytes"),
        "auth_info_bytes": (2, "bytes"),
        "signatures": (3, "repeated bytes"),
    },
    "TxBody": {
        "messages": (1, "repeated Packed"),
        "memo": (2, "string"),
        "unordered": (4, "bool"),
        "timeout_timestamp": (5, "Time"),
    },
    "Packed": {"type_url": (1, "string"), "value": (2, "bytes")},
    "Time": {"seconds": (1, "int64"), "nanos": (2, "int32")},
    "AuthInfo": {"signer_infos": (1, "repeated SignerInfo"), "fee": (2, "Fee")},
    "SignerInfo": {"public_key": (1, "Packed"), "mode_info": (2, "ModeInfo"), "sequence": (3, "uint64")},
    "ModeInfo": {"single": (1, "Single")},
    "Single": {"mode": (1, "int32")},
    "Fee": {
        "amount": (1, "repeated Coin"),
        "gas_limit": (2, "uint64"),
        "payer": (3, "string"),
        "granter": (4, "string"),
    },
    "Coin": {"denom": (1, "string"), "amount": (2, "string")},
    "PubKey": {"key": (1, "bytes")},
    "SignDoc": {
        "body_bytes": (1, "bytes"),
        "auth_info_bytes": (2, "bytes"),
        "chain_id": (3, "string"),
        "account_number": (4, "uint64"),
    },
}


def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="foreign.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        declared = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            _declare(declared.field.add(name=field, number=number), kind)
    pool: Any = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


def _declare(field: Any, kind: str) -> None:
    word = kind.removeprefix("repeated ")
    repeated = word != kind
    field.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
    if word in _TYPES:
        field.type = _TYPES[word]
    else:
        field.type, field.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{word}"


CLASSES = _classes()


def read(name: str, raw: bytes) -> Any:
    """The message of that name, which must hold no field that we do not know."""
    message = CLASSES[name].FromString(raw)
    assert message.SerializeToString(deterministic=True) == raw
    return message
