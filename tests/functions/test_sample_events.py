"""The sample events of the stack (`sam local invoke` takes them too), each through its own function."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.proxy_events import lambda_context

if TYPE_CHECKING:
    from tests.functions.calling import Api

EVENTS = Path(__file__).parents[2] / "events"
EXPECTED = {
    "deployments/create": 201,
    "deployments/list": 200,
    "deployments/get": 404,
    "deployments/update": 404,
    "deployments/delete": 404,
    "deployments/deposit": 404,
    "bids/list": 200,
    "leases/create": 404,
    "user/me": 200,
    "provider_tokens/create": 201,
    "providers/list": 200,
    "providers/get": 404,
    "providers/auditors": 200,
    "network/blockchain_status": 200,
    "service/status": 200,
    "service/liveness": 200,
    "service/readiness": 200,
    "certificates/create": 400,
    "documentation/openapi": 200,
    "documentation/swagger": 200,
    "documentation/asset": 404,
    "transactions/send": 200,
    "wallets/list": 200,
    "wallets/balances": 200,
    "wallets/weekly_cost": 200,
    "deployment_settings/get": 200,
    "deployment_settings/create": 201,
    "deployment_settings/update": 200,
    "wallet_settings/get": 404,
    "wallet_settings/save": 200,
    "wallet_settings/delete": 404,
}
"""Statuses for a user who has credit and no deployment yet."""


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_event_is_understood(api: Api, name: str) -> None:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    api.world.user(event["requestContext"]["authorizer"]["user_id"])

    answer = importlib.import_module(name.replace("/", ".")).handler(event, lambda_context())

    assert answer["statusCode"] == EXPECTED[name], answer["body"]
