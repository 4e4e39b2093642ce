"""The composition root: each collaborator once per process and settings, built on first use.

Adapters are imported by the function that builds them, so that a Lambda function loads only what it uses.
"""

from __future__ import annotations

import atexit
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from slipway.entry import settings

if TYPE_CHECKING:
    from slipway.adapters.chain_nodes import Nodes
    from slipway.adapters.chain_providers import ChainProviders
    from slipway.adapters.chain_rest import RestChain
    from slipway.adapters.dynamo_api_keys import DynamoApiKeys
    from slipway.adapters.dynamo_health import DynamoHealth
    from slipway.adapters.dynamo_idempotency import DynamoIdempotency
    from slipway.adapters.dynamo_settings import DynamoSettings
    from slipway.adapters.dynamo_spending import DynamoSpending
    from slipway.adapters.dynamo_users import DynamoUsers
    from slipway.adapters.dynamo_wallets import DynamoWallets
    from slipway.adapters.jwks import JwksTokens
    from slipway.adapters.provider_gateway import ProviderClient
    from slipway.adapters.provider_sightings import PinnedSightings
    from slipway.adapters.signer_lambda import LambdaSigner
    from slipway.adapters.user_tokens import LambdaUserTokens

_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 5
_ATTEMPTS: Final = 3
"""DynamoDB answers in milliseconds; three tries within these limits stay below the gateway's 29 s."""

_SIGN_SECONDS: Final = 22
"""How long a transaction is waited for: three blocks. The reads around it fit into the rest of the 29 s."""

_SIGN_BEFORE_DELIVERY_SECONDS: Final = 11
"""The same where manifests are delivered afterwards, which takes up to 15 s. A transaction that is not in a
block by then is answered as pending, and a repeat goes on from there."""

_TOKEN_SECONDS: Final = 4
"""Minting a token is one read and one signature; a lease's status is waited for 5 s."""

_USER_TOKEN_SECONDS: Final = 10
"""The same for a user who asked for one: nothing else waits, and the signer's cold start fits in."""

_ONCE: Final = 1
"""Asking the signer again is the client's to decide: its repeat carries the same intent."""


def api_keys() -> DynamoApiKeys:
    return _api_keys(settings.table("API_KEYS_TABLE"))


def spending() -> DynamoSpending:
    return _spending(settings.table("BUDGETS_TABLE"))


def idempotency() -> DynamoIdempotency:
    return _idempotency(settings.table("IDEMPOTENCY_TABLE"))


def tokens() -> JwksTokens | None:
    """None where nobody signs in with tokens."""
    jwt = settings.jwt()
    return _tokens(jwt) if jwt else None


def wallets() -> DynamoWallets:
    return _wallets(settings.table("WALLETS_TABLE"))


def users() -> DynamoUsers:
    return _users(settings.table("USERS_TABLE"))


def user_settings() -> DynamoSettings:
    return _user_settings(settings.table("SETTINGS_TABLE"))


def tables() -> DynamoHealth:
    return _tables(settings.table("WALLETS_TABLE"))


def chain_reads() -> RestChain:
    return _chain_reads(settings.chain())


def signer(*, before_delivery: bool = False) -> LambdaSigner:
    """`before_delivery`: wait less for the transaction, because the manifests need the rest of the time."""
    seconds = _SIGN_BEFORE_DELIVERY_SECONDS if before_delivery else _SIGN_SECONDS
    return _signer(settings.signer(), seconds)


def user_tokens() -> LambdaUserTokens:
    return _user_tokens(settings.token_function())


def providers() -> ProviderClient:
    return _providers(settings.providers(), settings.chain())


def provider_registry() -> ChainProviders:
    return _provider_registry(settings.chain())


def provider_sightings() -> PinnedSightings:
    return _provider_sightings(settings.provider_hosts(), settings.chain())


@cache
def _wallets(of: settings.TableSettings) -> DynamoWallets:
    from slipway.adapters.dynamo_wallets import DynamoWallets  # noqa: PLC0415

    return DynamoWallets(_client("dynamodb", of.aws), of.table)


@cache
def _tables(of: settings.TableSettings) -> DynamoHealth:
    from slipway.adapters.dynamo_health import DynamoHealth  # noqa: PLC0415

    return DynamoHealth(_client("dynamodb", of.aws), of.table)


@cache
def _users(of: settings.TableSettings) -> DynamoUsers:
    from slipway.adapters.dynamo_users import DynamoUsers  # noqa: PLC0415

    return DynamoUsers(_client("dynamodb", of.aws), of.table)


@cache
def _user_settings(of: settings.TableSettings) -> DynamoSettings:
    from slipway.adapters.dynamo_settings import DynamoSettings  # noqa: PLC0415

    return DynamoSettings(_client("dynamodb", of.aws), of.table)


@cache
def _chain_reads(of: settings.ChainSettings) -> RestChain:
    from slipway.adapters.chain_rest import RestChain  # noqa: PLC0415

    return RestChain(_nodes(of))


@cache
def _nodes(of: settings.ChainSettings) -> Nodes:
    from slipway.adapters.chain_nodes import Nodes  # noqa: PLC0415

    nodes = Nodes(of.rest_urls)
    atexit.register(nodes.close)
    return nodes


@cache
def _signer(of: settings.SignerSettings, seconds: float) -> LambdaSigner:
    from slipway.adapters.signer_lambda import LambdaSigner  # noqa: PLC0415
    from slipway.entry.observability import key_id, request_id  # noqa: PLC0415

    client = _client("lambda", of.aws, seconds, _ONCE)
    return LambdaSigner(client, of.function, request_id=request_id, key_id=key_id)


@cache
def _user_tokens(of: settings.SignerSettings) -> LambdaUserTokens:
    from slipway.adapters.user_tokens import LambdaUserTokens  # noqa: PLC0415
    from slipway.entry.observability import request_id  # noqa: PLC0415

    minting = _client("lambda", of.aws, _USER_TOKEN_SECONDS, _ONCE)
    return LambdaUserTokens(minting, of.function, request_id=request_id)


@cache
def _providers(of: settings.ProviderSettings, chain: settings.ChainSettings) -> ProviderClient:
    from slipway.adapters.provider_gateway import ProviderClient  # noqa: PLC0415
    from slipway.adapters.provider_tokens import LambdaTokens  # noqa: PLC0415
    from slipway.entry.observability import request_id  # noqa: PLC0415

    minting = _client("lambda", of.aws, _TOKEN_SECONDS, _ONCE)
    tokens = LambdaTokens(minting, of.token_function, request_id=request_id)
    return ProviderClient(chain=_chain_reads(chain), tokens=tokens, hosts=of.hosts)


@cache
def _provider_registry(of: settings.ChainSettings) -> ChainProviders:
    from slipway.adapters.chain_providers import ChainProviders  # noqa: PLC0415

    return ChainProviders(_nodes(of))


@cache
def _provider_sightings(hosts: settings.ProviderHosts, chain: settings.ChainSettings) -> PinnedSightings:
    from slipway.adapters.provider_sightings import PinnedSightings  # noqa: PLC0415

    return PinnedSightings(chain=_chain_reads(chain), hosts=hosts)


@cache
def _api_keys(of: settings.TableSettings) -> DynamoApiKeys:
    from slipway.adapters.dynamo_api_keys import DynamoApiKeys  # noqa: PLC0415

    return DynamoApiKeys(_client("dynamodb", of.aws), of.table)


@cache
def _spending(of: settings.TableSettings) -> DynamoSpending:
    from slipway.adapters.dynamo_spending import DynamoSpending  # noqa: PLC0415

    return DynamoSpending(_client("dynamodb", of.aws), of.table)


@cache
def _idempotency(of: settings.TableSettings) -> DynamoIdempotency:
    from slipway.adapters.dynamo_idempotency import DynamoIdempotency  # noqa: PLC0415

    return DynamoIdempotency(_client("dynamodb", of.aws), of.table)


@cache
def _tokens(of: settings.JwtSettings) -> JwksTokens:
    from slipway.adapters.jwks import JwksTokens  # noqa: PLC0415

    return JwksTokens(of.jwks_url)


@cache
def _client(
    service: Any,
    aws: settings.AwsSettings,
    read_seconds: float = _READ_SECONDS,
    attempts: int = _ATTEMPTS,
) -> Any:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    session = boto3.session.Session(region_name=aws.region)
    client = session.client(service, endpoint_url=aws.endpoint, config=config)
    atexit.register(client.close)
    return client
