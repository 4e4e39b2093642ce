"""The environment of the signer's functions, parsed once into a typed object for each function.

A bad environment fails at the first call with every fault listed. Settings are values: what is built from
them is kept by them (`wiring.py`), so several environments can live in one process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class SettingsInvalid(ValueError):
    """Every fault of an environment, one a line."""


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where AWS is, and under which name to log."""

    stage: str
    service: str
    log_level: str
    region: str
    endpoint: str | None


@dataclass(frozen=True, slots=True)
class SignSettings:
    aws: AwsSettings
    wallets_table: str
    intents_table: str
    chain_rest_urls: tuple[str, ...]
    chain_id: str
    treasury_key_id: str
    gas_price_uakt: Decimal
    max_fee_uakt: int


@dataclass(frozen=True, slots=True)
class ProviderTokenSettings:
    aws: AwsSettings
    wallets_table: str


@dataclass(frozen=True, slots=True)
class OpenWalletSettings:
    """`wallet_key_roles`: ARNs of the roles that may sign with a wallet's key, none for KMS's default policy.

    `wallet_key_aliases`: what comes before the last `/` of a wallet key's alias.
    """

    aws: AwsSettings
    wallets_table: str
    sign_function: str
    treasury_key_id: str
    wallet_key_roles: tuple[str, ...]
    wallet_key_aliases: str


class _Environment:
    """Reads `os.environ` and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = os.environ.get(name) or default
        if value is None:
            self.faults.append(f"{name} is missing")
        return value or ""

    def parsed(self, name: str, default: str, parse: Callable[[str], T], fallback: T) -> T:
        try:
            return parse(self.text(name, default))
        except (ValueError, InvalidOperation):
            self.faults.append(f"{name} is malformed")
            return fallback

    def listed(self, name: str, default: str | None = None) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, default).split(",") if part.strip())

    def aws(self) -> AwsSettings:
        return AwsSettings(
            stage=self.text("STAGE"),
            service=self.text("POWERTOOLS_SERVICE_NAME", "signer"),
            log_level=self.text("LOG_LEVEL", "INFO"),
            region=os.environ.get("AWS_REGION") or self.text("AWS_DEFAULT_REGION"),
            endpoint=os.environ.get("AWS_ENDPOINT_URL") or None,
        )

    def must_be_sound(self) -> None:
        if self.faults:
            raise SettingsInvalid("\n".join(self.faults))


def sign_settings() -> SignSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    settings = SignSettings(
        aws=env.aws(),
        wallets_table=env.text("WALLETS_TABLE"),
        intents_table=env.text("INTENTS_TABLE"),
        chain_rest_urls=env.listed("CHAIN_REST_URLS"),
        chain_id=env.text("CHAIN_ID"),
        treasury_key_id=env.text("TREASURY_KEY_ID"),
        gas_price_uakt=env.parsed("GAS_PRICE_UAKT", "0.025", _price, Decimal(0)),
        max_fee_uakt=env.parsed("MAX_FEE_UAKT", "100000", int, 0),
    )
    env.must_be_sound()
    return settings


def provider_token_settings() -> ProviderTokenSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    settings = ProviderTokenSettings(aws=env.aws(), wallets_table=env.text("WALLETS_TABLE"))
    env.must_be_sound()
    return settings


def open_wallet_settings() -> OpenWalletSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    aws = env.aws()
    settings = OpenWalletSettings(
        aws=aws,
        wallets_table=env.text("WALLETS_TABLE"),
        sign_function=env.text("SIGN_FUNCTION"),
        treasury_key_id=env.text("TREASURY_KEY_ID"),
        wallet_key_roles=env.listed("WALLET_KEY_ROLES", ","),
        wallet_key_aliases=env.text("WALLET_KEY_ALIASES", f"alias/slipway-{aws.stage}/wallet"),
    )
    env.must_be_sound()
    return settings


def _price(text: str) -> Decimal:
    price = Decimal(text)
    if not price.is_finite() or price <= 0:
        raise ValueError(text)
    return price
