"""Blocks: what is in them and the hashes that tie them together."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.chain.execution import Outcome
    from sandbox.chain.transaction import Transaction

EMPTY_HASH = sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Block:
    """A block; time in nanoseconds. `app_hash` is of the state before it, `previous` its parent's hash."""

    height: int
    time: int
    txs: tuple[bytes, ...]
    app_hash: bytes
    previous: bytes

    @property
    def data_hash(self) -> bytes:
        return merkle_root([sha256(tx).digest() for tx in self.txs])

    @property
    def hash(self) -> bytes:
        parts = (b"%d" % self.height, b"%d" % self.time, self.data_hash, self.app_hash, self.previous)
        return sha256(b"/".join(parts)).digest()


@dataclass(frozen=True, slots=True)
class Record:
    """An included transaction and what became of it."""

    tx: Transaction
    block: Block
    outcome: Outcome


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962's tree hash, as CometBFT computes a block's data_hash."""
    if not leaves:
        return EMPTY_HASH
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()
