"""What the signer asks of the chain, and what it hears back. `chain.py` asks a real node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tip:
    """A node's latest block."""

    height: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The chain's no. `codespace` is empty where only text exists (simulation). `log` is for the operator."""

    codespace: str
    code: int
    log: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A transaction in a block. `refusal` is None where its messages ran."""

    height: int
    gas_used: int
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Reception:
    """What became of a broadcast. `refusal` is None where the mempool has it (sdk/19 included).

    `certain`: no other node can have taken the bytes in this call.
    """

    refusal: Refusal | None = None
    certain: bool = True


class Chain(Protocol):
    """All raise ChainUnavailable."""

    def account_number(self, address: str) -> int | None:
        """None for an account that the chain has never seen."""
        ...

    def tip(self, *, fresh: bool = False) -> Tip:
        """Up to a few seconds old unless `fresh`."""
        ...

    def credit(self, granter: str, grantee: str) -> int:
        """What the deposit grant still allows, in uact; 0 without one."""
        ...

    def simulate(self, raw: bytes) -> int | Refusal:
        """Gas used, or why it would not run."""
        ...

    def broadcast(self, raw: bytes) -> Reception: ...

    def transaction(self, tx_hash: str) -> Inclusion | None:
        """None while no block has it."""
        ...

    def absent_at(self, tx_hash: str, timeout_ns: int) -> Tip | None:
        """The tip of one node that is past `timeout_ns` and, asked after, does not know the transaction.

        None where the node is not past it, or knows the transaction.
        """
        ...
