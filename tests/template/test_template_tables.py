"""Tables: on demand, recoverable, protected where data is somebody's; and the stack's size."""

from __future__ import annotations

import pytest

from tests.template.declared import functions, of_type, template

KEPT_OUTSIDE_THE_SANDBOX = {"Fn::If": ["IsSandbox", "Delete", "Retain"]}
TABLES = of_type("AWS::DynamoDB::Table")
STATEFUL = {**TABLES, **of_type("AWS::KMS::Key"), **of_type("AWS::Cognito::UserPool")}
RESOURCES_BEFORE_CLOUDFORMATION_STOPS = 450
API_RESOURCES = 3
"""What SAM makes of one AWS::Serverless::Api: the API, its deployment, its stage."""


def test_the_stack_has_the_tables_of_the_design() -> None:
    assert set(TABLES) == {
        "ApiKeysTable",
        "SettingsTable",
        "UsersTable",
        "BudgetsTable",
        "FlightsTable",
        "GrantsTable",
        "IdempotencyTable",
        "IntentsTable",
        "SigningLogTable",
        "WalletsTable",
    }


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_is_on_demand_recoverable_and_encrypted(name: str) -> None:
    table = TABLES[name]["Properties"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsSandbox", False, True]}


@pytest.mark.parametrize("name", sorted(STATEFUL))
def test_what_holds_state_outlives_the_stack_outside_the_sandbox(name: str) -> None:
    assert STATEFUL[name]["DeletionPolicy"] == KEPT_OUTSIDE_THE_SANDBOX
    assert STATEFUL[name]["UpdateReplacePolicy"] == KEPT_OUTSIDE_THE_SANDBOX


def test_only_idempotency_records_expire() -> None:
    expiring = {
        name: table["Properties"]["TimeToLiveSpecification"]
        for name, table in TABLES.items()
        if "TimeToLiveSpecification" in table["Properties"]
    }

    assert expiring == {"IdempotencyTable": {"AttributeName": "expires_at", "Enabled": True}}


def test_the_expanded_stack_stays_well_under_cloudformations_limit() -> None:
    permissions = 1 + sum(len(item.routes) for item in functions())

    assert len(template().resources) + API_RESOURCES + permissions < RESOURCES_BEFORE_CLOUDFORMATION_STOPS
