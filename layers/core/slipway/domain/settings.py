"""What users set for their deployments and their wallet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import Dseq, UserId

ReloadMode = Literal["threshold", "prediction"]

TOP_UP_EVERY_MS: Final = 86_400_000
"""A day: what one top-up is meant to last for at least."""

BLOCKS_PER_DAY: Final = 24 * 600
"""At the network's six seconds a block; what is paid for is blocks, not time."""

DEFAULT_THRESHOLD_CENTS: Final = 20_00
DEFAULT_AMOUNT_CENTS: Final = 100_00
"""The reference's defaults of a wallet that reloads."""


@dataclass(frozen=True, slots=True)
class DeploymentSetting:
    """`auto_top_up`: the escrow is to be filled from the user's credit before it is empty."""

    id: str
    user: UserId
    dseq: Dseq
    auto_top_up: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WalletSetting:
    """When and by how much to buy credit. `threshold_cents` counts in mode `threshold` only."""

    id: str
    user: UserId
    auto_reload: bool
    mode: ReloadMode
    threshold_cents: int
    amount_cents: int
    created_at: datetime
    updated_at: datetime
