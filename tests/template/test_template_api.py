"""The API as declared: its paths, its authorizer, and what the gateway answers by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.aws.intrinsics import Stack
from sandbox.gateway.api import Api, api_of
from sandbox.gateway.refusals import Kind, Refusal, answer
from tests.template.declared import functions, of_type, template

API: Any = of_type("AWS::Serverless::Api")["Api"]["Properties"]
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
FIELDS = {"type", "title", "status", "detail", "code", "error", "message", "request_id", "reason"}
ROUTES = {
    ("POST", "/v1/api-keys"): "ApiKeysCreate",
    ("GET", "/v1/api-keys"): "ApiKeysList",
    ("GET", "/v1/api-keys/{id}"): "ApiKeysGet",
    ("PATCH", "/v1/api-keys/{id}"): "ApiKeysUpdate",
    ("DELETE", "/v1/api-keys/{id}"): "ApiKeysDelete",
    ("POST", "/v1/users/api-keys"): "ApiKeysCreate",
    ("GET", "/v1/users/api-keys"): "ApiKeysList",
    ("GET", "/v1/users/api-keys/{id}"): "ApiKeysGet",
    ("PATCH", "/v1/users/api-keys/{id}"): "ApiKeysUpdate",
    ("DELETE", "/v1/users/api-keys/{id}"): "ApiKeysDelete",
    ("POST", "/v1/deployments"): "DeploymentsCreate",
    ("GET", "/v1/deployments"): "DeploymentsList",
    ("HEAD", "/v1/deployments"): "DeploymentsList",
    ("GET", "/v1/deployments/{dseq}"): "DeploymentsGet",
    ("HEAD", "/v1/deployments/{dseq}"): "DeploymentsGet",
    ("PUT", "/v1/deployments/{dseq}"): "DeploymentsUpdate",
    ("DELETE", "/v1/deployments/{dseq}"): "DeploymentsDelete",
    ("POST", "/v1/deployments/deposit/{dseq}"): "DeploymentsDeposit",
    ("POST", "/v1/deposit-deployment"): "DeploymentsDeposit",
    ("GET", "/v1/bids"): "BidsList",
    ("GET", "/v1/bids/{dseq}"): "BidsList",
    ("POST", "/v1/leases"): "LeasesCreate",
    ("POST", "/v1/sdl/validate"): "SdlValidate",
    ("POST", "/v1/certificates"): "CertificatesCreate",
    ("GET", "/v1/providers"): "ProvidersList",
    ("POST", "/v1/bid-screening"): "BidsScreen",
    ("GET", "/v1/providers/{address}"): "ProvidersGet",
    ("GET", "/v1/auditors"): "ProvidersAuditors",
    ("GET", "/v1/blockchain-status"): "NetworkBlockchainStatus",
    ("GET", "/status"): "ServiceStatus",
    ("GET", "/v1/healthz/liveness"): "ServiceLiveness",
    ("GET", "/v1/healthz/readiness"): "ServiceReadiness",
    ("POST", "/v1/create-jwt-token"): "ProviderTokensCreate",
    ("POST", "/v1/tx"): "TransactionsSend",
    ("GET", "/v1/user/me"): "UserMe",
    ("GET", "/v1/wallets"): "WalletsList",
    ("GET", "/v1/balances"): "WalletsBalances",
    ("GET", "/v1/weekly-cost"): "WalletsWeeklyCost",
    ("GET", "/v2/deployment-settings/{dseq}"): "DeploymentSettingsGet",
    ("PATCH", "/v2/deployment-settings/{dseq}"): "DeploymentSettingsUpdate",
    ("POST", "/v2/deployment-settings"): "DeploymentSettingsCreate",
    ("GET", "/v1/deployment-settings/{userId}/{dseq}"): "DeploymentSettingsGet",
    ("PATCH", "/v1/deployment-settings/{userId}/{dseq}"): "DeploymentSettingsUpdate",
    ("POST", "/v1/deployment-settings"): "DeploymentSettingsCreate",
    ("GET", "/v1/wallet-settings"): "WalletSettingsGet",
    ("POST", "/v1/wallet-settings"): "WalletSettingsSave",
    ("PUT", "/v1/wallet-settings"): "WalletSettingsSave",
    ("DELETE", "/v1/wallet-settings"): "WalletSettingsDelete",
    ("GET", "/v1/openapi.json"): "DocumentationOpenapi",
    ("GET", "/v1/doc"): "DocumentationOpenapi",
    ("GET", "/v1/swagger"): "DocumentationSwagger",
    ("GET", "/v1/swagger/{asset}"): "DocumentationAsset",
}
STATUSES = {
    "ACCESS_DENIED": 401,
    "AUTHORIZER_CONFIGURATION_ERROR": 503,
    "AUTHORIZER_FAILURE": 503,
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 500,
    "INTEGRATION_FAILURE": 502,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_SIGNATURE": 404,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}


@pytest.fixture(scope="module")
def api() -> Api:
    chosen = {"Stage": "sandbox", "ChainRestUrls": "http://127.0.0.1:1317"}
    return api_of(Stack(template(), "slipway", "us-east-1", "123456789012", chosen))


def test_every_path_and_method_has_its_function() -> None:
    assert {route: item.name for item in functions() for route in item.routes} == ROUTES


def test_every_route_asks_the_authorizer_first() -> None:
    opened = [
        event
        for item in functions()
        for event in item.properties.get("Events", {}).values()
        if "Auth" in event["Properties"]
    ]

    assert API["Auth"]["DefaultAuthorizer"] in API["Auth"]["Authorizers"]
    assert opened == []


def test_the_authorizer_is_asked_at_every_request_and_with_every_header() -> None:
    [authorizer] = API["Auth"]["Authorizers"].values()

    assert authorizer == {
        "FunctionArn": {"Fn::GetAtt": ["AuthAuthorize", "Arn"]},
        "FunctionPayloadType": "REQUEST",
        "Identity": {"ReauthorizeEvery": 0},
    }


def test_the_api_is_regional_and_its_stage_is_the_stacks() -> None:
    assert API["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert API["StageName"] == {"Ref": "Stage"}


def test_the_gateway_has_its_own_answer_for_every_refusal() -> None:
    assert {name: item["StatusCode"] for name, item in API["GatewayResponses"].items()} == STATUSES


@pytest.mark.parametrize("name", sorted(STATUSES))
def test_a_refusal_of_the_gateway_is_a_problem_of_ours(api: Api, name: str) -> None:
    hostile = 'a "quoted" message, \\ and a line\nbreak'
    refusal = Refusal(Kind(name, 500, hostile), authorizer={"message": "Invalid API key"})

    answered = answer(refusal, api.responses, {"requestId": REQUEST_ID})

    headers = {key.lower(): value for key, value in answered.headers}
    problem = json.loads(answered.body)
    assert answered.status == STATUSES[name]
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-request-id"] == REQUEST_ID
    assert set(problem) == FIELDS
    assert problem["status"] == answered.status
    assert problem["request_id"] == REQUEST_ID
    assert all(problem.values())
    assert problem["type"] == ("server_error" if answered.status >= 500 else "client_error")


def test_a_refused_credential_says_in_the_authorizers_words_what_is_wrong(api: Api) -> None:
    refusal = Refusal(Kind("ACCESS_DENIED", 403, None), authorizer={"message": "Invalid API key"})

    problem = json.loads(answer(refusal, api.responses, {"requestId": REQUEST_ID}).body)

    assert problem["message"] == "Invalid API key"
    assert (problem["error"], problem["code"]) == ("UnauthorizedError", "unauthorized")


@pytest.mark.parametrize("name", ["THROTTLED", "QUOTA_EXCEEDED"])
def test_who_is_too_fast_is_told_when_to_come_back(api: Api, name: str) -> None:
    answered = answer(Refusal(Kind(name, 429, None)), api.responses, {"requestId": REQUEST_ID})

    headers = {key.lower(): value for key, value in answered.headers}
    assert int(headers["retry-after"]) > 0
