"""The functions on tables as they are in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from slipway.entry import wiring

from tests.fakes.tables import (
    REGION,
    create_api_keys_table,
    create_budgets_table,
    create_idempotency_table,
)
from tests.functions.calling import Api

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def keys(functions_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        create_api_keys_table(client, "api-keys")
        create_budgets_table(client, "budgets")
        create_idempotency_table(client, "idempotency")
        _forget()
        yield Api()
        _forget()


def _forget() -> None:
    for name in ("_api_keys", "_spending", "_idempotency", "_client"):
        getattr(wiring, name).cache_clear()
