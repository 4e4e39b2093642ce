"""A table that is away is no fault of ours, and no refusal: ask again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from slipway.adapters.dynamo_api_keys import DynamoApiKeys
from slipway.adapters.dynamo_idempotency import DynamoIdempotency
from slipway.adapters.dynamo_settings import DynamoSettings
from slipway.adapters.dynamo_spending import DynamoSpending
from slipway.adapters.dynamo_users import DynamoUsers
from slipway.adapters.dynamo_wallets import DynamoWallets
from slipway.domain.error_base import SlipwayError
from slipway.domain.errors import StoreUnavailable
from slipway.domain.idempotency import Record
from slipway.domain.ids import Dseq, IntentId, KeyId, UserId
from slipway.domain.translating import translating

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ALICE = UserId("alice")
NOW = datetime(2027, 1, 15, tzinfo=UTC)
RECORD = Record("one", "fingerprint", IntentId("intent"), "claim", NOW, NOW)
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "GetItem")
CUT_OFF = ReadTimeoutError(endpoint_url="http://dynamodb")


class Away:
    """A client of which every call fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def call(*_args: Any, **_options: Any) -> Any:
            raise self._error

        return call


ASKS: list[Callable[[Any], object]] = [
    lambda client: DynamoApiKeys(client, "table").by_digest("digest"),
    lambda client: DynamoApiKeys(client, "table").of_user(ALICE),
    lambda client: DynamoIdempotency(client, "table").insert(RECORD, now=NOW),
    lambda client: DynamoIdempotency(client, "table").replace(RECORD, held_by="claim"),
    lambda client: DynamoSettings(client, "table").of_deployment(ALICE, Dseq(7)),
    lambda client: DynamoSpending(client, "table").of([KeyId("key")], "20270115"),
    lambda client: DynamoUsers(client, "table").get(ALICE),
    lambda client: DynamoWallets(client, "table").of(ALICE),
]


@pytest.mark.parametrize("error", [THROTTLED, CUT_OFF], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("ask", ASKS)
def test_a_table_that_is_away_is_told_as_that(ask: Callable[[Any], object], error: Exception) -> None:
    with pytest.raises(StoreUnavailable) as told:
        ask(Away(error))

    assert told.value.__cause__ is error


class Foreign(Exception):
    pass


class Ours(SlipwayError):
    code = "ours"
    sentence = "Ours"


@translating((Foreign,), Ours)
class Adapter:
    def pages(self) -> Iterator[int]:
        yield 1
        raise Foreign

    def broken(self) -> None:
        raise ZeroDivisionError

    def _inner(self) -> None:
        raise Foreign


def test_what_is_walked_through_is_translated_where_it_fails() -> None:
    pages = Adapter().pages()

    assert next(pages) == 1
    with pytest.raises(Ours):
        next(pages)


def test_other_errors_and_inner_methods_stay_as_they_are() -> None:
    with pytest.raises(ZeroDivisionError):
        Adapter().broken()
    with pytest.raises(Foreign):
        Adapter()._inner()
