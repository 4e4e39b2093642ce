"""POST /v1/tx: raw messages for the signer, and for nobody else."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.errors import DeploymentClosed, MessageUndecodable, PolicyRefused
from slipway.domain.messages import RawMessage

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

CLOSE = "/akash.deployment.v1beta4.MsgCloseDeployment"
DEPOSIT = "/akash.escrow.v1.MsgAccountDeposit"
CERTIFICATE = "/akash.cert.v1.MsgCreateCertificate"
VALUE = base64.b64encode(b"anything").decode()


def send(api: Api, *types: str, value: str = VALUE, user_id: str = "alice", **parts: Any) -> Answer:
    messages = [{"typeUrl": each, "value": value} for each in types]
    body = {"data": {"userId": user_id, "messages": messages}}
    return api.call("transactions.send", "POST", "/v1/tx", body=body, **parts)


def sent(api: Api) -> list[tuple[RawMessage, ...]]:
    return [*api.world.signer.raw.values()]


def test_messages_land_in_one_transaction(api: Api) -> None:
    answer = send(api, CLOSE, DEPOSIT)

    data = answer.body["data"]
    assert answer.status == 200
    assert (data["code"], data["rawLog"]) == (0, "")
    assert data["hash"] == data["transactionHash"]
    assert sent(api) == [(RawMessage(CLOSE, b"anything"), RawMessage(DEPOSIT, b"anything"))]


def test_a_repeat_with_the_same_key_lands_nothing_twice(api: Api) -> None:
    answers = [send(api, CLOSE, key="once") for _ in range(2)]

    assert answers[0].body == answers[1].body
    assert len(sent(api)) == 1


def test_only_the_messages_of_policy_are_taken(api: Api) -> None:
    [issue] = send(api, "/cosmos.bank.v1beta1.MsgSend").body["data"]

    assert issue["code"] == "invalid_enum_value"
    assert issue["path"] == ["data", "messages", 0, "typeUrl"]
    assert issue["options"][0] == "/akash.deployment.v1beta4.MsgCreateDeployment"
    assert len(issue["options"]) == 6


def test_there_must_be_a_message(api: Api) -> None:
    for answer in (send(api), send(api, user=None)):
        [issue] = answer.body["data"]
        assert issue["message"] == "Array must contain at least 1 element(s)"


@pytest.mark.parametrize("value", ["not base64!", "YQ", "é"])
def test_what_is_no_base64_is_no_message(api: Api, value: str) -> None:
    answer = send(api, CLOSE, value=value)

    assert answer.status == 400
    assert answer.body["message"] == f"Failed to decode message at index 0 (typeUrl: {CLOSE})"


@pytest.mark.parametrize(
    ("refusal", "status", "message"),
    [
        (MessageUndecodable(index=1, type_url=CLOSE), 400, "Failed to decode message at index 1"),
        (DeploymentClosed(), 400, "Deployment closed"),
        (PolicyRefused(rule="own_account_only", what="id.owner"), 403, "This transaction is not allowed"),
    ],
)
def test_what_the_signer_refuses_is_told(api: Api, refusal: Any, status: int, message: str) -> None:
    api.world.signer.refuses = refusal

    answer = send(api, CLOSE)

    assert answer.status == status
    assert answer.body["message"].startswith(message)


def test_nobody_acts_for_another(api: Api) -> None:
    api.world.user("bob")

    answer = send(api, CLOSE, user_id="bob")

    assert (answer.status, answer.body["message"]) == (404, "UserWallet Not Found")
    assert sent(api) == []


def test_each_message_needs_the_right_of_its_endpoint(api: Api) -> None:
    scopes = "deployments:write"

    assert send(api, CLOSE, scopes=scopes).status == 200
    assert [send(api, each, scopes=scopes).status for each in (DEPOSIT, CERTIFICATE)] == [403, 403]
    assert send(api, DEPOSIT, scopes=f"{scopes} deployments:fund").status == 200
