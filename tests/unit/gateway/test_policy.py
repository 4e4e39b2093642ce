from typing import Any

import pytest

from sandbox.gateway.policy import MalformedAnswerError, Verdict, decide

ARN = "arn:aws:execute-api:us-east-1:123456789012:sandbox/prod/GET/v1/deployments/42"
API = "arn:aws:execute-api:us-east-1:123456789012:sandbox"


def statement(effect: str, resource: Any, action: Any = "execute-api:Invoke") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def answer(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {"principalId": "alice", "policyDocument": document, **more}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([statement("Allow", "*")], Verdict.ALLOWED),
        ([statement("Allow", ARN)], Verdict.ALLOWED),
        ([statement("Allow", f"{API}/*/GET/*")], Verdict.ALLOWED),
        ([statement("Allow", f"{API}/prod/GET/v1/deployments/4?")], Verdict.ALLOWED),
        ([statement("Allow", [f"{API}/other/*", ARN], ["s3:*", "execute-api:*"])], Verdict.ALLOWED),
        ([statement("Allow", ARN, "EXECUTE-API:invoke")], Verdict.ALLOWED),
        ([statement("Allow", f"{API}/*/POST/*")], Verdict.NOT_ALLOWED),
        ([statement("Allow", "*", "execute-api:ManageConnections")], Verdict.NOT_ALLOWED),
        ([statement("Allow", ARN[:-1])], Verdict.NOT_ALLOWED),
        ([], Verdict.NOT_ALLOWED),
        ([statement("Allow", "*"), statement("Deny", f"{API}/*/GET/*")], Verdict.DENIED),
        ([statement("Deny", "*"), statement("Allow", "*")], Verdict.DENIED),
        ([statement("Allow", "*"), statement("Deny", f"{API}/*/POST/*")], Verdict.ALLOWED),
    ],
)
def test_a_deny_wins_and_nothing_is_allowed_unsaid(
    statements: list[dict[str, Any]], verdict: Verdict
) -> None:
    assert decide(answer(*statements), ARN).verdict is verdict


def test_the_context_reaches_the_function_as_text() -> None:
    context = {"text": "x", "number": 7, "yes": True, "no": False, "nothing": None}

    decision = decide(answer(statement("Allow", "*"), context=context), ARN)

    expected = {"principalId": "alice", "text": "x", "number": "7", "yes": "true", "no": "false"}
    assert decision.context == expected


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        "Allow",
        {"principalId": "alice"},
        {"policyDocument": {"Statement": []}},
        {"principalId": "alice", "policyDocument": {}},
        answer(statement("Perhaps", "*")),
        answer({"Effect": "Allow", "Resource": "*"}),
        answer(statement("Allow", 7)),
        answer({**statement("Allow", "*"), "Condition": {}}),
        answer(statement("Allow", "*"), context={"scopes": ["a", "b"]}),
        answer(statement("Allow", "*"), context="alice"),
    ],
)
def test_an_answer_that_api_gateway_would_not_take_is_malformed(malformed: Any) -> None:
    with pytest.raises(MalformedAnswerError):
        decide(malformed, ARN)
