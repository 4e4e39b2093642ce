"""Style 12: what every function of the stack must have beside it."""

from __future__ import annotations

import json

import pytest

from tests.template.declared import (
    AUTHORIZER,
    HTTP_FUNCTIONS,
    ROOT,
    SCHEDULED,
    SIGNERS,
    Declared,
    functions,
    of_type,
    template,
)

EVERY_FUNCTION = pytest.mark.parametrize("function", functions(), ids=lambda item: item.name)
GATEWAY_SECONDS = 29
"""What API Gateway waits for an integration unless the account's quota is raised."""
RESOURCES = 450
"""CloudFormation stops at 500 (style 12)."""
ASYNCHRONOUS_EVENTS = {"CloudWatchEvent", "EventBridgeRule", "S3", "SNS", "Schedule", "ScheduleV2"}


def test_the_stack_has_the_functions_of_the_design_and_no_other() -> None:
    assert {item.name for item in functions()} == {*HTTP_FUNCTIONS, *SIGNERS, AUTHORIZER}


def test_the_expanded_stack_stays_far_below_what_cloudformation_takes() -> None:
    """SAM adds a permission for each route, one for the authorizer, a deployment and a stage."""
    added = sum(len(item.routes) for item in functions()) + 3

    assert len(template().resources) + added < RESOURCES


@EVERY_FUNCTION
def test_a_logical_id_is_its_handler_in_camel_case(function: Declared) -> None:
    words = function.path.replace("/", "_").split("_")

    assert function.name == "".join(word.capitalize() for word in words)


@EVERY_FUNCTION
def test_a_handler_has_its_file(function: Declared) -> None:
    assert (ROOT / "functions" / f"{function.path}.py").is_file()


@EVERY_FUNCTION
def test_a_function_has_a_role_that_no_other_has(function: Declared) -> None:
    assert function.properties["Role"] == {"Fn::GetAtt": [f"{function.name}Role", "Arn"]}
    [trust] = function.role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert not function.role["Properties"].get("ManagedPolicyArns")


@EVERY_FUNCTION
def test_a_role_lists_its_actions(function: Declared) -> None:
    actions = [action for item in function.statements for action in item.actions]

    assert actions
    assert not [action for action in actions if "*" in action]


@EVERY_FUNCTION
def test_a_role_names_its_resources(function: Declared) -> None:
    """Only kms:CreateKey has none to name; there the request's tags and the key's kind are the bounds."""
    open_ended = [item for item in function.statements if "*" in item.resources]

    assert [item.actions for item in open_ended] == (
        [("kms:CreateKey",)] if function.name == "SignerOpenWallet" else []
    )
    for item in open_ended:
        assert set(item.conditions["StringEquals"]) >= {
            "aws:RequestTag/slipway-purpose",
            "aws:RequestTag/slipway-stage",
            "kms:KeySpec",
            "kms:KeyUsage",
        }


@EVERY_FUNCTION
def test_a_function_writes_to_a_log_group_of_its_own_that_forgets(function: Declared) -> None:
    group = of_type("AWS::Logs::LogGroup")[f"{function.name}Logs"]["Properties"]

    assert function.properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{function.name}Logs"}}
    assert function.actions_on(f"{function.name}Logs") == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert group["RetentionInDays"] == {"Ref": "LogRetention"}


@EVERY_FUNCTION
def test_a_function_has_a_timeout_and_memory_of_its_own(function: Declared) -> None:
    assert function.properties["MemorySize"] >= 256
    if function.name in HTTP_FUNCTIONS:
        assert 0 < function.properties["Timeout"] <= GATEWAY_SECONDS


def test_opening_a_wallet_outlasts_the_signature_that_it_waits_for() -> None:
    seconds = {item.name: item.properties["Timeout"] for item in functions()}

    assert seconds["SignerOpenWallet"] > seconds["SignerTreasury"] > GATEWAY_SECONDS
    assert seconds["SignerChangeCredit"] > 2 * seconds["SignerTreasury"]
    assert seconds["SignerUpkeep"] > 2 * seconds["SignerTreasury"]


@EVERY_FUNCTION
def test_only_the_signer_carries_the_signing_layer(function: Declared) -> None:
    carried = {"Ref": "SigningLayer"} in function.properties["Layers"]

    assert carried == (function.name in SIGNERS)
    assert {"Ref": "CoreLayer"} in function.properties["Layers"]


@EVERY_FUNCTION
def test_an_asynchronous_trigger_has_a_failure_destination_and_bounded_retries(function: Declared) -> None:
    events = function.properties.get("Events", {}).values()
    settings = function.properties.get("EventInvokeConfig", {})

    assert any(event["Type"] in ASYNCHRONOUS_EVENTS for event in events) == (function.name in SCHEDULED)
    if function.name in SCHEDULED:
        assert settings["DestinationConfig"]["OnFailure"]
        assert settings["MaximumRetryAttempts"] <= 2
        assert function.actions_on("FailuresQueue") == {"sqs:SendMessage"}
    else:
        assert {event["Type"] for event in events} <= {"Api"}


@pytest.mark.parametrize("name", sorted(SCHEDULED))
def test_a_schedules_turn_has_its_own_failure_destination_retries_and_role(name: str) -> None:
    [function] = [item for item in functions() if item.name == name]
    turns = function.properties["Events"].values()
    role = of_type("AWS::IAM::Role")[f"{name}ScheduleRole"]["Properties"]
    [policy] = role["Policies"]

    assert turns
    for turn in turns:
        assert turn["Type"] == "ScheduleV2"
        assert turn["Properties"]["RoleArn"] == {"Fn::GetAtt": [f"{name}ScheduleRole", "Arn"]}
        assert turn["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] <= 2
        assert turn["Properties"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["FailuresQueue", "Arn"]}}
    assert {
        (action, json.dumps(item["Resource"]))
        for item in policy["PolicyDocument"]["Statement"]
        for action in item["Action"]
    } == {
        ("lambda:InvokeFunction", json.dumps({"Fn::GetAtt": [name, "Arn"]})),
        ("sqs:SendMessage", json.dumps({"Fn::GetAtt": ["FailuresQueue", "Arn"]})),
    }
