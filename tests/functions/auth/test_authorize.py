"""The authorizer: every request anew, a policy for this stage alone, no credential in the log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from auth import authorize
from moto import mock_aws
from slipway.domain.ids import KeyId, UserId
from slipway.entry import wiring

from tests.fakes.tables import REGION, create_api_keys_table, create_idempotency_table
from tests.functions.calling import Api

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:execute-api:us-east-1:123456789012:x1y2z3/prod/GET/v1/deployments"


@pytest.fixture
def text(functions_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Alice's key, made as users make them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("JWT_AUDIENCE", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        create_api_keys_table(client, "api-keys")
        create_idempotency_table(client, "idempotency")
        _forget()
        body = {"data": {"name": "ci"}}
        made = Api().call("api_keys.create", "POST", "/v1/api-keys", body=body, key_id="")
        yield made.body["data"]["apiKey"]
        _forget()


def _forget() -> None:
    for name in ("_api_keys", "_idempotency", "_client"):
        getattr(wiring, name).cache_clear()


def ask(**headers: str) -> dict[str, Any]:
    sent = {name.replace("_", "-"): [value] for name, value in headers.items()}
    event = {"methodArn": ARN, "multiValueHeaders": sent, "requestContext": {"requestId": "request-1"}}
    return authorize.handler(event, None)


def effect(policy: dict[str, Any]) -> str:
    [statement] = policy["policyDocument"]["Statement"]
    assert statement["Resource"] == "arn:aws:execute-api:us-east-1:123456789012:x1y2z3/prod/*"
    return str(statement["Effect"])


@pytest.mark.parametrize("header", ["x_api_key", "X_Api_Key", "X_API_KEY"])
def test_a_good_key_is_let_in_with_its_user_and_scopes(text: str, header: str) -> None:
    policy = ask(**{header: text})

    assert effect(policy) == "Allow"
    assert policy["context"]["user_id"] == "alice"
    assert policy["context"]["environment"] == "test"
    assert all(isinstance(value, str) for value in policy["context"].values())


def test_a_revoked_key_stops_at_the_next_request(text: str) -> None:
    key = ask(x_api_key=text)["context"]["key_id"]
    wiring.api_keys().remove(UserId("alice"), KeyId(key))

    policy = ask(x_api_key=text)

    assert effect(policy) == "Deny"
    assert policy["context"] == {"message": "Invalid API key"}


def test_what_is_no_key_is_denied_with_a_word(text: str) -> None:
    policy = ask(x_api_key="nonsense")

    assert (effect(policy), policy["context"]) == ("Deny", {"message": "Invalid API key"})


@pytest.mark.parametrize(
    "headers",
    [{}, {"x_api_key": " "}, {"authorization": "Bearer x"}, {"authorization": "Basic eDp5"}],
)
def test_who_is_not_known_passes_as_nobody_and_is_refused_by_the_endpoint(
    text: str, headers: dict[str, str]
) -> None:
    policy = ask(**headers)

    assert (effect(policy), policy["context"]) == ("Allow", {})
    answer = Api().call("deployments.list", "GET", "/v1/deployments", authorizer=policy["context"])
    assert (answer.status, answer.body["message"]) == (401, "Unauthorized")


def test_two_credentials_pass_for_the_endpoint_to_refuse(text: str) -> None:
    policy = ask(x_api_key=text, authorization="Bearer x")

    assert (effect(policy), policy["context"]) == ("Allow", {"refusal": "ambiguous_credentials"})
    answer = Api().call("deployments.list", "GET", "/v1/deployments", authorizer=policy["context"])
    assert (answer.status, answer.body["reason"]) == (400, "ambiguous_credentials")


def test_no_credential_stands_in_the_log(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "a logger that begins with this test")
    wrong = text[:-1] + ("0" if text[-1] != "0" else "1")
    ask(x_api_key=wrong)

    logged = capsys.readouterr().out
    [line] = [json.loads(each) for each in logged.splitlines() if "CREDENTIALS_REFUSED" in each]
    assert line["why"] == "malformed"
    assert wrong not in logged
