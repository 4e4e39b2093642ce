"""The deployed sample: functions behind Lambda's API, and DynamoDB's time to live."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.aws.local import LocalAws
from sandbox.aws.resources import Clients


def invoke(clients: Clients, name: str, event: Any, **asked: str) -> Any:
    return clients.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **asked)


def names(clients: Clients, aws: LocalAws) -> set[str]:
    """The sort keys in the table."""
    rows = clients.client("dynamodb").scan(TableName=aws.stack.ref("Orders"))["Items"]
    return {row["sk"]["S"] for row in rows}


def test_a_function_gets_its_event_its_context_and_only_its_environment(
    aws: LocalAws, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "x")

    answer = invoke(clients, "slipway-sandbox-Echo", {"n": 1})

    seen = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer
    assert (seen["event"], seen["name"]) == ({"n": 1}, "slipway-sandbox-Echo")
    assert seen["environment"]["TABLE"] == "slipway-sandbox-Orders"
    assert seen["environment"]["KEY"] == aws.stack.ref("TreasuryKey")
    assert seen["environment"]["POOL"].startswith("us-east-1_")
    assert seen["environment"]["AWS_ENDPOINT_URL"] == aws.url
    assert "SECRET_OF_THE_SHELL" not in seen["environment"]


def test_a_function_is_found_by_its_arn(aws: LocalAws, clients: Clients) -> None:
    answer = invoke(clients, aws.stack.attribute("Echo", "Arn"), {})

    assert answer["StatusCode"] == 200


def test_an_exception_is_a_function_error(clients: Clients) -> None:
    answer = invoke(clients, "slipway-sandbox-Raises", {})

    error = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("LookupError", "no such thing")


def test_a_function_over_its_timeout_is_a_function_error(clients: Clients) -> None:
    answer = invoke(clients, "slipway-sandbox-Sleeps", {})

    error = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorMessage"].endswith("Task timed out after 0.10 seconds")


def test_an_event_is_accepted_and_runs_later(aws: LocalAws, clients: Clients) -> None:
    answer = invoke(clients, "slipway-sandbox-Notes", {"text": "later"}, InvocationType="Event")

    assert answer["StatusCode"] == 202
    deadline = time.monotonic() + 5
    while "later" not in names(clients, aws) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "later" in names(clients, aws)


def test_an_unknown_function_and_a_huge_payload_are_refused(clients: Clients) -> None:
    with pytest.raises(ClientError) as missing:
        invoke(clients, "nobody", {})
    with pytest.raises(ClientError) as huge:
        invoke(clients, "slipway-sandbox-Echo", "x" * (6 * 1024 * 1024))

    assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert huge.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_expired_items_are_deleted_and_others_kept(aws: LocalAws, clients: Clients) -> None:
    dynamodb, table = clients.client("dynamodb"), aws.stack.ref("Orders")
    now = int(time.time())
    expiries = {"gone": {"N": str(now - 1)}, "stays": {"N": str(now + 60)}, "text": {"S": "1"}}
    for name, expiry in expiries.items():
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "e"}, "sk": {"S": name}, "expires_at": expiry})

    aws.delete_expired()

    assert {"gone", "stays", "text"} & names(clients, aws) == {"stays", "text"}


def test_what_is_away_answers_503_until_it_is_back(aws: LocalAws, clients: Clients) -> None:
    for name, ask in (
        ("DynamoDB", lambda: names(clients, aws)),
        ("slipway-sandbox-Echo", lambda: invoke(clients, "slipway-sandbox-Echo", {})),
    ):
        aws.outages.add(name)
        with pytest.raises(ClientError) as refused:
            ask()
        aws.outages.discard(name)

        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        ask()
