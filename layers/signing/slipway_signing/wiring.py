"""The composition root of the signer's functions: each collaborator once per process and settings."""

from __future__ import annotations

import atexit
import secrets
import time
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import boto3
from botocore.config import Config
from slipway.domain import errors

from slipway_signing import custody
from slipway_signing.address import address_of
from slipway_signing.books_dynamo import DynamoBooks
from slipway_signing.chain import RestChain
from slipway_signing.credit import Credit
from slipway_signing.fees import Fees
from slipway_signing.flights import Airspace, Gate
from slipway_signing.flights_dynamo import DynamoFlights
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.key_budgets_dynamo import DynamoKeyBudgets
from slipway_signing.keys import KmsKey
from slipway_signing.nodes import NANOSECONDS, Nodes
from slipway_signing.opening import WalletOpener
from slipway_signing.preparing import Account, Preparer, Terms
from slipway_signing.rekeying import Rekeyer
from slipway_signing.settling import Settler
from slipway_signing.signer import Signer
from slipway_signing.signing_log import SigningLog
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.sweeping import Sweeper
from slipway_signing.tokens import TokenMint
from slipway_signing.transport import HttpTransport
from slipway_signing.treasury_chain import RestTreasury
from slipway_signing.treasury_lambda import LambdaTreasury
from slipway_signing.wallets import DynamoWallets, WalletRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway_signing.budgets import Budget
    from slipway_signing.chain_port import Inclusion
    from slipway_signing.intents import Intent, Role
    from slipway_signing.keys import SigningKey
    from slipway_signing.settings import (
        AwsSettings,
        CreditSettings,
        OpenWalletSettings,
        ProviderTokenSettings,
        SignerSettings,
        SignSettings,
        SweepSettings,
        TreasurySettings,
    )
    from slipway_signing.wallets import Custody, WalletStore

_QUICK: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)
_PATIENT: Final = Config(connect_timeout=2, read_timeout=70, retries={"total_max_attempts": 1})
"""For the wait on one whole run of the signer (60 s); the intent makes a second try the caller's choice."""


class SystemClock:
    """`Clock` of the machine."""

    def now_ns(self) -> int:
        return time.time_ns()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def utc_now() -> datetime:
    return datetime.now(UTC)


@cache
def _client(service: Literal["dynamodb", "kms", "lambda"], aws: AwsSettings, config: Config = _QUICK) -> Any:
    session = boto3.session.Session(region_name=aws.region)
    client = session.client(service, endpoint_url=aws.endpoint, config=config)
    atexit.register(client.close)
    return client


@cache
def wallets(aws: AwsSettings, table: str) -> DynamoWallets:
    return DynamoWallets(_client("dynamodb", aws), table)


@cache
def intents(aws: AwsSettings, table: str, budgets_table: str) -> DynamoIntents:
    return DynamoIntents(_client("dynamodb", aws), table, budgets_table)


@cache
def books(aws: AwsSettings, table: str) -> DynamoBooks:
    return DynamoBooks(_client("dynamodb", aws), table)


@cache
def flights(aws: AwsSettings, table: str) -> DynamoFlights:
    return DynamoFlights(_client("dynamodb", aws), table)


@cache
def signing_log(aws: AwsSettings, table: str) -> SigningLog:
    return SigningLog(DynamoLog(_client("dynamodb", aws), table), time.time_ns)


@cache
def treasury_key(aws: AwsSettings, key_id: str) -> KmsKey:
    return KmsKey(_client("kms", aws), key_id)


@cache
def treasury(aws: AwsSettings, function: str) -> LambdaTreasury:
    return LambdaTreasury(_client("lambda", aws, _PATIENT), function)


@cache
def transport() -> HttpTransport:
    made = HttpTransport()
    atexit.register(made.close)
    return made


@cache
def nodes(urls: tuple[str, ...]) -> Nodes:
    return Nodes(urls, transport(), time.time_ns)


@cache
def treasury_reads(urls: tuple[str, ...]) -> RestTreasury:
    return RestTreasury(nodes(urls), transport())


def wallet_key(aws: AwsSettings, row: WalletRow) -> SigningKey:
    return custody.key_of(_client("kms", aws), row)


@cache
def wallet_signer(settings: SignSettings) -> Signer:
    common = settings.signer
    rows = wallets(common.aws, common.wallets_table)

    def account_of(intent: Intent) -> Account:
        row = ready_wallet(rows, intent.user_id)
        return Account(address=row.address, key=wallet_key(common.aws, row), granter=row.granter)

    mender = Fees(
        chain=treasury_reads(common.chain_rest_urls),
        treasury=treasury(common.aws, settings.treasury_function),
        wallets=rows,
        amount=settings.fee_allowance_uakt,
        max_fee=common.max_fee_uakt,
        now_ns=time.time_ns,
    )
    budgets = DynamoKeyBudgets(_client("dynamodb", common.aws), settings.api_keys_table)
    return _signer(common, "wallet", account_of, mender.mend, budgets.of)


@cache
def treasury_signer(settings: TreasurySettings) -> Signer:
    common = settings.signer

    def account_of(intent: Intent) -> Account:
        key = treasury_key(common.aws, settings.treasury_key_id)
        return Account(address=address_of(key.public_key), key=key, granter=None)

    return _signer(common, "treasury", account_of, lambda intent: False, lambda intent: None)


def _signer(
    common: SignerSettings,
    role: Role,
    account_of: Callable[[Intent], Account],
    mend_fees: Callable[[Intent], bool],
    budget_of: Callable[[Intent], Budget | None],
) -> Signer:
    rows = wallets(common.aws, common.wallets_table)
    chain = RestChain(nodes(common.chain_rest_urls), transport())
    store = intents(common.aws, common.intents_table, common.budgets_table)
    preparer = Preparer(
        chain=chain,
        account_of=account_of,
        is_ours=lambda address: rows.owner_of(address) is not None,
        log=signing_log(common.aws, common.log_table),
        terms=Terms(common.chain_id, common.gas_price_uakt, common.max_fee_uakt),
        clock=SystemClock(),
        spread_ns=lambda: secrets.randbelow(NANOSECONDS),
    )
    flown = flights(common.aws, common.flights_table)
    return Signer(
        role=role,
        intents=store,
        preparer=preparer,
        settler=Settler(store, flown, chain, SystemClock(), _first_tx(rows), mend_fees),
        gate=Gate(flown, books(common.aws, common.grants_table)),
        budget_of=budget_of,
        clock=SystemClock(),
    )


def sweeper(settings: SweepSettings, claim: str) -> Sweeper:
    chain = RestChain(nodes(settings.chain_rest_urls), transport())
    store = intents(settings.aws, settings.intents_table, settings.budgets_table)
    rows = wallets(settings.aws, settings.wallets_table)
    flown = flights(settings.aws, settings.flights_table)
    settler = Settler(store, flown, chain, SystemClock(), _first_tx(rows), lambda intent: False)
    return Sweeper(intents=store, settler=settler, clock=SystemClock(), claim=claim)


def credit(settings: CreditSettings) -> Credit:
    store = intents(settings.aws, settings.intents_table, settings.budgets_table)
    return Credit(
        books=books(settings.aws, settings.grants_table),
        airspace=Airspace(flights(settings.aws, settings.flights_table), store),
        sleep=SystemClock().sleep,
        chain=treasury_reads(settings.chain_rest_urls),
        treasury=treasury(settings.aws, settings.treasury_function),
    )


def fees(settings: CreditSettings) -> Fees:
    return Fees(
        chain=treasury_reads(settings.chain_rest_urls),
        treasury=treasury(settings.aws, settings.treasury_function),
        wallets=wallets(settings.aws, settings.wallets_table),
        amount=settings.fee_allowance_uakt,
        max_fee=settings.max_fee_uakt,
        now_ns=time.time_ns,
    )


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
        keys=key_makers(settings)[settings.custody],
        treasury=treasury(settings.aws, settings.treasury_function),
        books=books(settings.aws, settings.grants_table),
        granter=address_of(treasury_key(settings.aws, settings.treasury_key_id).public_key),
        now=utc_now,
    )


@cache
def rekeyer(settings: OpenWalletSettings) -> Rekeyer:
    return Rekeyer(
        wallets=wallets(settings.aws, settings.wallets_table),
        makers=key_makers(settings),
        log=signing_log(settings.aws, settings.log_table),
    )


@cache
def key_makers(settings: OpenWalletSettings) -> Mapping[Custody, custody.KeyMaker]:
    kms = _client("kms", settings.aws)
    return {
        "kms": custody.KmsKeyMaker(
            kms,
            stage=settings.aws.stage,
            aliases=settings.wallet_key_aliases,
            signers=settings.wallet_key_roles,
        ),
        "sealed": custody.SealedKeyMaker(kms, settings.wrapping_key_id),
    }
