"""What a service asks the signer to do. The signer's adapter puts it into protobuf's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

MAX_BYTES: Final = 128 * 1024
"""Of one transaction's messages as JSON. Twice this, as JSON and as protobuf, still fits into one DynamoDB
item (400 KB), where the signer keeps them."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.ids import BidId, Dseq
    from slipway.domain.money import MicroUsd


@dataclass(frozen=True, slots=True)
class CreateDeployment:
    """`groups` are GroupSpecs in protobuf's JSON, `version` has 32 bytes, `reclamation` is like `7200s`."""

    dseq: Dseq
    groups: tuple[Mapping[str, Any], ...]
    version: bytes
    deposit: MicroUsd
    reclamation: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateDeployment:
    dseq: Dseq
    version: bytes


@dataclass(frozen=True, slots=True)
class CloseDeployment:
    dseq: Dseq


@dataclass(frozen=True, slots=True)
class DepositEscrow:
    dseq: Dseq
    amount: MicroUsd


@dataclass(frozen=True, slots=True)
class CreateLease:
    bid: BidId


Message = CreateDeployment | UpdateDeployment | CloseDeployment | DepositEscrow | CreateLease


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message that the user wrote: only the signer can read it."""

    type_url: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction of raw messages that is in a block."""

    tx_hash: str
    height: int


@dataclass(frozen=True, slots=True)
class Committed:
    """A transaction that is in a block. `dseq` is that of its first message, as stored with the intent."""

    intent_id: str
    tx_hash: str
    height: int
    dseq: Dseq
