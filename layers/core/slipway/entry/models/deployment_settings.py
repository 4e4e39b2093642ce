"""Bodies of the deployment settings, v1 and v2 (console-api.md §1.6).

v1 names the user in the path, and in the body of POST; v2 may name one in the query. It is always the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from slipway.domain.settings import TOP_UP_EVERY_MS
from slipway.entry.issues import wrong_type
from slipway.entry.models.base import DseqField, Model, OptionalUuid
from slipway.entry.models.times import written
from slipway.entry.validation import Invalid

if TYPE_CHECKING:
    from slipway.services.deployment_settings import Outlook

V1_CREATE = "/v1/deployment-settings"


class SettingPath(Model):
    user_id: OptionalUuid = Field(default=None, validation_alias="userId")
    dseq: DseqField


class SettingQuery(Model):
    user_id: OptionalUuid = Field(default=None, validation_alias="userId")

    def acted_for(self, path: SettingPath) -> str | None:
        return path.user_id or self.user_id


class CreateData(Model):
    dseq: DseqField
    auto_top_up_enabled: bool = Field(default=False, validation_alias="autoTopUpEnabled")
    user_id: OptionalUuid = Field(
        default=None, validation_alias="userId", description="Your own id. v1 wants it, v2 does without."
    )


class CreateIn(Model):
    data: CreateData

    def acted_for(self, route: str) -> str | None:
        """Raises Invalid where v1 names nobody."""
        if route == V1_CREATE and self.data.user_id is None:
            raise Invalid((wrong_type("string", "undefined", ("data", "userId")),))
        return self.data.user_id


class ChangeData(Model):
    auto_top_up_enabled: bool = Field(validation_alias="autoTopUpEnabled")


class ChangeIn(Model):
    data: ChangeData


class SettingData(Model):
    """`estimatedTopUpAmount` in micro-USD."""

    id: str
    user_id: str = Field(serialization_alias="userId")
    dseq: str
    auto_top_up_enabled: bool = Field(serialization_alias="autoTopUpEnabled")
    closed: bool
    created_at: str = Field(serialization_alias="createdAt")
    updated_at: str = Field(serialization_alias="updatedAt")
    estimated_top_up_amount: int = Field(
        serialization_alias="estimatedTopUpAmount", description="Micro-USD, of one top-up."
    )
    top_up_frequency_ms: int = Field(
        default=TOP_UP_EVERY_MS, serialization_alias="topUpFrequencyMs", description="Milliseconds."
    )


class SettingOut(Model):
    data: SettingData

    @classmethod
    def of(cls, outlook: Outlook) -> SettingOut:
        setting = outlook.setting
        return cls(
            data=SettingData(
                id=setting.id,
                user_id=setting.user,
                dseq=str(setting.dseq),
                auto_top_up_enabled=setting.auto_top_up,
                closed=outlook.closed,
                created_at=written(setting.created_at),
                updated_at=written(setting.updated_at),
                estimated_top_up_amount=outlook.estimated_top_up,
            )
        )
