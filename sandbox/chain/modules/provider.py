"""x/provider: who offers to run workloads, where, and with what attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sandbox.chain import bech32, errors, pb
from sandbox.chain.errors import Refusal
from sandbox.chain.modules import deployment_specs, market_matching, market_state
from sandbox.chain.table import Table

if TYPE_CHECKING:
    from sandbox.chain.context import Context

INVALID_URI: Final = Refusal("provider", 1, "invalid provider: invalid host uri")
NOT_ABSOLUTE: Final = Refusal("provider", 2, "invalid provider: not absolute host uri")
NOT_FOUND: Final = Refusal("provider", 3, "invalid provider: address not found")
EXISTS: Final = Refusal("provider", 4, "invalid provider: already exists")
INVALID_ADDRESS: Final = Refusal("provider", 5, "invalid address")
INCOMPATIBLE: Final = Refusal("provider", 7, "attributes cannot be changed")
INTERNAL: Final = Refusal("provider", 9, "internal error")

PROVIDERS: Final = Table(b"\x17", pb.provider.Provider)
_EVENTS: Final = "akash.provider.v1beta4.EventProvider"


def key_of(owner: str) -> bytes:
    raw = bech32.decode(owner)
    return b"\x01" + bytes([len(raw)]) + raw


def get(ctx: Context, owner: str) -> Any:
    """The provider of an address, or None."""
    key = key_of(owner)
    return PROVIDERS.get(ctx, key) if PROVIDERS.has(ctx, key) else None


def validate(message: Any) -> None:
    """ValidateBasic of creating and updating: an https host without a path, and sound attributes."""
    if not bech32.is_address(message.owner):
        raise errors.INVALID_ADDRESS.wrap(f"{message.DESCRIPTOR.name}: Invalid Provider Address")
    _check_uri(message.host_uri)
    deployment_specs.check_attributes(message.attributes)


def msg_create(ctx: Context, message: Any) -> None:
    if get(ctx, message.owner) is not None:
        raise EXISTS.wrap(f"id: {message.owner}")
    _put(ctx, message)
    ctx.emit_named(f"{_EVENTS}Created", owner=message.owner)


def msg_update(ctx: Context, message: Any) -> None:
    """MsgUpdateProvider: new attributes must still cover what the active leases asked for."""
    if get(ctx, message.owner) is None:
        raise NOT_FOUND.wrap(f"id: {message.owner}")
    offered = market_matching.pairs_of(message.attributes)
    for lease in market_state.active_leases(ctx):
        if lease.id.provider == message.owner:
            order = market_state.order(ctx, lease.id)
            if not market_matching.pairs_of(order.spec.requirements.attributes) <= offered:
                raise INCOMPATIBLE.error()
    _put(ctx, message)
    ctx.emit_named(f"{_EVENTS}Updated", owner=message.owner)


def msg_delete(ctx: Context, message: Any) -> None:
    """MsgDeleteProvider: the chain has the message and always refuses it."""
    if get(ctx, message.owner) is None:
        raise NOT_FOUND.error()
    raise INTERNAL.wrap("NOTIMPLEMENTED")


def _put(ctx: Context, message: Any) -> None:
    # The message and the stored provider have the same fields.
    row = pb.provider.Provider.FromString(message.SerializeToString())
    PROVIDERS.put(ctx, key_of(message.owner), row)


def _check_uri(uri: str) -> None:
    parts = urlsplit(uri)
    if not parts.scheme:
        raise NOT_ABSOLUTE.wrap(f'validating "{uri}" for absolute URI')
    if parts.scheme != "https":
        raise INVALID_URI.wrap(f'scheme in "{uri}" should be https')
    if not parts.hostname:
        raise INVALID_URI.wrap(f'validating "{uri}" for valid host')
    if parts.path:
        raise INVALID_URI.wrap(f'path in "{uri}" should be empty')
