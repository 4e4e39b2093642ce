"""What existing clients trip over: odd numbers, lost manifests, half-done calls, and things that are away."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.control import commands
from sandbox.provider.cast import CAST
from sandbox.replay.console_outages import AwsAway, HangingProvider, NodeAway, RefusingProvider
from sandbox.up import SandboxConfig
from tests.e2e.journeys import deployed, is_running
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from sandbox.replay.console_outages import Outage

pytestmark = pytest.mark.e2e

ONLY = "only"


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    """One provider: whoever wants a bid gets this one's."""
    with running(
        SandboxConfig(block_seconds=BLOCK_SECONDS, providers=(replace(CAST[0], name=ONLY),))
    ) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


@contextmanager
def away(stack: Running, outage: Outage) -> Iterator[None]:
    stack.run(outage.begin(stack.sandbox))
    try:
        yield
    finally:
        stack.run(outage.end(stack.sandbox))


def must_ask_again(answer: httpx.Response) -> Any:
    """A 503 that says when."""
    assert answer.status_code == 503, f"{answer.request.method} {answer.request.url}: {answer.text[:300]}"
    assert int(answer.headers["retry-after"]) > 0
    return answer.json()


def test_a_dseq_may_be_a_number_or_a_text(alice: Api) -> None:
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])["id"]
    dseq = int(created["dseq"])
    named = {"gseq": 1, "oseq": 1, "provider": bid["provider"]}

    by_number = alice.call(
        "POST", "/v1/leases", {"manifest": created["manifest"], "leases": [{**named, "dseq": dseq}]}
    )
    by_text = alice.call(
        "POST", "/v1/leases", {"manifest": created["manifest"], "leases": [{**named, "dseq": str(dseq)}]}
    )
    deposits = [
        alice.call("POST", "/v1/deposit-deployment", {"data": {"dseq": each, "deposit": 0.1}})
        for each in (dseq, str(dseq))
    ]

    answers = [by_number, by_text, *deposits, alice.call("GET", f"/v1/deployments/000{dseq}")]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert {answer.json()["data"]["deployment"]["id"]["dseq"] for answer in answers} == {str(dseq)}


def test_the_manifest_travels_as_text_and_may_be_parsed_on_the_way(alice: Api) -> None:
    """A client may hold it as JSON and write it again: other spaces and another order of keys."""
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])
    again = json.dumps(json.loads(created["manifest"]), indent=2)

    answer = alice.lease({**created, "manifest": again}, [bid])

    assert answer.status_code == 200
    assert until("the service to run", lambda: is_running(alice, created["dseq"]))


def test_a_lost_manifest_comes_back_with_an_update(alice: Api) -> None:
    """Without it no lease is made; the same SDL makes the same one."""
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])

    lost = alice.lease({**created, "manifest": ""}, [bid])
    second = alice.create(example("web"))

    assert lost.status_code == 422
    assert alice.detail(created["dseq"])["leases"] == []
    assert second["manifest"] == created["manifest"]
    assert alice.lease({**created, "manifest": second["manifest"]}, [bid]).status_code == 200


def test_a_provider_that_is_away_leaves_the_lease_and_the_repeat_goes_on(stack: Running, alice: Api) -> None:
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])

    with away(stack, RefusingProvider(ONLY)):
        problem = must_ask_again(alice.lease(created, [bid]))
        [lease] = alice.detail(created["dseq"])["leases"]

    assert problem["reason"] == "manifest_not_delivered"
    assert (lease["state"], lease["status"]) == ("active", None)
    again = alice.lease(created, [bid])
    assert again.status_code == 200
    assert len(again.json()["data"]["leases"]) == 1
    assert until("the service to run", lambda: is_running(alice, created["dseq"]))


def test_a_provider_that_hangs_is_a_503_and_the_repeat_goes_on(stack: Running, alice: Api) -> None:
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"])

    with away(stack, HangingProvider(ONLY)):
        must_ask_again(alice.lease(created, [bid]))
        assert alice.detail(created["dseq"])["leases"][0]["status"] is None

    assert alice.lease(created, [bid]).status_code == 200
    assert until("the service to run", lambda: is_running(alice, created["dseq"]))


def test_a_provider_that_comes_back_is_seen_by_the_next_call(stack: Running, alice: Api) -> None:
    dseq = deployed(alice)
    until("the service to run", lambda: is_running(alice, dseq))

    with away(stack, RefusingProvider(ONLY)):
        assert alice.detail(dseq)["leases"][0]["status"] is None

    assert until("its status", lambda: alice.detail(dseq)["leases"][0]["status"])


def test_a_signer_that_is_away_is_a_503(stack: Running, alice: Api) -> None:
    dseq = alice.create(example("web"))["dseq"]

    with away(stack, AwsAway("SignerSign", function=True)):
        must_ask_again(alice.call("POST", "/v1/deployments", {"data": {"sdl": example("web")}}))
        must_ask_again(alice.call("DELETE", f"/v1/deployments/{dseq}"))
        must_ask_again(alice.call("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": 1}}))
        assert alice.detail(dseq)["deployment"]["state"] == "active"

    alice.ask("DELETE", f"/v1/deployments/{dseq}")


def test_a_node_that_is_away_is_a_503_everywhere(stack: Running, alice: Api) -> None:
    dseq = alice.create(example("web"))["dseq"]
    own = alice.ask("GET", "/v1/user/me")["data"]["id"]

    with away(stack, NodeAway()):
        for method, path, body in (
            ("GET", "/v1/deployments", None),
            ("GET", "/v1/deployments?cursor=", None),
            ("GET", f"/v1/deployments/{dseq}", None),
            ("GET", f"/v1/bids/{dseq}", None),
            ("GET", "/v1/balances", None),
            ("GET", f"/v1/wallets?userId={own}", None),
            ("POST", "/v1/deployments", {"data": {"sdl": example("web")}}),
            ("PUT", f"/v1/deployments/{dseq}", {"data": {"sdl": example("web")}}),
            ("DELETE", f"/v1/deployments/{dseq}", None),
        ):
            must_ask_again(alice.call(method, path, body))

    assert alice.detail(dseq)["deployment"]["state"] == "active"


def test_keys_that_cannot_be_read_are_a_503(stack: Running, alice: Api) -> None:
    with away(stack, AwsAway("DynamoDB")):
        problem = must_ask_again(alice.call("GET", "/v1/deployments"))

    assert problem["error"] == "ServiceUnavailableError"
    assert alice.call("GET", "/v1/deployments").status_code == 200


def test_a_wallet_that_is_still_being_made_is_a_matter_of_seconds(stack: Running) -> None:
    """Its grants wait for a block: lists are empty, and creating is for later."""
    users, chain = stack.sandbox.users, stack.sandbox.chain
    assert chain is not None
    key = stack.run(users.create_key("newcomer", "first"))
    with stack.caller(key) as api:
        assert api.call("POST", "/v1/deployments", {"data": {"sdl": example("web")}}).status_code == 404
        stack.loop.call_soon_threadsafe(chain.pace.stop)
        opening = asyncio.run_coroutine_threadsafe(
            users.open_wallet("newcomer", credit=10_000_000, fees=1_000_000), stack.loop
        )
        try:
            empty = until("a wallet", lambda: seen(api))
            waiting = api.call("POST", "/v1/deployments", {"data": {"sdl": example("web")}})
        finally:
            stack.loop.call_soon_threadsafe(chain.pace.resume)
        opening.result()

        assert (empty["deployments"], empty["pagination"]["total"]) == ([], 0)
        assert (waiting.status_code, waiting.json()["code"]) == (409, "wallet_provisioning")
        assert int(waiting.headers["retry-after"]) > 0
        assert api.create(example("web"))["dseq"]


def seen(api: Api) -> Any:
    answer = api.call("GET", "/v1/deployments")
    return answer.json()["data"] if answer.status_code == 200 else None


def test_money_that_ran_out_between_two_calls_is_told(stack: Running) -> None:
    with stack.user(credit=600_000) as api:
        dseq = deployed_for(api, deposit=0.5)
        owner = api.detail(dseq)["deployment"]["id"]["owner"]
        assert stack.sandbox.control is not None
        stack.run(stack.sandbox.control.panel.run(commands.Drain(owner=owner, dseq=int(dseq))))

        broke = api.call("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": 0.5}})
        poor = api.call("POST", "/v1/deployments", {"data": {"sdl": example("web"), "deposit": 0.5}})
        saved = api.call("POST", "/v1/deposit-deployment", {"data": {"dseq": dseq, "deposit": 0.05}})

        assert [(answer.status_code, answer.json()["reason"]) for answer in (broke, poor)] == [
            (402, "credit_too_low")
        ] * 2
        assert (saved.status_code, saved.json()["data"]["deployment"]["state"]) == (200, "active")
        assert api.ask("DELETE", f"/v1/deployments/{dseq}") == {"data": {"success": True}}


def deployed_for(api: Api, *, deposit: float) -> str:
    created = api.create(example("web"), deposit=deposit)
    answer = api.lease(created, [api.first_bid(created["dseq"])])
    assert answer.status_code == 200, answer.text
    return str(created["dseq"])


def test_a_head_is_a_get_without_its_body(alice: Api) -> None:
    dseq = alice.create(example("web"))["dseq"]

    for path in ("/v1/deployments", f"/v1/deployments/{dseq}"):
        answer = alice.call("HEAD", path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert alice.call("HEAD", "/v1/nothing").status_code == 404
