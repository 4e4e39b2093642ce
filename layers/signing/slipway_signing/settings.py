"""The environment of the signer's functions, parsed once into a typed object for each function.

A bad environment fails at the first call with every fault listed. Settings are values: what is built from
them is kept by them (`wiring.py`), so several environments can live in one process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.wallets import Custody

T = TypeVar("T")

_CUSTODIES: Final[dict[str, Custody]] = {"kms": "kms", "sealed": "sealed"}


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
class SignerSettings:
    """What signing needs, whoever signs."""

    aws: AwsSettings
    wallets_table: str
    intents_table: str
    budgets_table: str
    grants_table: str
    flights_table: str
    log_table: str
    chain_rest_urls: tuple[str, ...]
    chain_id: str
    gas_price_uakt: Decimal
    max_fee_uakt: int


@dataclass(frozen=True, slots=True)
class SignSettings:
    """Wallets sign, within the budgets of `api_keys_table`; the treasury is asked for fee allowances of
    `fee_allowance_uakt`."""

    signer: SignerSettings
    api_keys_table: str
    treasury_function: str
    fee_allowance_uakt: int


@dataclass(frozen=True, slots=True)
class TreasurySettings:
    signer: SignerSettings
    treasury_key_id: str


@dataclass(frozen=True, slots=True)
class SweepSettings:
    aws: AwsSettings
    wallets_table: str
    intents_table: str
    budgets_table: str
    flights_table: str
    chain_rest_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreditSettings:
    """What changes of credit and fee allowances need: the treasury's signer, and no key."""

    aws: AwsSettings
    wallets_table: str
    grants_table: str
    intents_table: str
    budgets_table: str
    flights_table: str
    chain_rest_urls: tuple[str, ...]
    treasury_function: str
    fee_allowance_uakt: int
    max_fee_uakt: int


@dataclass(frozen=True, slots=True)
class ProviderTokenSettings:
    aws: AwsSettings
    wallets_table: str
    log_table: str


@dataclass(frozen=True, slots=True)
class OpenWalletSettings:
    """`wallet_key_roles`: ARNs of the roles that may sign with a wallet's key, none for KMS's default policy.

    `wallet_key_aliases`: what comes before the last `/` of a wallet key's alias. `custody` is that of new
    wallets; `wrapping_key_id` seals their keys where it is `sealed`.
    """

    aws: AwsSettings
    wallets_table: str
    grants_table: str
    treasury_function: str
    treasury_key_id: str
    wallet_key_roles: tuple[str, ...]
    wallet_key_aliases: str
    custody: Custody
    wrapping_key_id: str
    log_table: str


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

    def max_fee(self) -> int:
        return self.parsed("MAX_FEE_UAKT", "100000", int, 0)

    def fee_allowance(self) -> int:
        return self.parsed("FEE_ALLOWANCE_UAKT", "1000000", int, 0)

    def sound(self, settings: T) -> T:
        if self.faults:
            raise SettingsInvalid("\n".join(self.faults))
        return settings


def sign_settings() -> SignSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    return env.sound(
        SignSettings(
            signer=_signer(env),
            api_keys_table=env.text("API_KEYS_TABLE"),
            treasury_function=env.text("TREASURY_FUNCTION"),
            fee_allowance_uakt=env.fee_allowance(),
        )
    )


def treasury_settings() -> TreasurySettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    return env.sound(TreasurySettings(signer=_signer(env), treasury_key_id=env.text("TREASURY_KEY_ID")))


def sweep_settings() -> SweepSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    return env.sound(
        SweepSettings(
            aws=env.aws(),
            wallets_table=env.text("WALLETS_TABLE"),
            intents_table=env.text("INTENTS_TABLE"),
            budgets_table=env.text("BUDGETS_TABLE"),
            flights_table=env.text("FLIGHTS_TABLE"),
            chain_rest_urls=env.listed("CHAIN_REST_URLS"),
        )
    )


def credit_settings() -> CreditSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    return env.sound(
        CreditSettings(
            aws=env.aws(),
            wallets_table=env.text("WALLETS_TABLE"),
            grants_table=env.text("GRANTS_TABLE"),
            intents_table=env.text("INTENTS_TABLE"),
            budgets_table=env.text("BUDGETS_TABLE"),
            flights_table=env.text("FLIGHTS_TABLE"),
            chain_rest_urls=env.listed("CHAIN_REST_URLS"),
            treasury_function=env.text("TREASURY_FUNCTION"),
            fee_allowance_uakt=env.fee_allowance(),
            max_fee_uakt=env.max_fee(),
        )
    )


def provider_token_settings() -> ProviderTokenSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    return env.sound(
        ProviderTokenSettings(
            aws=env.aws(), wallets_table=env.text("WALLETS_TABLE"), log_table=env.text("SIGNING_LOG_TABLE")
        )
    )


def open_wallet_settings() -> OpenWalletSettings:
    """Raises SettingsInvalid."""
    env = _Environment()
    aws = env.aws()
    return env.sound(
        OpenWalletSettings(
            aws=aws,
            wallets_table=env.text("WALLETS_TABLE"),
            grants_table=env.text("GRANTS_TABLE"),
            treasury_function=env.text("TREASURY_FUNCTION"),
            treasury_key_id=env.text("TREASURY_KEY_ID"),
            wallet_key_roles=env.listed("WALLET_KEY_ROLES", ","),
            wallet_key_aliases=env.text("WALLET_KEY_ALIASES", f"alias/slipway-{aws.stage}/wallet"),
            custody=env.parsed("WALLET_CUSTODY", "kms", _custody, "kms"),
            wrapping_key_id=env.text("WRAPPING_KEY_ID"),
            log_table=env.text("SIGNING_LOG_TABLE"),
        )
    )


def _signer(env: _Environment) -> SignerSettings:
    return SignerSettings(
        aws=env.aws(),
        wallets_table=env.text("WALLETS_TABLE"),
        intents_table=env.text("INTENTS_TABLE"),
        budgets_table=env.text("BUDGETS_TABLE"),
        grants_table=env.text("GRANTS_TABLE"),
        flights_table=env.text("FLIGHTS_TABLE"),
        log_table=env.text("SIGNING_LOG_TABLE"),
        chain_rest_urls=env.listed("CHAIN_REST_URLS"),
        chain_id=env.text("CHAIN_ID"),
        gas_price_uakt=env.parsed("GAS_PRICE_UAKT", "0.025", _price, Decimal(0)),
        max_fee_uakt=env.max_fee(),
    )


def _custody(text: str) -> Custody:
    if text not in _CUSTODIES:
        raise ValueError(text)
    return _CUSTODIES[text]


def _price(text: str) -> Decimal:
    price = Decimal(text)
    if not price.is_finite() or price <= 0:
        raise ValueError(text)
    return price
