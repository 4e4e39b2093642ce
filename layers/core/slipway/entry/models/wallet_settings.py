"""Bodies of the wallet settings (console-api.md §1.7). Amounts in USD, down to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from slipway.entry.issues import Issue, refusal
from slipway.entry.models.base import Model, OptionalNumber
from slipway.entry.models.times import written
from slipway.services.wallet_settings import Choice

if TYPE_CHECKING:
    from decimal import Decimal

    from slipway.services.wallet_settings import Reload

CENTS = 100
MIN_THRESHOLD_USD, MIN_AMOUNT_USD, MAX_USD = 5, 20, 10_000
"""The reference's bounds."""


def _whole_cents(usd: Decimal) -> Decimal:
    if usd * CENTS != int(usd * CENTS):
        message = "Number must be a multiple of 0.01"
        raise refusal(Issue("not_multiple_of", message, facts={"multipleOf": 0.01}))
    return usd


Threshold = Annotated[OptionalNumber, Field(ge=MIN_THRESHOLD_USD, le=MAX_USD), AfterValidator(_whole_cents)]
Amount = Annotated[OptionalNumber, Field(ge=MIN_AMOUNT_USD, le=MAX_USD), AfterValidator(_whole_cents)]


class SaveData(Model):
    auto_reload_enabled: bool = Field(validation_alias="autoReloadEnabled")
    auto_reload_mode: Literal["threshold", "prediction"] = Field(
        default=None,  # type: ignore[arg-type]  # left out, it stays as it is; null is refused
        validation_alias="autoReloadMode",
    )
    auto_reload_threshold: Threshold = Field(
        default=None, validation_alias="autoReloadThreshold", description="USD, in whole cents."
    )
    auto_reload_amount: Amount = Field(
        default=None, validation_alias="autoReloadAmount", description="USD, in whole cents."
    )


class SaveIn(Model):
    data: SaveData

    @property
    def choice(self) -> Choice:
        return Choice(
            auto_reload=self.data.auto_reload_enabled,
            mode=self.data.auto_reload_mode,
            threshold_cents=_cents(self.data.auto_reload_threshold),
            amount_cents=_cents(self.data.auto_reload_amount),
        )


class ReloadData(Model):
    """Floats only here: JSON's clients know no other number."""

    id: str
    wallet_id: int = Field(serialization_alias="walletId")
    user_id: str = Field(serialization_alias="userId")
    auto_reload_enabled: bool = Field(serialization_alias="autoReloadEnabled")
    auto_reload_mode: str = Field(serialization_alias="autoReloadMode")
    auto_reload_threshold: float = Field(serialization_alias="autoReloadThreshold", description="USD.")
    auto_reload_amount: float = Field(serialization_alias="autoReloadAmount", description="USD.")
    created_at: str = Field(serialization_alias="createdAt")
    updated_at: str = Field(serialization_alias="updatedAt")


class ReloadOut(Model):
    data: ReloadData

    @classmethod
    def of(cls, reload: Reload) -> ReloadOut:
        setting = reload.setting
        return cls(
            data=ReloadData(
                id=setting.id,
                wallet_id=reload.wallet.number,
                user_id=setting.user,
                auto_reload_enabled=setting.auto_reload,
                auto_reload_mode=setting.mode,
                auto_reload_threshold=setting.threshold_cents / CENTS,
                auto_reload_amount=setting.amount_cents / CENTS,
                created_at=written(setting.created_at),
                updated_at=written(setting.updated_at),
            )
        )


def _cents(usd: Decimal | None) -> int | None:
    return None if usd is None else int(usd * CENTS)
