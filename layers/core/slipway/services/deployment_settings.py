"""Settings of single deployments. One that nobody has made is made when it is first read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.errors import (
    ActsForAnother,
    DeploymentNotFound,
    DeploymentSettingExists,
    DeploymentSettingNotFound,
)
from slipway.domain.money import CREDIT_DENOM, SCALE, MicroUsd
from slipway.domain.settings import BLOCKS_PER_DAY, DeploymentSetting
from slipway.services.wallets import ready

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from slipway.domain.deployment import Lease
    from slipway.domain.ids import Dseq, UserId
    from slipway.services.ports import ChainReads, Wallets

BLOCKS_PER_WEEK = 7 * BLOCKS_PER_DAY


class DeploymentSettings(Protocol):
    """One row a user and dseq."""

    def of_deployment(self, user: UserId, dseq: Dseq) -> DeploymentSetting | None: ...

    def of_user(self, user: UserId) -> tuple[DeploymentSetting, ...]: ...

    def add(self, setting: DeploymentSetting) -> bool:
        """False, with nothing written, where the deployment has one already."""
        ...

    def put(self, setting: DeploymentSetting) -> DeploymentSetting:
        """Write the choice; an older row keeps its id and its time of creation. The row as it then stands."""
        ...


@dataclass(frozen=True, slots=True)
class Outlook:
    """A setting beside what the chain says of its deployment. A deployment that is not there is not closed.

    `estimated_top_up`: what a day costs at the present rate, as far as it is topped up.
    """

    setting: DeploymentSetting
    closed: bool
    estimated_top_up: MicroUsd


@dataclass(frozen=True, slots=True)
class _Found:
    """What the chain says of a deployment."""

    has_wallet: bool
    closed: bool
    daily_cost: MicroUsd

    def outlook(self, setting: DeploymentSetting) -> Outlook:
        topped_up = setting.auto_top_up and not self.closed
        return Outlook(setting, self.closed, self.daily_cost if topped_up else MicroUsd(0))


def read(
    *,
    user: UserId,
    acted_for: str | None,
    dseq: Dseq,
    new_id: str,
    now: datetime,
    settings: DeploymentSettings,
    wallets: Wallets,
    chain: ChainReads,
) -> Outlook:
    """The setting; made with `new_id` where there is none yet, on if there is a wallet to pay from.

    Raises DeploymentSettingNotFound for another user's.
    """
    _must_be_own(user, acted_for)
    found = _found(user, dseq, wallets, chain)
    known = settings.of_deployment(user, dseq)
    if known is None:
        made = DeploymentSetting(new_id, user, dseq, found.has_wallet, created_at=now, updated_at=now)
        # of two first reads one makes the row, and both tell it
        known = made if settings.add(made) else settings.of_deployment(user, dseq) or made
    return found.outlook(known)


def create(
    *,
    user: UserId,
    acted_for: str | None,
    dseq: Dseq,
    auto_top_up: bool,
    new_id: str,
    now: datetime,
    settings: DeploymentSettings,
    wallets: Wallets,
    chain: ChainReads,
) -> Outlook:
    """Raises ActsForAnother, DeploymentSettingExists. A repeat with the same id makes it once."""
    if acted_for not in (None, user):
        raise ActsForAnother
    found = _found(user, dseq, wallets, chain)
    made = DeploymentSetting(new_id, user, dseq, auto_top_up, created_at=now, updated_at=now)
    if not settings.add(made):
        known = settings.of_deployment(user, dseq)
        if known is None or known.id != new_id:
            raise DeploymentSettingExists
        made = known
    return found.outlook(made)


def change(
    *,
    user: UserId,
    acted_for: str | None,
    dseq: Dseq,
    auto_top_up: bool,
    new_id: str,
    now: datetime,
    settings: DeploymentSettings,
    wallets: Wallets,
    chain: ChainReads,
) -> Outlook:
    """Make the choice, whether there is a setting yet or not. Raises DeploymentSettingNotFound."""
    _must_be_own(user, acted_for)
    found = _found(user, dseq, wallets, chain)
    wanted = DeploymentSetting(new_id, user, dseq, auto_top_up, created_at=now, updated_at=now)
    return found.outlook(settings.put(wanted))


def weekly_cost(
    *, user: UserId, settings: DeploymentSettings, wallets: Wallets, chain: ChainReads
) -> MicroUsd:
    """What a week of all running deployments with auto top-up costs at their present rates.

    Nothing without a wallet.
    """
    wallet = ready(user, wallets)
    topped_up = {each.dseq for each in settings.of_user(user) if each.auto_top_up}
    if wallet is None or not topped_up:
        return MicroUsd(0)
    leases = [lease for lease in chain.leases(wallet.address) if lease.id.dseq in topped_up]
    return _cost(leases, BLOCKS_PER_WEEK)


def _must_be_own(user: UserId, acted_for: str | None) -> None:
    if acted_for not in (None, user):
        raise DeploymentSettingNotFound


def _found(user: UserId, dseq: Dseq, wallets: Wallets, chain: ChainReads) -> _Found:
    wallet = ready(user, wallets)
    if wallet is None:
        return _Found(has_wallet=False, closed=False, daily_cost=MicroUsd(0))
    try:
        closed = not chain.deployment(wallet.address, dseq).is_open
    except DeploymentNotFound:
        return _Found(has_wallet=True, closed=False, daily_cost=MicroUsd(0))
    leases = () if closed else chain.leases(wallet.address, dseq)
    return _Found(True, closed, _cost((lease for lease in leases if lease.is_active), BLOCKS_PER_DAY))


def _cost(leases: Iterable[Lease], blocks: int) -> MicroUsd:
    """Of some blocks of these leases, rounded up: it is what will be charged."""
    rate = sum(lease.price.scaled for lease in leases if lease.price.denom == CREDIT_DENOM)
    return MicroUsd(-(-rate * blocks // SCALE))
