"""Where Slipway answers otherwise than the Console API on purpose: rows of docs/differences.md."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider.bidding import close_bid
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.wallet import Wallet, provider_key
from sandbox.replay.console_client import call
from sandbox.up import SandboxConfig
from tests.e2e.journeys import deployed
from tests.e2e.running import BAD_PROVIDER, BLOCK_SECONDS, Api, Running, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.replay.console_compare import Answer

pytestmark = pytest.mark.e2e

PAGE = "https://console.example"


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS)) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


def raw(stack: Running, method: str, target: str, **headers: str) -> Answer:
    """A request exactly as written, which no HTTP library would send."""
    return asyncio.run(call(stack.sandbox.base_url, method, target, headers))


def test_an_unknown_path_is_a_problem_that_says_404_not_found(alice: Api) -> None:
    answers = [alice.call("GET", "/v1/nothing"), alice.call("GET", "/v1/nothing", headers={"x-api-key": "x"})]

    for answer in answers:
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["message"] == "404 Not Found"


def test_dots_in_a_path_are_not_resolved(stack: Running, alice: Api) -> None:
    resolved = alice.call("GET", "/v1/x/../deployments")

    assert resolved.status_code == 200, "the library resolves them"
    assert raw(stack, "GET", "/v1/x/../deployments").status == 404


def test_headers_that_are_too_long_are_refused(alice: Api) -> None:
    """By the server, before there is a request that the document could speak of."""
    assert alice.http.get("/v1/user/me", headers={"x-long": "a" * 20_000}).status_code == 400


def test_a_method_that_does_not_exist_is_refused(stack: Running) -> None:
    assert raw(stack, "FOO", "/v1/deployments").status in {400, 404}


def test_no_foreign_page_is_let_in(alice: Api) -> None:
    asked = alice.call("OPTIONS", "/v1/deployments", headers={"origin": PAGE})
    read = alice.call("GET", "/v1/deployments", headers={"origin": PAGE})

    assert (asked.status_code, read.status_code) == (404, 200)
    assert "access-control-allow-origin" not in {*asked.headers, *read.headers}


def test_the_provider_proxy_is_not_this_api(alice: Api) -> None:
    assert (
        alice.call("POST", "/", {"method": "GET", "url": "https://provider.example:8443/status"}).status_code
        == 404
    )


def test_nobody_is_told_of_other_users(alice: Api) -> None:
    for path in ("byUsername/demo", "checkUsernameAvailability/demo"):
        assert alice.call("GET", f"/v1/user/{path}").status_code == 404


def test_there_are_no_sealed_secrets(alice: Api) -> None:
    assert alice.call("GET", "/v1/sdl-secrets-context").status_code == 404


def test_what_the_chain_would_refuse_is_a_400(alice: Api) -> None:
    for sdl in (
        example("web").replace("256Mi", "10000Gi"),
        example("web").replace("units: 0.25", "units: 1000"),
        example("web").replace("256Mi", "512Q"),
    ):
        problem = alice.ask("POST", "/v1/deployments", {"data": {"sdl": sdl}}, expect=400)

        assert problem["message"].startswith("Invalid SDL: ")
        assert problem["errors"][0]["line"]


def test_what_no_provider_runs_is_refused_before_it_costs(stack: Running, alice: Api) -> None:
    before = stack.transactions()

    for sdl in (
        example("web").replace("amount: 1000", "amount: 0"),
        example("web").replace("- global: true", "- service: nobody"),
        example("web").replace("- global: true", "- service: web"),
        example("web").replace("  web:\n", "  Web:\n").replace("profile: web", "profile: Web"),
    ):
        assert alice.call("POST", "/v1/deployments", {"data": {"sdl": sdl}}).status_code == 400

    assert stack.transactions() == before


def test_a_price_without_a_denom_is_in_credit(alice: Api) -> None:
    created = alice.create(example("web").replace("          denom: uact\n", ""))

    assert alice.first_bid(created["dseq"])["price"]["denom"] == "uact"


def test_a_renamed_service_is_shown_by_its_new_name(alice: Api) -> None:
    dseq = deployed(alice)
    renamed = example("web").replace("  web:\n", "  site:\n").replace("profile: web", "profile: site")

    alice.ask("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": renamed}})

    def names() -> set[str] | None:
        statuses = [lease["status"] for lease in alice.detail(dseq)["leases"]]
        return {name for status in statuses if status for name in status["services"]} or None

    assert until("a status", names) == {"site"}


def test_an_update_without_a_running_lease_changes_the_chain(stack: Running, alice: Api) -> None:
    dseq = deployed(alice)
    stack.run(given_up(stack, alice.detail(dseq)["leases"][0]["id"]))
    newer = example("web").replace("nginx:1.27-alpine", "nginx:1.28-alpine")

    updated = alice.ask("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": newer}})["data"]

    assert [lease["state"] for lease in updated["leases"]] == ["closed"]
    assert updated["leases"][0]["status"] is None


async def given_up(stack: Running, lease: Any) -> None:
    """The provider of a lease ends it."""
    name = next(each.name for each in stack.sandbox.providers if each.address == lease["provider"])
    rest = RestChain(stack.sandbox.chain_urls)
    try:
        wallet = Wallet(provider_key(name), rest, stack.sandbox.chain_id)
        held = await rest.active_leases(lease["provider"], lease["owner"], int(lease["dseq"]))
        await wallet.send([close_bid(each, "lease_closed_reason_unstable") for each in held])
    finally:
        await rest.close()


def test_no_top_up_is_promised(stack: Running) -> None:
    with stack.user(credit=100_000) as poor:
        poor.ask("POST", "/v1/wallet-settings", {"data": {"autoReloadEnabled": False}})

        problem = poor.ask("POST", "/v1/deployments", {"data": {"sdl": example("web")}}, expect=402)

    assert "on the way" not in problem["message"]


def test_every_bid_is_shown_and_nobody_is_barred(stack: Running, alice: Api) -> None:
    """None of these providers is audited."""
    created = alice.create(example("web"))
    bidders = {each.address for each in stack.sandbox.providers}

    def bids() -> list[Any] | None:
        found = alice.bids(created["dseq"])
        return found if {bid["id"]["provider"] for bid in found} == bidders else None

    chosen = next(bid for bid in until("a bid of everybody", bids) if bid["id"]["provider"] != BAD_PROVIDER)
    assert alice.lease(created, [chosen]).status_code == 200
