"""List cursors: a node's page key, bound to the wallet whose list it continues.

A node that is given a key forgets every filter: the key alone says whose deployments come next. So a cursor
carries a digest of its owner, which tells mistakes from cursors at once, and what it brings is checked again
by the rows themselves (`chain_rest.py`): a forged one finds nothing that is not the asker's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Final

from slipway.domain.errors import FieldInvalid

if TYPE_CHECKING:
    from slipway.domain.ids import Address

_DIGEST_BYTES: Final = 8
_MAX_LENGTH: Final = 512
"""A key holds an address and a number, about 80 bytes."""


def cursor_of(owner: Address, key: str | None) -> str | None:
    """The cursor of a node's `next_key` (base64); None at the end of the list."""
    if not key:
        return None
    raw = base64.b64decode(key, validate=True)
    return base64.urlsafe_b64encode(_digest(owner, raw) + raw).rstrip(b"=").decode()


def key_of(owner: Address, cursor: str) -> str:
    """The page key of a cursor. Raises FieldInvalid for one that was not made for `owner`."""
    if len(cursor) > _MAX_LENGTH or not cursor.isascii():
        raise not_ours()
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise not_ours() from None
    digest, raw = packed[:_DIGEST_BYTES], packed[_DIGEST_BYTES:]
    if not raw or digest != _digest(owner, raw):
        raise not_ours()
    return base64.b64encode(raw).decode()


def not_ours() -> FieldInvalid:
    return FieldInvalid(path="cursor", mend="Use nextCursor of the page before; an empty cursor begins")


def _digest(owner: Address, raw: bytes) -> bytes:
    return hashlib.sha256(b"slipway cursor\x00" + owner.encode() + b"\x00" + raw).digest()[:_DIGEST_BYTES]
