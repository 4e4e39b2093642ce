"""The budget that a user gave a key is the one that the signer reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slipway.adapters.dynamo_api_keys import DynamoApiKeys
from slipway.domain import budget as domain
from slipway.domain.api_key import KeyChange
from slipway.domain.errors import ApiKeyGone, SignerUnavailable
from slipway.domain.ids import UserId
from slipway.domain.money import MicroUsd
from slipway_signing.budgets import Budget
from slipway_signing.key_budgets_dynamo import ATTRIBUTES, DynamoKeyBudgets

from tests.contract.dynamo.test_api_keys_contract import ALICE, NOON, a_key
from tests.contract.signing.tables import make
from tests.template.declared import function
from tests.unit.signing.signing_fakes import World

KEY = a_key()
INTENT = replace(World().wanted(key_id=KEY.id), user_id=ALICE)


@pytest.fixture
def keys(dynamo: Any) -> DynamoApiKeys:
    return DynamoApiKeys(dynamo, make(dynamo, "ApiKeysTable"))


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, None),
        (domain.Budget(MicroUsd(25), MicroUsd(5)), Budget(KEY.id, 25, 5)),
        (domain.Budget(total=MicroUsd(0)), Budget(KEY.id, 0, None)),
        (domain.Budget(per_day=MicroUsd(10**15)), Budget(KEY.id, None, 10**15)),
    ],
)
def test_the_signer_reads_what_the_user_gave(
    dynamo: Any, keys: DynamoApiKeys, given: domain.Budget | None, read: Budget | None
) -> None:
    keys.add(replace(KEY, budget=given))

    assert DynamoKeyBudgets(dynamo, "ApiKeysTable").of(INTENT) == read


def test_a_change_counts_from_the_next_read(dynamo: Any, keys: DynamoApiKeys) -> None:
    keys.add(replace(KEY, budget=domain.Budget(MicroUsd(25), MicroUsd(5))))
    changed = domain.Budget(total=MicroUsd(9))

    keys.change(ALICE, KEY.id, KeyChange(sets_budget=True, budget=changed), at=NOON)

    assert DynamoKeyBudgets(dynamo, "ApiKeysTable").of(INTENT) == Budget(KEY.id, 9, None)


def test_a_key_that_is_deleted_or_another_users_is_gone(dynamo: Any, keys: DynamoApiKeys) -> None:
    budgets = DynamoKeyBudgets(dynamo, "ApiKeysTable")
    keys.add(KEY)

    with pytest.raises(ApiKeyGone):
        budgets.of(replace(INTENT, user_id=UserId("bob")))
    keys.remove(ALICE, KEY.id)
    with pytest.raises(ApiKeyGone):
        budgets.of(INTENT)


def test_a_table_that_does_not_answer_is_no_key_that_is_gone(dynamo: Any) -> None:
    with pytest.raises(SignerUnavailable):
        DynamoKeyBudgets(dynamo, "none-of-that-name").of(INTENT)


def test_what_is_read_is_what_the_signers_role_may_read() -> None:
    [statement] = [each for each in function("SignerSign").statements if each.reaches("ApiKeysTable")]

    assert statement.actions == ("dynamodb:GetItem",)
    allowed = statement.conditions["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert set(allowed) == {"sk", *ATTRIBUTES}
    assert statement.conditions["Null"] == {"dynamodb:Attributes": "false"}
    [place] = statement.conditions["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert domain.key_place(ALICE, KEY.id)[0].startswith(place.removesuffix("*"))
