"""One contract for the keys' table and for the fake that other tests use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slipway.adapters.dynamo_api_keys import DynamoApiKeys
from slipway.domain.api_key import ApiKey, KeyChange
from slipway.domain.budget import Budget
from slipway.domain.errors import InternalFault
from slipway.domain.ids import KeyId, UserId
from slipway.domain.money import MicroUsd

from tests.fakes.api_keys import FakeApiKeys
from tests.fakes.tables import create_api_keys_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALICE, BOB = UserId("alice"), UserId("bob")
BOTH = Budget(MicroUsd(25_000_000), MicroUsd(5_000_001))
BUDGETS = (None, BOTH, Budget(total=MicroUsd(0)), Budget(per_day=MicroUsd(10**15)))


def a_key(name: str = "ci", user: UserId = ALICE) -> ApiKey:
    return ApiKey(
        id=KeyId(f"id-{name}"),
        user=user,
        name=name,
        digest=f"digest of {user}'s {name}",
        key_format="sw.test.abcdef***uvwxyz",
        environment="test",
        scopes=frozenset({"deployments:read", "bids:read"}),
        created_at=NOON,
        updated_at=NOON,
        expires_at=NOON + timedelta(days=30),
        last_used_at=None,
    )


@pytest.fixture(params=["fake", "dynamo"])
def keys(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeApiKeys()
    client = request.getfixturevalue("dynamodb")
    create_api_keys_table(client, "keys")
    return DynamoApiKeys(client, "keys")


def test_a_key_is_found_by_id_by_digest_and_in_the_list(keys: Any) -> None:
    key = a_key()

    assert keys.add(key)

    assert keys.get(ALICE, key.id) == key
    assert keys.by_digest(key.digest) == key
    assert keys.of_user(ALICE) == (key,)


def test_a_key_without_expiry_and_scopes_comes_back_so(keys: Any) -> None:
    key = replace(a_key(), expires_at=None, scopes=frozenset())

    keys.add(key)

    assert keys.get(ALICE, key.id) == key


def test_an_id_is_given_once_and_the_second_key_opens_nothing(keys: Any) -> None:
    first = a_key()
    second = replace(first, digest="another digest", name="another")
    keys.add(first)

    assert not keys.add(second)

    assert keys.get(ALICE, first.id) == first
    assert keys.by_digest(second.digest) is None


def test_users_have_their_own_keys(keys: Any) -> None:
    keys.add(a_key("ci", ALICE))
    keys.add(a_key("ci", BOB))

    assert [key.user for key in keys.of_user(ALICE)] == [ALICE]
    assert keys.get(BOB, KeyId("id-ci")).user == BOB
    assert keys.get(UserId("carol"), KeyId("id-ci")) is None


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_key_comes_back_with_its_budget(keys: Any, budget: Budget | None) -> None:
    key = replace(a_key(), budget=budget)

    keys.add(key)

    assert keys.get(ALICE, key.id) == key
    assert keys.of_user(ALICE) == (key,)
    assert keys.by_digest(key.digest) == a_key()


@pytest.mark.parametrize("before", BUDGETS)
@pytest.mark.parametrize("after", BUDGETS)
def test_a_budget_takes_the_place_of_the_former_one(
    keys: Any, before: Budget | None, after: Budget | None
) -> None:
    key = replace(a_key(), budget=before)
    keys.add(key)

    changed = keys.change(ALICE, key.id, KeyChange(sets_budget=True, budget=after), at=NOON)

    assert changed == keys.get(ALICE, key.id) == replace(key, budget=after)


def test_name_and_budget_change_together_or_alone(keys: Any) -> None:
    key = replace(a_key(), budget=BOTH)
    keys.add(key)

    renamed = keys.change(ALICE, key.id, KeyChange("deploy"), at=NOON)
    both = keys.change(ALICE, key.id, KeyChange("again", sets_budget=True), at=NOON)

    assert (renamed.name, renamed.budget) == ("deploy", BOTH)
    assert (both.name, both.budget) == ("again", None)


def test_a_renamed_key_keeps_all_else(keys: Any) -> None:
    key = a_key()
    keys.add(key)
    later = NOON + timedelta(hours=1)

    renamed = keys.change(ALICE, key.id, KeyChange("deploy"), at=later)

    assert renamed == replace(key, name="deploy", updated_at=later)
    assert keys.get(ALICE, key.id) == renamed
    assert keys.by_digest(key.digest).scopes == key.scopes


def test_renaming_what_is_not_there_makes_nothing(keys: Any) -> None:
    assert keys.change(ALICE, KeyId("id-none"), KeyChange("x"), at=NOON) is None

    assert keys.of_user(ALICE) == ()


def test_a_removed_key_is_gone_from_every_side(keys: Any) -> None:
    key = a_key()
    keys.add(key)

    keys.remove(ALICE, key.id)
    keys.remove(ALICE, key.id)

    assert keys.get(ALICE, key.id) is None
    assert keys.by_digest(key.digest) is None
    assert keys.of_user(ALICE) == ()


def test_another_users_key_is_not_removed(keys: Any) -> None:
    key = a_key()
    keys.add(key)

    keys.remove(BOB, key.id)

    assert keys.by_digest(key.digest) == key


def test_a_use_shows_in_the_list_and_to_the_next_request(keys: Any) -> None:
    key = a_key()
    keys.add(key)

    keys.note_use(key, NOON)

    assert keys.of_user(ALICE)[0].last_used_at == NOON
    assert keys.by_digest(key.digest).last_used_at == NOON


def test_a_use_does_not_bring_a_removed_key_back(keys: Any) -> None:
    key = a_key()
    keys.add(key)
    keys.remove(ALICE, key.id)

    keys.note_use(key, NOON)

    assert keys.by_digest(key.digest) is None
    assert keys.of_user(ALICE) == ()


def test_the_table_holds_no_text_of_a_key(dynamodb: DynamoDBClient) -> None:
    create_api_keys_table(dynamodb, "keys")
    key = a_key()

    DynamoApiKeys(dynamodb, "keys").add(key)

    items = dynamodb.scan(TableName="keys")["Items"]
    assert sorted(item["pk"]["S"] for item in items) == [f"HASH#{key.digest}", "USER#alice"]
    assert {name for item in items for name in item} == {
        *("pk", "sk", "id", "user_id", "name", "digest", "key_format", "environment", "scopes"),
        *("created_at", "updated_at", "expires_at"),
    }


class _Busy:
    """A client whose transactions meet another one every time."""

    class exceptions:  # noqa: N801 (boto3's own name)
        class TransactionCanceledException(Exception):
            response = {"CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}]}

    def __init__(self) -> None:
        self.tries = 0

    def transact_write_items(self, **_: Any) -> None:
        self.tries += 1
        raise self.exceptions.TransactionCanceledException

    def get_item(self, **_: Any) -> dict[str, Any]:
        texts = {
            **dict.fromkeys(("id", "user_id", "name", "digest", "key_format", "environment"), "x"),
            **{"scopes": "", "created_at": NOON.isoformat(), "updated_at": NOON.isoformat()},
        }
        return {"Item": {name: {"S": text} for name, text in texts.items()}}


def test_a_key_in_use_is_never_taken_for_added_or_removed() -> None:
    client: Any = _Busy()
    keys = DynamoApiKeys(client, "keys")

    with pytest.raises(InternalFault, match="Internal"):
        keys.add(a_key())
    with pytest.raises(InternalFault):
        keys.remove(ALICE, KeyId("x"))

    assert client.tries == 1 + 3


def test_a_use_that_meets_another_write_is_let_go() -> None:
    client: Any = _Busy()

    DynamoApiKeys(client, "keys").note_use(a_key(), NOON)

    assert client.tries == 1
