"""Cosmos transactions as bytes: pure functions, no network, no keys.

Sign mode direct: what is signed is SHA-256 of `sign_doc`; what is sent is `raw`. Encoding is protobuf's own
(ascending fields, defaults left out), which is what the chain's Go code writes too.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from google.protobuf import symbol_database
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.json_format import ParseDict, ParseError

from slipway_signing import registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from google.protobuf.message import Message

NANOSECONDS = 1_000_000_000
"""A second, in the unit of unordered timeouts."""


class MessageInvalid(ValueError):
    """A type that this layer does not carry, or a value that is not of its type."""

    def __init__(self, type_url: str, why: str) -> None:
        super().__init__(f"{type_url}: {why}")
        self.type_url = type_url


def message(type_url: str, value_json: Mapping[str, Any]) -> AnyMessage:
    """One message from protobuf JSON with proto field names; nested Any values carry `@type`.

    Raises MessageInvalid.
    """
    return packed(type_url, parsed(type_url, value_json))


def packed(type_url: str, value: Message) -> AnyMessage:
    """A parsed message as it stands in a TxBody."""
    return AnyMessage(type_url=type_url, value=value.SerializeToString(deterministic=True))


def parsed(type_url: str, value_json: Mapping[str, Any]) -> Message:
    """The value of `message` with its fields, for who must look into it. Raises MessageInvalid."""
    name = type_url.removeprefix("/")
    if name not in registry.MESSAGES:
        raise MessageInvalid(type_url, "unknown message type")
    prototype = symbol_database.Default().GetSymbol(name)
    try:
        value: Message = ParseDict(dict(value_json), prototype())
    except ParseError as error:
        raise MessageInvalid(type_url, str(error)) from error
    return value


def body(
    messages: Sequence[AnyMessage], *, memo: str, timeout_ns: int | None, unordered: bool = True
) -> bytes:
    """TxBody. `timeout_ns`: the block time (Unix nanoseconds) after which the chain refuses the transaction.

    Unordered transactions need one, and a different one for each transaction of a signer.
    """
    tx_body = registry.TxBody(messages=messages, memo=memo, unordered=unordered)
    if timeout_ns is not None:
        tx_body.timeout_timestamp.seconds, tx_body.timeout_timestamp.nanos = divmod(timeout_ns, NANOSECONDS)
    return bytes(tx_body.SerializeToString(deterministic=True))


def auth_info(
    public_key: bytes, *, fee_uakt: int, gas_limit: int, granter: str | None = None, sequence: int = 0
) -> bytes:
    """AuthInfo of one signer. `granter` pays the fee by its fee grant; without it the signer pays."""
    key = AnyMessage(
        type_url="/cosmos.crypto.secp256k1.PubKey",
        value=registry.PubKey(key=public_key).SerializeToString(),
    )
    mode = registry.ModeInfo(single=registry.ModeInfo.Single(mode=registry.SIGN_MODE_DIRECT))
    return _auth_info(key, mode, fee_uakt=fee_uakt, gas_limit=gas_limit, granter=granter, sequence=sequence)


def _auth_info(
    key: AnyMessage, mode: Any, *, fee_uakt: int, gas_limit: int, granter: str | None, sequence: int
) -> bytes:
    amount = [registry.Coin(denom="uakt", amount=str(fee_uakt))] if fee_uakt else []
    info = registry.AuthInfo(
        signer_infos=[registry.SignerInfo(public_key=key, mode_info=mode, sequence=sequence)],
        fee=registry.Fee(amount=amount, gas_limit=gas_limit, granter=granter or ""),
    )
    return bytes(info.SerializeToString(deterministic=True))


def sign_doc(body: bytes, auth_info: bytes, *, chain_id: str, account_number: int) -> bytes:
    """What the signer agrees to; the signature is over its SHA-256."""
    document = registry.SignDoc(
        body_bytes=body, auth_info_bytes=auth_info, chain_id=chain_id, account_number=account_number
    )
    return bytes(document.SerializeToString(deterministic=True))


def raw(body: bytes, auth_info: bytes, signature: bytes) -> bytes:
    """TxRaw, as broadcast."""
    return bytes(
        registry.TxRaw(body_bytes=body, auth_info_bytes=auth_info, signatures=[signature]).SerializeToString()
    )


def tx_hash(raw: bytes) -> str:
    """Upper-case hex SHA-256: the transaction's name on the chain, known before it is sent."""
    return hashlib.sha256(raw).hexdigest().upper()


def simulation(body: bytes, auth_info: bytes) -> bytes:
    """TxRaw for `/simulate`: the exact body, mode unspecified, one empty signature (none is refused)."""
    info = registry.AuthInfo.FromString(auth_info)
    for signer in info.signer_infos:
        signer.mode_info.single.mode = registry.SIGN_MODE_UNSPECIFIED
    return raw(body, bytes(info.SerializeToString(deterministic=True)), b"")
