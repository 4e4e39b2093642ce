"""x/audit: provider attributes that auditors have signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, pb
from sandbox.chain.errors import INVALID_ADDRESS, Refusal
from sandbox.chain.modules import deployment_specs
from sandbox.chain.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.chain.context import Context

NOT_FOUND: Final = Refusal("audit", 1, "invalid provider: address not found")
ATTRIBUTE_NOT_FOUND: Final = Refusal("audit", 3, "invalid attribute: not found")

SIGNED: Final = Table(b"\x18", pb.audit.AuditedProvider)
_EVENTS: Final = "akash.audit.v1.EventTrustedAuditor"


def of(ctx: Context, owner: str) -> list[Any]:
    """What auditors signed of a provider, one AuditedProvider for each."""
    return [row for _, row in SIGNED.scan(ctx, _sized(owner))]


def one(ctx: Context, owner: str, auditor: str) -> Any:
    """What one auditor signed of a provider, or None."""
    return SIGNED.get(ctx, _sized(owner) + _sized(auditor))


def validate(message: Any) -> None:
    for name, title in (("owner", "Owner"), ("auditor", "Auditor")):
        if not bech32.is_address(getattr(message, name)):
            raise INVALID_ADDRESS.wrap(f"{message.DESCRIPTOR.name}: Invalid {title} Address")
    if hasattr(message, "attributes"):
        deployment_specs.check_attributes(message.attributes)


def msg_sign(ctx: Context, message: Any) -> None:
    """MsgSignProviderAttributes: adds to what the auditor signed before, or replaces the values."""
    before = one(ctx, message.owner, message.auditor)
    signed = _values(before) | _values(message)
    _put(ctx, message, signed)
    ctx.emit_named(f"{_EVENTS}Created", owner=message.owner, auditor=message.auditor)


def msg_delete(ctx: Context, message: Any) -> None:
    """MsgDeleteProviderAttributes: takes back the keys named, or everything."""
    before = one(ctx, message.owner, message.auditor)
    if before is None:
        raise NOT_FOUND.error()
    signed = _values(before)
    for key in message.keys:
        if signed.pop(key, None) is None:
            text = f'trying to delete non-existing attribute "{key}" for auditor/provider'
            raise ATTRIBUTE_NOT_FOUND.wrap(f'{text} "{message.auditor}/{message.owner}"')
    if message.keys and signed:
        _put(ctx, message, signed)
    else:
        SIGNED.remove(ctx, _sized(message.owner) + _sized(message.auditor))
    ctx.emit_named(f"{_EVENTS}Deleted", owner=message.owner, auditor=message.auditor)


def _put(ctx: Context, message: Any, signed: Mapping[str, str]) -> None:
    row = pb.audit.AuditedProvider(owner=message.owner, auditor=message.auditor)
    for key in sorted(signed):
        row.attributes.add(key=key, value=signed[key])
    SIGNED.put(ctx, _sized(message.owner) + _sized(message.auditor), row)


def _values(found: Any) -> dict[str, str]:
    return {} if found is None else {attribute.key: attribute.value for attribute in found.attributes}


def _sized(address: str) -> bytes:
    raw = bech32.decode(address)
    return bytes([len(raw)]) + raw
