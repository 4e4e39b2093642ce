"""The composition root of the signer's functions: each collaborator once per process and settings."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from slipway.domain import errors

from slipway_signing.address import address_of
from slipway_signing.chain import NANOSECONDS, RestChain
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.keys import KmsKey
from slipway_signing.opening import KmsKeyMaker, LambdaTreasury, WalletOpener
from slipway_signing.signer import Account, Signer, Terms
from slipway_signing.tokens import TokenMint
from slipway_signing.transport import HttpTransport
from slipway_signing.wallets import DynamoWallets, WalletRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway_signing.chain_port import Inclusion
    from slipway_signing.intents import Intent
    from slipway_signing.settings import AwsSettings, OpenWalletSettings, ProviderTokenSettings, SignSettings
    from slipway_signing.wallets import WalletStore

_QUICK: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)
_PATIENT: Final = Config(connect_timeout=2, read_timeout=70, retries={"total_max_attempts": 1})
"""For the wait on one whole run of the signer (60 s); the intent makes a second try the caller's choice."""


_ASKED: Final = ("request_id", "user_id", "intent_id", "role", "provider", "scope")
_BECAME: Final = ("state", "tx", "error", "address", "expires_at")


class SystemClock:
    """`Clock` of the machine."""

    def now_ns(self) -> int:
        return time.time_ns()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def utc_now() -> datetime:
    return datetime.now(UTC)


@cache
def logger(aws: AwsSettings) -> Logger:
    return Logger(service=aws.service, level=aws.log_level)


def log(aws: AwsSettings, name: str, event: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """One line a call: who asked for what by which id and what became of it. No token, bytes or messages."""
    asked = {key: event.get(key) for key in _ASKED if key in event}
    became = {key: answer.get(key) for key in _BECAME if key in answer}
    logger(aws).info(name, extra={"event": name, **asked, **became})


@cache
def _client(service: Literal["dynamodb", "kms", "lambda"], aws: AwsSettings, config: Config = _QUICK) -> Any:
    session = boto3.session.Session(region_name=aws.region)
    return session.client(service, endpoint_url=aws.endpoint, config=config)


@cache
def wallets(aws: AwsSettings, table: str) -> DynamoWallets:
    return DynamoWallets(_client("dynamodb", aws), table)


@cache
def treasury_key(aws: AwsSettings, key_id: str) -> KmsKey:
    return KmsKey(_client("kms", aws), key_id)


def wallet_key(aws: AwsSettings, row: WalletRow) -> KmsKey:
    """The row already has the public key; only signing needs KMS."""
    return KmsKey(_client("kms", aws), row.key_id, row.public_key)


@cache
def signer(settings: SignSettings) -> Signer:
    rows = wallets(settings.aws, settings.wallets_table)
    return Signer(
        intents=DynamoIntents(_client("dynamodb", settings.aws), settings.intents_table),
        chain=RestChain(settings.chain_rest_urls, HttpTransport()),
        account_of=_account_of(settings, rows),
        on_commit=_first_tx(rows),
        terms=Terms(settings.chain_id, settings.gas_price_uakt, settings.max_fee_uakt),
        clock=SystemClock(),
        spread_ns=lambda: secrets.randbelow(NANOSECONDS),
    )


def _account_of(settings: SignSettings, rows: WalletStore) -> Callable[[Intent], Account]:
    def account_of(intent: Intent) -> Account:
        if intent.role == "treasury":
            key = treasury_key(settings.aws, settings.treasury_key_id)
            return Account(address=address_of(key.public_key), key=key, granter=None)
        row = ready_wallet(rows, intent.user_id)
        return Account(address=row.address, key=wallet_key(settings.aws, row), granter=row.granter)

    return account_of


def ready_wallet(rows: WalletStore, user_id: str | None) -> WalletRow:
    """Raises WalletNotFound, WalletOpening."""
    row = rows.get(user_id) if user_id else None
    if row is None:
        raise errors.WalletNotFound
    if row.state != "ready":
        raise errors.WalletOpening
    return row


def _first_tx(rows: WalletStore) -> Callable[[Intent, Inclusion], None]:
    """From its first own transaction on, providers can verify a wallet's tokens."""

    def on_commit(intent: Intent, inclusion: Inclusion) -> None:
        if intent.role == "wallet" and intent.user_id:
            rows.mark_first_tx(intent.user_id, inclusion.height)

    return on_commit


@cache
def token_mint(settings: ProviderTokenSettings) -> TokenMint:
    return TokenMint(now=lambda: int(time.time()), new_id=lambda: str(uuid.uuid4()))


@cache
def wallet_opener(settings: OpenWalletSettings) -> WalletOpener:
    return WalletOpener(
        wallets=wallets(settings.aws, settings.wallets_table),
        keys=KmsKeyMaker(
            _client("kms", settings.aws),
            stage=settings.aws.stage,
            aliases=settings.wallet_key_aliases,
            signers=settings.wallet_key_roles,
        ),
        treasury=LambdaTreasury(_client("lambda", settings.aws, _PATIENT), settings.sign_function),
        granter=address_of(treasury_key(settings.aws, settings.treasury_key_id).public_key),
        now=utc_now,
    )
