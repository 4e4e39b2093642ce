"""Bodies of GET /v1/wallets, /v1/balances and /v1/weekly-cost (console-api.md §1.3, §1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from slipway.domain.money import CREDIT_DENOM, to_usd
from slipway.entry.models.base import Model, OptionalAddress, UuidField
from slipway.entry.models.times import written

if TYPE_CHECKING:
    from slipway.domain.money import MicroUsd
    from slipway.services.wallets import Balances, Funded

TOP_UP_MIN_USD = 20
"""The least that a payment adds to a wallet."""


class WalletsQuery(Model):
    user_id: UuidField = Field(validation_alias="userId", description="Your own id, of `GET /v1/user/me`.")


class WalletOut(Model):
    """`creditAmount` is in micro-USD."""

    id: int
    user_id: str = Field(serialization_alias="userId")
    address: str
    credit_amount: int = Field(serialization_alias="creditAmount", description="Micro-USD.")
    is_trialing: bool = Field(default=False, serialization_alias="isTrialing")
    created_at: str | None = Field(serialization_alias="createdAt")
    denom: str = CREDIT_DENOM
    top_up_min_amount_usd: int = Field(
        default=TOP_UP_MIN_USD, serialization_alias="topUpMinAmountUsd", description="USD."
    )

    @classmethod
    def of(cls, funded: Funded) -> WalletOut:
        wallet = funded.wallet
        return cls(
            id=wallet.number,
            user_id=wallet.user,
            address=wallet.address,
            credit_amount=funded.credit,
            created_at=written(wallet.created_at) if wallet.created_at else None,
        )


class WalletsOut(Model):
    data: list[WalletOut]

    @classmethod
    def of(cls, found: tuple[Funded, ...]) -> WalletsOut:
        return cls(data=[WalletOut.of(each) for each in found])


class BalancesQuery(Model):
    """Without an address the caller's own wallet is meant."""

    address: OptionalAddress = None


class BalancesData(Model):
    """Micro-USD."""

    balance: int = Field(description="Credit that can still be spent, in micro-USD.")
    deployments: int = Field(description="What the escrows of running deployments hold, in micro-USD.")
    total: int = Field(description="Both together, in micro-USD.")


class BalancesOut(Model):
    data: BalancesData

    @classmethod
    def of(cls, found: Balances) -> BalancesOut:
        return cls(data=BalancesData(balance=found.credit, deployments=found.deployments, total=found.total))


class WeeklyCostData(Model):
    """In USD. A float only here: JSON's clients know no other number."""

    weekly_cost: float = Field(serialization_alias="weeklyCost", description="USD.")


class WeeklyCostOut(Model):
    data: WeeklyCostData

    @classmethod
    def of(cls, cost: MicroUsd) -> WeeklyCostOut:
        return cls(data=WeeklyCostData(weekly_cost=float(to_usd(cost))))
