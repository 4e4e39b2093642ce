"""An API key takes an SDL to a running container and back, through HTTP only; and what a stranger meets."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.up import SandboxConfig
from tests.e2e.journeys import deployed, is_running, pages
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

MANY = 200
PAGE = 7
AT_ONCE = 8


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS)) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


@pytest.mark.parametrize(
    ("name", "leases", "services"), [("web", 1, 1), ("blog-with-database", 1, 2), ("two-regions", 2, 2)]
)
def test_an_sdl_becomes_running_services(
    stack: Running, alice: Api, name: str, leases: int, services: int
) -> None:
    dseq = deployed(alice, name)

    uris = until("every service to be available", lambda: is_running(alice, dseq))

    detail = alice.detail(dseq)
    assert len(detail["leases"]) == leases
    assert sum(len(lease["status"]["services"]) for lease in detail["leases"]) == services
    assert uris


def test_a_deposit_moves_credit_into_the_escrow_and_a_close_brings_the_rest_back(
    stack: Running,
) -> None:
    with stack.user(credit=3_000_000) as bob:
        dseq = deployed(bob)
        bob.ask("POST", f"/v1/deployments/deposit/{dseq}", {"data": {"deposit": 0.5}})
        bob.ask("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": 0.25}})
        refused = bob.call("POST", f"/v1/deployments/deposit/{dseq}", {"data": {"deposit": 1.5}})
        assert refused.status_code == 402

        bob.ask("DELETE", f"/v1/deployments/{dseq}")

        escrow = bob.detail(dseq)["escrow_account"]["state"]
        assert escrow["state"] == "closed"
        spent = sum((Decimal(coin["amount"]) for coin in escrow["transferred"]), Decimal())
        assert 0 < spent < 1_750_000
        left = Decimal(3) - spent / 1_000_000
        bob.create(example("web"), deposit=float(round(left - Decimal("0.01"), 2)))
        assert (
            bob.call("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": 0.5}}).status_code
            == 402
        )


def test_an_update_changes_the_manifest_and_never_the_resources(stack: Running, alice: Api) -> None:
    dseq = deployed(alice)
    before = alice.detail(dseq)["deployment"]["hash"]

    newer = example("web").replace("nginx:1.27-alpine", "nginx:1.28-alpine")
    updated = alice.ask("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": newer}})["data"]
    larger = example("web").replace("256Mi", "512Mi")
    refused = alice.call("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": larger}})

    assert updated["deployment"]["hash"] != before
    assert refused.status_code == 422
    assert alice.detail(dseq)["deployment"]["hash"] == updated["deployment"]["hash"]
    assert until("the new version to run", lambda: is_running(alice, dseq))


def test_the_same_leases_asked_for_again_change_nothing(stack: Running, alice: Api) -> None:
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])
    assert alice.lease(created, [bid]).status_code == 200

    again = alice.lease(created, [bid])

    assert again.status_code == 200
    assert len(again.json()["data"]["leases"]) == 1


def test_a_repeat_with_the_same_idempotency_key_makes_one_deployment(alice: Api) -> None:
    body = {"data": {"sdl": example("web"), "deposit": 1}}
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    first = alice.call("POST", "/v1/deployments", body, headers=headers)
    second = alice.call("POST", "/v1/deployments", body, headers=headers)
    other = alice.call("POST", "/v1/deployments", {"data": {**body["data"], "deposit": 2}}, headers=headers)

    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 422)
    assert second.json()["data"]["dseq"] == first.json()["data"]["dseq"]
    assert alice.ask("GET", "/v1/deployments")["data"]["pagination"]["total"] == 1


def test_two_hundred_deployments_come_in_pages_of_seven_each_with_its_own_leases(stack: Running) -> None:
    with stack.user(credit=200_000_000) as carol:
        leased = deployed(carol)
        with ThreadPoolExecutor(AT_ONCE) as workers:
            made = list(
                workers.map(lambda _: carol.create(example("web"), deposit=0.5)["dseq"], range(MANY - 1))
            )

        by_offset = list(pages(carol, PAGE, lambda seen, _: f"skip={seen}"))
        by_cursor = list(pages(carol, PAGE, lambda _, cursor: f"cursor={cursor}"))

        assert carol.ask("GET", "/v1/deployments?limit=1")["data"]["pagination"]["total"] == MANY
        for rows in (by_offset, by_cursor):
            listed = [row["deployment"]["id"]["dseq"] for row in rows]
            assert sorted(listed) == sorted([leased, *made])
            for row in rows:
                own = {lease["id"]["dseq"] for lease in row["leases"]}
                assert own == ({leased} if row["deployment"]["id"]["dseq"] == leased else set())


def test_another_users_things_are_not_there(stack: Running, alice: Api) -> None:
    dseq = deployed(alice)
    lease = alice.detail(dseq)["leases"][0]["id"]
    key_id = alice.ask("GET", "/v1/api-keys")["data"][0]["id"]
    manifest = alice.create(example("web"))["manifest"]
    named = {key: lease[key] for key in ("dseq", "gseq", "oseq", "provider")}
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"/v1/deployments/{dseq}", None),
        ("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": example("web")}}),
        ("DELETE", f"/v1/deployments/{dseq}", None),
        ("POST", f"/v1/deployments/deposit/{dseq}", {"data": {"deposit": 1}}),
        ("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": 1}}),
        ("POST", "/v1/leases", {"manifest": manifest, "leases": [named]}),
        ("GET", f"/v1/api-keys/{key_id}", None),
        ("PATCH", f"/v1/api-keys/{key_id}", {"data": {"name": "mine"}}),
    ]
    with stack.user() as mallory:
        answers = [mallory.call(*each) for each in asked]
        unknown = mallory.call("GET", "/v1/deployments/1")
        bids = mallory.ask("GET", f"/v1/bids?dseq={dseq}")
        listed = mallory.ask("GET", "/v1/deployments")["data"]["deployments"]

    assert [answer.status_code for answer in answers] == [404] * len(asked)
    assert without_ids(answers[0].json()) == without_ids(unknown.json())
    assert bids == {"data": []}
    assert listed == []


def without_ids(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}


def test_a_revoked_key_stops_at_the_next_request(stack: Running, alice: Api) -> None:
    made = alice.ask("POST", "/v1/api-keys", {"data": {"name": "second"}}, expect=201)["data"]
    with stack.caller(made["apiKey"]) as second:
        second.ask("GET", "/v1/deployments")
        alice.ask("DELETE", f"/v1/api-keys/{made['id']}", expect=204)

        refused = second.call("GET", "/v1/deployments")

    must_be_unauthorized(refused)


def test_an_expired_key_is_refused(stack: Running, alice: Api) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    body = {"data": {"name": "short", "expiresAt": soon.isoformat().replace("+00:00", "Z")}}
    made = alice.ask("POST", "/v1/users/api-keys", body, expect=201)["data"]
    with stack.caller(made["apiKey"]) as short:
        refused = until(
            "the key to expire",
            lambda: found if (found := short.call("GET", "/v1/deployments")).status_code != 200 else None,
        )

    assert datetime.now(UTC) >= soon
    must_be_unauthorized(refused)


def must_be_unauthorized(answer: Any) -> None:
    problem = answer.json()
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert problem["error"] == "UnauthorizedError"
    assert problem["request_id"] == answer.headers["x-request-id"]


BAD_REQUESTS: list[tuple[str, str, Any, int]] = [
    ("POST", "/v1/deployments", {"data": {"sdl": "version: '2.0'", "deposit": 1}}, 400),
    ("POST", "/v1/deployments", {"data": {"sdl": "a: [", "deposit": 1}}, 400),
    ("POST", "/v1/deployments", {"data": {"sdl": 7, "deposit": 1}}, 400),
    ("POST", "/v1/deployments", {"data": {"deposit": 1}}, 400),
    ("POST", "/v1/deployments", [], 400),
    ("POST", "/v1/deployments", {"data": {"sdl": "x" * 600_000}}, 413),
    ("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": -1}}, 400),
    ("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": 0}}, 400),
    ("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": 0.1}}, 400),
    ("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": 1e20}}, 402),
    ("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": "1"}}, 400),
    ("POST", "/v1/deployments/deposit/1", {"data": {"deposit": 1}}, 404),
    ("POST", "/v1/deployments/deposit/x", {"data": {"deposit": 1}}, 400),
    ("POST", "/v1/deposit-deployment", {"data": {"dseq": 2**64, "deposit": 1}}, 400),
    ("POST", "/v1/leases", {"manifest": "[]", "leases": []}, 400),
    ("PUT", "/v1/deployments/1", {"data": {"sdl": example("web")}}, 404),
    ("DELETE", "/v1/deployments/1", None, 404),
    ("GET", "/v1/deployments/0", None, 400),
    ("GET", "/v1/deployments?limit=1.5", None, 400),
    ("GET", "/v1/deployments?skip=-1", None, 400),
    ("GET", "/v1/nothing", None, 404),
    ("PATCH", "/v1/deployments", None, 404),
]


def test_bad_input_gets_a_problem_and_costs_nothing(stack: Running, alice: Api) -> None:
    before = stack.transactions()

    for method, path, body, status in BAD_REQUESTS:
        answer = alice.call(method, path, body)

        assert answer.status_code == status, f"{method} {path} {str(body)[:80]}: {answer.text[:300]}"
        problem = answer.json()
        assert problem["status"] == status
        assert problem["request_id"] == answer.headers["x-request-id"]

    assert stack.transactions() == before


def test_a_deposit_without_its_deployment_type_is_told_where_the_mistake_is(alice: Api) -> None:
    broken = example("web").replace("256Mi", "256MB")

    problem = alice.call("POST", "/v1/deployments", {"data": {"sdl": broken, "deposit": 1}}).json()

    [mistake] = problem["errors"]
    assert mistake["path"] == "profiles.compute.web.resources.memory.size"
    assert mistake["line"] == 1 + broken[: broken.index("256MB")].count("\n")


def test_a_bid_that_is_gone_makes_no_lease(stack: Running, alice: Api) -> None:
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])
    alice.ask("DELETE", f"/v1/deployments/{created['dseq']}")
    before = stack.transactions()

    refused = alice.lease(created, [bid])
    unknown = alice.lease(created, [{"id": {**bid["id"], "oseq": 9}}])

    assert refused.status_code == 400
    assert unknown.status_code in (400, 404)
    assert alice.detail(created["dseq"])["leases"] == []
    assert stack.transactions() == before
