from __future__ import annotations

import os
from decimal import Decimal

import pytest
from slipway_signing.settings import SettingsInvalid, open_wallet_settings, sign_settings

WHOLE = {
    "STAGE": "sandbox",
    "AWS_REGION": "us-east-1",
    "WALLETS_TABLE": "wallets",
    "INTENTS_TABLE": "intents",
    "CHAIN_REST_URLS": "http://one, http://two",
    "CHAIN_ID": "testing-1",
    "TREASURY_KEY_ID": "alias/treasury",
    "TREASURY_FUNCTION": "treasury",
    "API_KEYS_TABLE": "api-keys",
    "BUDGETS_TABLE": "budgets",
    "FLIGHTS_TABLE": "flights",
    "SIGNING_LOG_TABLE": "log",
    "GRANTS_TABLE": "grants",
    "WRAPPING_KEY_ID": "alias/wallets",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(WHOLE))


def test_the_environment_becomes_one_value() -> None:
    settings = sign_settings()

    assert settings == sign_settings()
    assert hash(settings) == hash(sign_settings())
    assert settings.signer.chain_rest_urls == ("http://one", "http://two")
    assert (settings.signer.gas_price_uakt, settings.signer.max_fee_uakt) == (Decimal("0.025"), 100_000)
    assert (settings.signer.aws.endpoint, settings.signer.aws.log_level) == (None, "INFO")


def test_every_fault_is_listed() -> None:
    os.environ.pop("CHAIN_ID")
    os.environ.pop("WALLETS_TABLE")
    os.environ.update(GAS_PRICE_UAKT="-1", MAX_FEE_UAKT="many")

    with pytest.raises(SettingsInvalid) as invalid:
        sign_settings()

    assert str(invalid.value).splitlines() == [
        "WALLETS_TABLE is missing",
        "CHAIN_ID is missing",
        "GAS_PRICE_UAKT is malformed",
        "MAX_FEE_UAKT is malformed",
    ]


def test_who_may_sign_with_wallet_keys_may_be_left_out() -> None:
    assert open_wallet_settings().wallet_key_roles == ()
    assert open_wallet_settings().wallet_key_aliases == "alias/slipway-sandbox/wallet"
    os.environ.update(WALLET_KEY_ROLES="arn:one,arn:two")

    assert open_wallet_settings().wallet_key_roles == ("arn:one", "arn:two")


def test_wallets_are_kept_by_kms_unless_the_stack_says_otherwise() -> None:
    assert open_wallet_settings().custody == "kms"
    os.environ.update(WALLET_CUSTODY="sealed")
    assert open_wallet_settings().custody == "sealed"
    os.environ.update(WALLET_CUSTODY="paper")

    with pytest.raises(SettingsInvalid, match="WALLET_CUSTODY is malformed"):
        open_wallet_settings()
