"""Idempotency-Key through the decorator: what runs again, and what is answered from memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slipway.domain.errors import ChainUnavailable, CreditTooLow, TransactionExpired, TransactionPending
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.base import Model

from tests.fakes.idempotency import FakeIdempotency
from tests.fakes.proxy_events import lambda_context, proxy_event, told

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class CountOut(Model):
    run: int


class World:
    """One endpoint that counts its runs. `raising` is what its next runs do."""

    def __init__(self, **options: Any) -> None:
        self.store, self.now, self.requests = FakeIdempotency(), NOON, 0
        self.intents: list[str] = []
        self.raising: BaseException | None = None
        self.inside: Any = None

        @endpoint(
            scope="deployments:fund",
            status=201,
            idempotency=lambda: self.store,
            now=lambda: self.now,
            **options,
        )
        def handler(request: Request) -> CountOut:
            self.intents.append(request.intent)
            if self.inside is not None:
                self.inside()
            if self.raising is not None:
                raise self.raising
            return CountOut(run=len(self.intents))

        self._handler = handler

    def ask(self, key: str | None = "k", *, method: str = "POST", seconds: int = 10, **event: Any) -> Any:
        self.requests += 1
        headers = {} if key is None else {"Idempotency-Key": key}
        asked = {"body": {"a": 1}, "request_id": f"request-{self.requests}", "headers": headers} | event
        return self._handler(proxy_event(method, "/v1/things", **asked), lambda_context(seconds * 1000))


def test_a_repeat_gets_the_first_answer_and_runs_nothing() -> None:
    world = World()
    first = world.ask()

    again = world.ask()

    assert len(world.intents) == 1
    assert (again["statusCode"], again["body"]) == (first["statusCode"], first["body"])
    assert again["headers"]["idempotent-replayed"] == "true"
    assert again["headers"]["x-request-id"] == "request-2"


def test_without_a_key_every_request_runs_with_an_intent_of_its_own() -> None:
    world = World()

    world.ask(None)
    world.ask(None)

    assert len(set(world.intents)) == 2
    assert world.store.records == {}


@pytest.mark.parametrize(
    "change", [{"user": "bob"}, {"method": "PUT"}, {"key": "another"}], ids=["user", "method", "key"]
)
def test_users_methods_and_keys_have_records_of_their_own(change: dict[str, Any]) -> None:
    world = World()
    world.ask()

    assert told(world.ask(**change)) == {"run": 2}

    assert len(set(world.intents)) == 2


@pytest.mark.parametrize(
    "change",
    [{"body": {"a": 2}}, {"path": {"dseq": "2"}}, {"query": {"x": ["1"]}}],
    ids=["body", "path", "query"],
)
def test_another_request_under_the_same_key_is_refused(change: dict[str, Any]) -> None:
    world = World()
    world.ask()

    answer = world.ask(**change)

    assert answer["statusCode"] == 422
    assert told(answer)["reason"] == "idempotency_key_reused"
    assert len(world.intents) == 1


def test_a_repeat_while_the_first_runs_is_told_to_wait() -> None:
    world = World()
    seen: list[Any] = []
    world.inside = lambda: seen.append(world.ask()) if not seen else None

    world.ask()

    assert seen[0]["statusCode"] == 409
    assert int(seen[0]["headers"]["retry-after"]) > 0
    assert len(world.intents) == 1


def test_a_definite_refusal_is_kept() -> None:
    world = World()
    world.raising = CreditTooLow()
    first = world.ask()
    world.raising = None

    again = world.ask()

    assert (again["statusCode"], again["body"]) == (402, first["body"])
    assert again["headers"]["content-type"] == "application/problem+json"
    assert len(world.intents) == 1


@pytest.mark.parametrize(
    "error", [ChainUnavailable(), TransactionPending(intent_id="i"), RuntimeError("bug")], ids=repr
)
def test_after_anything_else_a_repeat_goes_on_with_the_same_intent(error: Exception) -> None:
    world = World()
    world.raising = error
    world.ask()
    world.raising = None

    assert told(world.ask()) == {"run": 2}

    assert world.intents[0] == world.intents[1]


def test_a_transaction_that_expired_is_tried_anew() -> None:
    world = World()
    world.raising = TransactionExpired()
    world.ask()
    world.raising = None

    assert world.ask()["statusCode"] == 201

    assert world.intents[0] != world.intents[1]


def test_a_function_that_died_leaves_its_intent_to_the_repeat() -> None:
    world = World()
    world.raising = KeyboardInterrupt()  # no handler sees it, as none sees the end of a Lambda
    with pytest.raises(KeyboardInterrupt):
        world.ask(seconds=10)
    world.raising = None

    world.now = NOON + timedelta(seconds=9)
    assert world.ask()["statusCode"] == 409
    world.now = NOON + timedelta(seconds=11)
    assert world.ask()["statusCode"] == 201

    assert world.intents[0] == world.intents[1]


def test_records_are_forgotten_after_a_day() -> None:
    world = World()
    world.ask()
    world.now = NOON + timedelta(hours=24)

    assert told(world.ask()) == {"run": 2}

    assert world.intents[0] != world.intents[1]


def test_an_answer_with_a_secret_is_never_stored() -> None:
    world = World(holds_secret=True)

    world.ask()
    world.ask()

    assert world.intents[0] == world.intents[1]
    assert [record.answer for record in world.store.records.values()] == [None]


def test_an_answer_too_long_for_the_table_is_made_again() -> None:
    class LongOut(Model):
        text: str

    store, runs = FakeIdempotency(), []

    @endpoint(scope="deployments:fund", idempotency=lambda: store, now=lambda: NOON)
    def handler(request: Request) -> LongOut:
        runs.append(request.intent)
        return LongOut(text="x" * 400_000)

    event = proxy_event("POST", "/v1/things", headers={"Idempotency-Key": "k"})

    assert handler(event, lambda_context()) == handler(event, lambda_context())
    assert runs[0] == runs[1]


def test_a_request_that_is_not_valid_takes_no_key() -> None:
    world = World()

    assert world.ask(scopes="bids:read")["statusCode"] == 403

    assert world.store.records == {}


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "caf\u00e9", "a\tb", " a"])
def test_keys_are_printable_and_short(key: str) -> None:
    world = World()

    answer = world.ask(key)

    assert answer["statusCode"] == 400
    assert told(answer)["reason"] == "idempotency_key_invalid"
    assert world.intents == []


def test_the_longest_key_is_taken() -> None:
    assert World().ask("a" * 255)["statusCode"] == 201


def test_reads_ignore_the_key() -> None:
    world = World()

    world.ask(method="GET")
    world.ask(method="GET")

    assert len(world.intents) == 2
