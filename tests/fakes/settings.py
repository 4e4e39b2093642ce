"""Settings in memory: passes the same contract as the table (tests/contract/dynamo)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.ids import Dseq, UserId
    from slipway.domain.settings import DeploymentSetting, WalletSetting


class FakeSettings:
    """`DeploymentSettings` and `WalletSettings`."""

    def __init__(self) -> None:
        self.deployments: dict[tuple[UserId, Dseq], DeploymentSetting] = {}
        self.wallets: dict[UserId, WalletSetting] = {}

    def of_deployment(self, user: UserId, dseq: Dseq) -> DeploymentSetting | None:
        return self.deployments.get((user, dseq))

    def of_user(self, user: UserId) -> tuple[DeploymentSetting, ...]:
        return tuple(row for row in self.deployments.values() if row.user == user)

    def add(self, setting: DeploymentSetting) -> bool:
        return self.deployments.setdefault((setting.user, setting.dseq), setting) is setting

    def put(self, setting: DeploymentSetting) -> DeploymentSetting:
        known = self.deployments.get((setting.user, setting.dseq))
        if known is not None:
            setting = replace(setting, id=known.id, created_at=known.created_at)
        self.deployments[setting.user, setting.dseq] = setting
        return setting

    def of_wallet(self, user: UserId) -> WalletSetting | None:
        return self.wallets.get(user)

    def put_wallet(self, setting: WalletSetting) -> None:
        self.wallets[setting.user] = setting

    def remove_wallet(self, user: UserId) -> bool:
        return self.wallets.pop(user, None) is not None
