from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from slipway_signing.books_dynamo import DynamoBooks
from slipway_signing.flights_dynamo import DynamoFlights
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.wallets import DynamoWallets

from tests.contract.signing.tables import make
from tests.unit.signing.store_fakes import MemoryBooks, MemoryFlights, MemoryIntents, MemoryLog, MemoryWallets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway_signing.books import Books
    from slipway_signing.flights import Flights
    from slipway_signing.intents import IntentStore
    from slipway_signing.signing_log import LogStore
    from slipway_signing.wallets import WalletStore

BOTH = pytest.fixture(params=["memory", "dynamo"])


@pytest.fixture
def dynamo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("dynamodb", region_name="us-east-1")


@BOTH
def intents(request: pytest.FixtureRequest) -> IntentStore:
    if request.param == "memory":
        return MemoryIntents()
    client = request.getfixturevalue("dynamo")
    return DynamoIntents(client, make(client, "IntentsTable"), make(client, "BudgetsTable"))


@BOTH
def wallets(request: pytest.FixtureRequest) -> WalletStore:
    if request.param == "memory":
        return MemoryWallets()
    client = request.getfixturevalue("dynamo")
    return DynamoWallets(client, make(client, "WalletsTable"))


@BOTH
def log(request: pytest.FixtureRequest) -> LogStore:
    if request.param == "memory":
        return MemoryLog()
    client = request.getfixturevalue("dynamo")
    return DynamoLog(client, make(client, "SigningLogTable"))


@BOTH
def books(request: pytest.FixtureRequest) -> Books:
    if request.param == "memory":
        return MemoryBooks()
    client = request.getfixturevalue("dynamo")
    return DynamoBooks(client, make(client, "GrantsTable"))


@BOTH
def flights(request: pytest.FixtureRequest) -> Flights:
    if request.param == "memory":
        return MemoryFlights()
    client = request.getfixturevalue("dynamo")
    return DynamoFlights(client, make(client, "FlightsTable"))
