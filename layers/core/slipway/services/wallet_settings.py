"""When a wallet buys credit by itself: stored and checked here; the buying needs a payment method first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from slipway.domain.errors import PaymentsNotSetUp, WalletNotFound, WalletSettingNotFound
from slipway.domain.settings import DEFAULT_AMOUNT_CENTS, DEFAULT_THRESHOLD_CENTS, WalletSetting

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.ids import UserId
    from slipway.domain.settings import ReloadMode
    from slipway.domain.wallet import Wallet
    from slipway.services.ports import Wallets


class WalletSettings(Protocol):
    """At most one row a user."""

    def of_wallet(self, user: UserId) -> WalletSetting | None: ...

    def put_wallet(self, setting: WalletSetting) -> None: ...

    def remove_wallet(self, user: UserId) -> bool:
        """False where there was none."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user asked for; None leaves what is set, or the default."""

    auto_reload: bool
    mode: ReloadMode | None
    threshold_cents: int | None
    amount_cents: int | None

    def over(self, known: WalletSetting, *, at: datetime) -> WalletSetting:
        return replace(
            known,
            auto_reload=self.auto_reload,
            mode=self.mode or known.mode,
            threshold_cents=known.threshold_cents if self.threshold_cents is None else self.threshold_cents,
            amount_cents=known.amount_cents if self.amount_cents is None else self.amount_cents,
            updated_at=at,
        )


@dataclass(frozen=True, slots=True)
class Reload:
    """A wallet with its setting."""

    wallet: Wallet
    setting: WalletSetting


def read(*, user: UserId, settings: WalletSettings, wallets: Wallets) -> Reload:
    """Raises WalletSettingNotFound, also where there is no wallet."""
    setting = settings.of_wallet(user)
    if setting is None:
        raise WalletSettingNotFound
    try:
        return Reload(wallets.of(user), setting)
    except WalletNotFound:
        raise WalletSettingNotFound from None


def save(
    *,
    user: UserId,
    choice: Choice,
    new_id: str,
    now: datetime,
    settings: WalletSettings,
    wallets: Wallets,
) -> Reload:
    """Make or change the setting. Raises WalletNotFound, PaymentsNotSetUp for a wish to reload."""
    wallet = wallets.of(user)
    if choice.auto_reload:
        raise PaymentsNotSetUp
    known = settings.of_wallet(user) or WalletSetting(
        id=new_id,
        user=user,
        auto_reload=False,
        mode="prediction",
        threshold_cents=DEFAULT_THRESHOLD_CENTS,
        amount_cents=DEFAULT_AMOUNT_CENTS,
        created_at=now,
        updated_at=now,
    )
    setting = choice.over(known, at=now)
    settings.put_wallet(setting)
    return Reload(wallet, setting)


def delete(*, user: UserId, settings: WalletSettings) -> None:
    """Raises WalletSettingNotFound."""
    if not settings.remove_wallet(user):
        raise WalletSettingNotFound
