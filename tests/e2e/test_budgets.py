"""API keys with a budget, over HTTP: the deposits that they may make, and those that they may not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.up import SandboxConfig
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

pytestmark = pytest.mark.e2e

CREDIT = 20_000_000


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS, credit=CREDIT)) as found:
        yield found


class User:
    """A user with a key without a budget (`api`) and a deployment; `keys` makes more."""

    def __init__(self, sandbox: Running, stack: ExitStack) -> None:
        self.sandbox = sandbox
        self.api = stack.enter_context(sandbox.user())
        self.dseq = self.api.create(example("web"), deposit=1)["dseq"]

    @contextmanager
    def key(self, budget: dict[str, float]) -> Iterator[tuple[Api, str]]:
        """A caller with a new key, and the key's id."""
        data = {"name": "bound", "budget": budget}
        made = self.api.ask("POST", "/v1/api-keys", {"data": data}, expect=201)["data"]
        with self.sandbox.caller(made["apiKey"]) as caller:
            yield caller, made["id"]

    def told(self, key_id: str) -> Any:
        return self.api.ask("GET", f"/v1/api-keys/{key_id}")["data"]["budget"]

    def deposit(self, caller: Api, amount: float, once: str | None = None) -> httpx.Response:
        headers = {} if once is None else {"Idempotency-Key": once}
        body = {"data": {"deposit": amount}}
        return caller.call("POST", f"/v1/deployments/deposit/{self.dseq}", body, headers=headers)


@pytest.fixture
def user(sandbox: Running) -> Iterator[User]:
    with ExitStack() as stack:
        yield User(sandbox, stack)


def test_a_budget_stops_its_key_and_no_other(user: User) -> None:
    with user.key({"total": 1}) as (bound, key_id), user.key({"total": 1}) as (other, _):
        assert user.deposit(bound, 0.6).status_code == 200
        before = user.sandbox.transactions()

        refused = user.deposit(bound, 0.6, once="second")
        repeated = user.deposit(bound, 0.6, once="second")

        assert (refused.status_code, refused.json()["reason"]) == (402, "budget_exceeded")
        assert refused.json()["message"] == (
            "Not enough left of this API key's budget to cover the deposit of 0.6 USD: 0.6 of 1 USD are "
            "spent. Raise its budget or use another API key to continue."
        )
        assert refused.json()["budget"] == {"period": "total", "limit": 1, "spent": 0.6, "needed": 0.6}
        assert repeated.json()["message"] == refused.json()["message"]
        assert repeated.headers["idempotent-replayed"] == "true"
        assert user.sandbox.transactions() == before
        assert user.told(key_id) == {"total": 1, "perDay": None, "spent": 0.6, "spentToday": 0.6}
        assert [user.deposit(each, 0.6).status_code for each in (other, user.api)] == [200, 200]
        assert user.deposit(bound, 0.4).status_code == 200


def test_many_at_once_do_not_exceed_it(user: User) -> None:
    with user.key({"total": 1}) as (bound, key_id), ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(lambda _: user.deposit(bound, 0.3), range(6)))

        assert sorted(each.status_code for each in answers) == [200, 200, 200, 402, 402, 402]
        assert user.told(key_id)["spent"] == 0.9


def test_a_day_has_its_own_limit_and_a_new_deployment_counts(user: User) -> None:
    with user.key({"total": 100, "perDay": 1}) as (bound, key_id):
        created = bound.create(example("web"), deposit=0.7)

        refused = user.deposit(bound, 0.4)

        assert (refused.status_code, refused.json()["budget"]["period"]) == (402, "day")
        assert "budget for today (UTC)" in refused.json()["message"]
        assert user.told(key_id) == {"total": 100, "perDay": 1, "spent": 0.7, "spentToday": 0.7}
        bound.ask("DELETE", f"/v1/deployments/{created['dseq']}")


def test_closing_gives_nothing_back_to_the_budget(user: User) -> None:
    with user.key({"total": 1}) as (bound, key_id):
        created = bound.create(example("web"), deposit=1)
        bound.ask("DELETE", f"/v1/deployments/{created['dseq']}")

        assert user.told(key_id)["spent"] == 1
        assert user.deposit(bound, 0.000001).status_code == 402


def test_a_budget_that_is_raised_counts_at_once_and_one_that_is_lowered_leaves_no_room(user: User) -> None:
    with user.key({"total": 0.5}) as (bound, key_id):
        path = f"/v1/api-keys/{key_id}"
        assert user.deposit(bound, 0.6).status_code == 402

        user.api.ask("PATCH", path, {"data": {"budget": {"total": 1}}})
        assert user.deposit(bound, 0.6).status_code == 200
        lowered = user.api.ask("PATCH", path, {"data": {"budget": {"total": 0.1}}})["data"]["budget"]

        assert lowered == {"total": 0.1, "perDay": None, "spent": 0.6, "spentToday": 0.6}
        assert user.deposit(bound, 0.000001).status_code == 402
        user.api.ask("PATCH", path, {"data": {"budget": None}})
        assert user.deposit(bound, 0.6).status_code == 200


def test_a_key_with_a_budget_cannot_leave_it(user: User) -> None:
    with user.key({"total": 1}) as (bound, key_id):
        made = bound.call("POST", "/v1/api-keys", {"data": {"name": "free"}})
        raised = bound.call("PATCH", f"/v1/api-keys/{key_id}", {"data": {"budget": None}})

        assert [each.status_code for each in (made, raised)] == [403, 403]
        assert made.json()["reason"] == "api_key_has_budget"
