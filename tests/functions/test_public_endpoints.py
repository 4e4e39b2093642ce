"""The authorizer lets callers without credentials pass: each endpoint that is not public must refuse them."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.proxy_events import lambda_context
from tests.template.declared import HTTP_FUNCTIONS, ROOT, function

if TYPE_CHECKING:
    from tests.functions.calling import Api

PUBLIC = {
    "BidsScreen",
    "CertificatesCreate",
    "DocumentationAsset",
    "DocumentationOpenapi",
    "DocumentationSwagger",
    "NetworkBlockchainStatus",
    "ProvidersAuditors",
    "ProvidersGet",
    "ProvidersList",
    "ServiceLiveness",
    "ServiceReadiness",
    "ServiceStatus",
}
"""What anybody may ask. Balances are public with an address only, and their sample names none."""


@pytest.mark.parametrize("name", sorted(HTTP_FUNCTIONS))
def test_an_endpoint_refuses_nobody_unless_it_is_public(api: Api, name: str) -> None:
    path = function(name).path
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{path}.json").read_text())
    event["requestContext"]["authorizer"] = {}

    answer = importlib.import_module(path.replace("/", ".")).handler(event, lambda_context())

    refused = answer["statusCode"] == 401
    assert refused == (name not in PUBLIC), answer["body"]
    assert api.world.signer.transactions == []
