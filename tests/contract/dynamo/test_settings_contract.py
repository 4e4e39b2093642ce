"""One contract for the settings of deployments and wallets: the fake, and the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slipway.adapters.dynamo_settings import DynamoSettings
from slipway.domain.ids import Dseq, UserId
from slipway.domain.settings import DeploymentSetting, WalletSetting

from tests.fakes.settings import FakeSettings
from tests.fakes.tables import create_settings_table

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)
ALICE, BOB = UserId("alice"), UserId("bob")
SEVEN = DeploymentSetting("id-7", ALICE, Dseq(7), True, created_at=NOON, updated_at=NOON)
RELOAD = WalletSetting("id-w", ALICE, False, "threshold", 1050, 2525, created_at=NOON, updated_at=NOON)


@pytest.fixture(params=["fake", "dynamo"])
def settings(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeSettings()
    client = request.getfixturevalue("dynamodb")
    create_settings_table(client, "settings")
    return DynamoSettings(client, "settings")


def test_a_setting_is_read_as_it_was_made(settings: FakeSettings) -> None:
    assert settings.of_deployment(ALICE, Dseq(7)) is None

    assert settings.add(SEVEN)

    assert settings.of_deployment(ALICE, Dseq(7)) == SEVEN
    assert settings.of_deployment(ALICE, Dseq(8)) is None
    assert settings.of_deployment(BOB, Dseq(7)) is None


def test_a_setting_is_made_once(settings: FakeSettings) -> None:
    settings.add(SEVEN)

    assert not settings.add(replace(SEVEN, id="id-8", auto_top_up=False))
    assert settings.of_deployment(ALICE, Dseq(7)) == SEVEN


def test_a_change_keeps_the_id_and_the_time_of_creation(settings: FakeSettings) -> None:
    settings.add(SEVEN)

    put = settings.put(DeploymentSetting("id-8", ALICE, Dseq(7), False, created_at=LATER, updated_at=LATER))

    assert put == settings.of_deployment(ALICE, Dseq(7))
    assert put == replace(SEVEN, auto_top_up=False, updated_at=LATER)


def test_a_change_makes_what_is_not_there(settings: FakeSettings) -> None:
    assert settings.put(SEVEN) == settings.of_deployment(ALICE, Dseq(7)) == SEVEN


def test_a_users_settings_are_all_of_their_deployments_and_nothing_else(settings: FakeSettings) -> None:
    huge = replace(SEVEN, dseq=Dseq(2**64 - 1))
    for each in (SEVEN, huge, replace(SEVEN, user=BOB)):
        settings.add(each)
    settings.put_wallet(RELOAD)

    assert set(settings.of_user(ALICE)) == {SEVEN, huge}
    assert settings.of_user(UserId("carol")) == ()


def test_a_wallets_setting_is_one_row_that_can_go(settings: FakeSettings) -> None:
    assert settings.of_wallet(ALICE) is None
    settings.put_wallet(RELOAD)
    settings.put_wallet(replace(RELOAD, mode="prediction", auto_reload=True))

    assert settings.of_wallet(ALICE) == replace(RELOAD, mode="prediction", auto_reload=True)
    assert settings.remove_wallet(ALICE)
    assert not settings.remove_wallet(ALICE)
    assert settings.of_wallet(ALICE) is None
