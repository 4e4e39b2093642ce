"""The signer's functions find in the template every setting that they parse, and each parses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from slipway_signing import settings

from sandbox.aws import declared
from sandbox.aws.intrinsics import Stack
from tests.template.declared import template

if TYPE_CHECKING:
    from collections.abc import Callable

OF_LAMBDA = {"AWS_REGION": "us-east-1"}
PARSERS: dict[str, Callable[[], Any]] = {
    "SignerChangeCredit": settings.credit_settings,
    "SignerOpenWallet": settings.open_wallet_settings,
    "SignerProviderToken": settings.provider_token_settings,
    "SignerSign": settings.sign_settings,
    "SignerSweep": settings.sweep_settings,
    "SignerTreasury": settings.treasury_settings,
    "SignerUpkeep": settings.credit_settings,
}


def variables() -> dict[str, dict[str, str]]:
    """Each function's variables as a stack with nothing but its defaults and one chain node gives them."""
    chosen = {"ChainRestUrls": "https://one.example,https://two.example"}
    stack = Stack(template(), "slipway", "us-east-1", "123456789012", chosen)
    declared.declare(stack)
    return {item.logical_id: dict(item.variables) for item in declared.functions_of(stack)}


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_function_of_the_signer_has_the_settings_that_it_parses(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(os, "environ", {**OF_LAMBDA, **variables()[name]})

    parsed = PARSERS[name]()
    aws = getattr(parsed, "signer", parsed).aws

    assert (aws.stage, aws.endpoint) == ("prod", None)


def test_a_setting_that_the_template_forgot_would_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {name: value for name, value in variables()["SignerSign"].items() if name != "INTENTS_TABLE"}
    monkeypatch.setattr(os, "environ", {**OF_LAMBDA, **given})

    with pytest.raises(settings.SettingsInvalid, match="INTENTS_TABLE"):
        settings.sign_settings()
