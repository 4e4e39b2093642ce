"""One contract for the users: the fake, and the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slipway.adapters.dynamo_users import DynamoUsers
from slipway.domain.ids import UserId
from slipway.domain.user import Profile, User

from tests.fakes.tables import create_users_table
from tests.fakes.users import FakeUsers

if TYPE_CHECKING:
    from slipway.services.users import Users

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)
ALICE, BOB = UserId("alice"), UserId("bob")
PROFILE = Profile("alice@example.com", email_verified=True, username="al")


@pytest.fixture(params=["fake", "dynamo"])
def users(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeUsers()
    client = request.getfixturevalue("dynamodb")
    create_users_table(client, "users")
    return DynamoUsers(client, "users")


def test_a_user_that_was_never_seen_is_not_there(users: Users) -> None:
    assert users.get(ALICE) is None


@pytest.mark.parametrize("profile", [None, PROFILE, Profile("a@example.com", email_verified=False)])
def test_a_user_is_read_as_it_was_noted(users: Users, profile: Profile | None) -> None:
    noted = users.note(User(ALICE, NOON, NOON, profile))

    assert noted == users.get(ALICE) == User(ALICE, NOON, NOON, profile)
    assert users.get(BOB) is None


def test_the_first_sight_stays_the_first(users: Users) -> None:
    users.note(User(ALICE, NOON, NOON))

    again = users.note(User(ALICE, LATER, LATER, PROFILE))

    assert again == users.get(ALICE) == User(ALICE, NOON, LATER, PROFILE)


def test_a_profile_is_not_lost_to_a_caller_who_brings_none(users: Users) -> None:
    users.note(User(ALICE, NOON, NOON, PROFILE))

    assert users.note(User(ALICE, NOON, LATER)).profile == PROFILE


def test_a_profile_changes_as_a_whole(users: Users) -> None:
    users.note(User(ALICE, NOON, NOON, PROFILE))
    other = Profile("al@example.org", email_verified=False)

    assert users.note(User(ALICE, NOON, LATER, other)).profile == other
