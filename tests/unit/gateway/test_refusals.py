import json
from typing import Any

from sandbox.gateway import refusals
from sandbox.gateway.api import GatewayResponse
from sandbox.gateway.refusals import Refusal

CONTEXT: dict[str, Any] = {"requestId": "r-1", "identity": {"sourceIp": "127.0.0.1"}}


def test_without_a_template_api_gateway_answers_in_its_own_words() -> None:
    answer = refusals.answer(Refusal(refusals.MISSING_AUTHENTICATION_TOKEN), {}, CONTEXT)

    assert answer.status == 403
    assert json.loads(answer.body) == {"message": "Missing Authentication Token"}
    assert ("Content-Type", "application/json") in answer.headers
    assert ("x-amzn-ErrorType", "MissingAuthenticationTokenException") in answer.headers


def test_a_message_that_is_not_there_is_null() -> None:
    answer = refusals.answer(Refusal(refusals.AUTHORIZER_FAILURE), {}, CONTEXT)

    assert (answer.status, json.loads(answer.body)) == (500, {"message": None})


def test_the_templates_status_body_and_headers_replace_the_defaults() -> None:
    own = GatewayResponse(
        status=401,
        headers={"content-type": "'application/problem+json'", "x-request-id": "context.requestId"},
        templates={
            "application/json": '{"detail":"$context.authorizer.message","id":"${context.requestId}",'
            '"ip":"$context.identity.sourceIp.","none":"$context.authorizer.nothing","type":"$context.error.responseType"}'
        },
    )
    refusal = Refusal(refusals.ACCESS_DENIED, authorizer={"message": "Invalid API key"})

    answer = refusals.answer(refusal, {"ACCESS_DENIED": own}, CONTEXT)

    assert answer.status == 401
    assert json.loads(answer.body) == {
        "detail": "Invalid API key",
        "id": "r-1",
        "ip": "127.0.0.1.",
        "none": "",
        "type": "ACCESS_DENIED",
    }
    headers = dict(answer.headers)
    assert (headers["content-type"], headers["x-request-id"]) == ("application/problem+json", "r-1")
    assert "Content-Type" not in headers


def test_a_kind_that_the_template_leaves_out_takes_the_default_of_its_class() -> None:
    responses = {
        "DEFAULT_4XX": GatewayResponse(templates={"application/json": '{"m":$context.error.messageString}'}),
        "DEFAULT_5XX": GatewayResponse(status=500, templates={"application/json": '{"five":true}'}),
    }

    too_large = refusals.answer(Refusal(refusals.REQUEST_TOO_LARGE, 'a "big" one'), responses, CONTEXT)
    timeout = refusals.answer(Refusal(refusals.INTEGRATION_TIMEOUT), responses, CONTEXT)

    assert (too_large.status, json.loads(too_large.body)) == (413, {"m": 'a "big" one'})
    assert (timeout.status, json.loads(timeout.body)) == (500, {"five": True})
