"""The control port of a whole sandbox, and what its API then meets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.provider.cast import CAST
from sandbox.up import SandboxConfig
from tests.e2e.journeys import deployed
from tests.e2e.running import BLOCK_SECONDS, CALL_SECONDS, Api, Running, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

PROVIDER = CAST[0]


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(
        SandboxConfig(block_seconds=BLOCK_SECONDS, providers=(PROVIDER,), schedules=False)
    ) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


@pytest.fixture
def control(stack: Running) -> Iterator[httpx.Client]:
    assert stack.sandbox.control is not None
    with httpx.Client(base_url=stack.sandbox.control.url, timeout=CALL_SECONDS) as http:
        yield http
        http.post("/clear")
        http.post("/tariff", json={"factor": 1})


def tell(control: httpx.Client, command: str, **arguments: Any) -> Any:
    answer = control.post(f"/{command}", json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_port_is_no_port_of_the_apis(stack: Running, control: httpx.Client) -> None:
    found = control.get("/").json()

    assert stack.sandbox.control is not None
    assert stack.sandbox.control.url not in (stack.sandbox.base_url, stack.sandbox.chain_urls)
    assert list(found["providers"]) == [PROVIDER.name]
    assert stack.demo.call("POST", "/stop-blocks").status_code in (401, 403, 404)
    assert control.get("/").json()["blocks"] == "running"


def test_a_node_that_fails_is_a_503_and_then_all_is_well(alice: Api, control: httpx.Client) -> None:
    created = alice.create(example("web"))
    tell(control, "disturb", path="/akash/deployment", status=502)

    failed = alice.call("GET", f"/v1/deployments/{created['dseq']}")
    tell(control, "clear")

    assert failed.status_code == 503
    assert alice.detail(created["dseq"])["deployment"]["state"] == "active"


def test_dear_bids_cost_so_many_times_the_usual(alice: Api, control: httpx.Client) -> None:
    usual = Decimal(alice.first_bid(alice.create(example("web"))["dseq"])["price"]["amount"])

    tell(control, "tariff", factor=4)
    dear = Decimal(alice.first_bid(alice.create(example("web"))["dseq"])["price"]["amount"])

    assert dear == usual * 4


def test_a_drained_deployment_gives_nothing_back(stack: Running, control: httpx.Client) -> None:
    with stack.user(credit=2_000_000) as bob:
        dseq = deployed(bob)
        before = bob.detail(dseq)
        owner = before["deployment"]["id"]["owner"]
        a_block = sum(Decimal(lease["price"]["amount"]) for lease in before["leases"])

        drained = tell(control, "drain", owner=owner, dseq=int(dseq))
        bob.ask("DELETE", f"/v1/deployments/{dseq}")

        detail = bob.detail(dseq)
        # the chain pays whole coins, so what is left may be a block's pay and part of a coin
        assert [Decimal(fund["amount"]) < a_block + 1 for fund in drained["funds"]] == [True]
        assert detail["deployment"]["state"] == "closed"
        assert all(Decimal(fund["amount"]) <= 0 for fund in detail["escrow_account"]["state"]["funds"])


def test_a_week_later_the_api_goes_on(alice: Api, control: httpx.Client) -> None:
    before = alice.create(example("web"))

    jumped = tell(control, "jump", by="7d", block_time="6s")
    after = alice.create(example("web"))

    assert jumped["blocks"] >= 7 * 24 * 600
    for created in (before, after):
        assert alice.detail(created["dseq"])["deployment"]["state"] == "active"


def test_a_killed_provider_comes_back_with_what_it_ran(alice: Api, control: httpx.Client) -> None:
    dseq = deployed(alice)
    tell(control, "kill", provider=PROVIDER.name)
    [gone] = alice.detail(dseq)["leases"]

    tell(control, "restart", provider=PROVIDER.name)
    back = until("the provider to tell of its lease", lambda: alice.detail(dseq)["leases"][0]["status"])

    assert gone["status"] is None
    assert list(back["services"]) == ["web"]
