"""The environment as typed values, and each collaborator once for the same settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.adapters.chain_rest import RestChain
from slipway.adapters.dynamo_wallets import DynamoWallets
from slipway.adapters.provider_gateway import ProviderClient
from slipway.adapters.signer_lambda import LambdaSigner
from slipway.entry import observability, settings, wiring
from slipway.entry.settings import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "WALLETS_TABLE": "wallets",
    "SIGN_FUNCTION": "sign",
    "PROVIDER_TOKEN_FUNCTION": "provider-token",
    "CHAIN_REST_URLS": "https://one.example/, http://two.example:1317/rest",
}


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROVIDER_HOSTS", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def config_of(signer: LambdaSigner) -> Any:
    return signer._client.meta.config


def test_nodes_are_listed_in_order() -> None:
    assert settings.chain().rest_urls == ("https://one.example", "http://two.example:1317/rest")


@pytest.mark.parametrize("urls", ["", "one.example", "ftp://one.example", "https://one.example,nonsense"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, urls: str) -> None:
    monkeypatch.setenv("CHAIN_REST_URLS", urls)

    with pytest.raises(SettingsInvalid, match="CHAIN_REST_URLS"):
        settings.chain()


def test_providers_live_on_the_internet_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.providers().hosts == "public"

    monkeypatch.setenv("PROVIDER_HOSTS", "loopback")
    assert settings.providers().hosts == "loopback"

    monkeypatch.setenv("PROVIDER_HOSTS", "anywhere")
    with pytest.raises(SettingsInvalid, match="PROVIDER_HOSTS"):
        settings.providers()


def test_every_fault_is_told_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("SIGN_FUNCTION")

    with pytest.raises(SettingsInvalid) as refused:
        settings.signer()

    assert str(refused.value).splitlines() == ["AWS_DEFAULT_REGION is missing", "SIGN_FUNCTION is missing"]


@pytest.mark.parametrize(
    ("build", "kind"),
    [
        (wiring.wallets, DynamoWallets),
        (wiring.chain_reads, RestChain),
        (wiring.signer, LambdaSigner),
        (wiring.providers, ProviderClient),
    ],
)
def test_a_collaborator_is_built_once(build: Callable[[], Any], kind: type) -> None:
    assert isinstance(build(), kind)
    assert build() is build()


def test_other_settings_have_other_collaborators(monkeypatch: pytest.MonkeyPatch) -> None:
    first = wiring.chain_reads()
    monkeypatch.setenv("CHAIN_REST_URLS", "https://three.example")

    assert wiring.chain_reads() is not first


def test_whoever_delivers_afterwards_waits_less_for_the_transaction() -> None:
    waits = [config_of(wiring.signer(before_delivery=delivers)).read_timeout for delivers in (True, False)]

    assert waits[0] < waits[1] < 29


def test_the_signer_is_asked_once_a_call() -> None:
    assert config_of(wiring.signer()).retries["total_max_attempts"] == 1


def test_a_request_is_known_by_its_id_and_its_key_until_the_next() -> None:
    observability.begin("request-1", key_id="key-1")
    assert (observability.request_id(), observability.key_id()) == ("request-1", "key-1")

    observability.begin("", key_id="")
    assert (observability.request_id(), observability.key_id()) == ("", "")
