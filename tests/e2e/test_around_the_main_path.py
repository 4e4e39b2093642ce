"""Around the main path in a whole sandbox: tokens that providers take, raw messages, settings, money."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slipway_signing import tx

from sandbox.up import SandboxConfig
from tests.e2e.journeys import deployed, is_running
from tests.e2e.running import BLOCK_SECONDS, Api, Running, client, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

CLOSE = "/akash.deployment.v1beta4.MsgCloseDeployment"


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS)) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


def wallet(api: Api) -> Any:
    user = api.ask("GET", "/v1/user/me")["data"]["id"]
    [found] = api.ask("GET", f"/v1/wallets?userId={user}")["data"]
    return found


def token(api: Api, leases: Any) -> str:
    body = {"data": {"ttl": 60, "leases": leases}}
    return str(api.ask("POST", "/v1/create-jwt-token", body, expect=201)["data"]["token"])


def claims(text: str) -> Any:
    part = text.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def close(api: Api, owner: str, dseq: str) -> httpx.Response:
    value = tx.parsed(CLOSE, {"id": {"owner": owner, "dseq": dseq}}).SerializeToString()
    message = {"typeUrl": CLOSE, "value": base64.b64encode(value).decode()}
    user = api.ask("GET", "/v1/user/me")["data"]["id"]
    return api.call("POST", "/v1/tx", {"data": {"userId": user, "messages": [message]}})


def test_a_token_tells_the_wallet_before_it_has_sent_anything(alice: Api) -> None:
    assert claims(token(alice, {"access": "full"}))["iss"] == wallet(alice)["address"]


def test_a_provider_takes_a_users_token_for_what_it_names_and_for_nothing_else(
    stack: Running, alice: Api
) -> None:
    dseq = deployed(alice)
    until("the service to be available", lambda: is_running(alice, dseq))
    [lease] = alice.detail(dseq)["leases"]
    provider = lease["id"]["provider"]
    url = next(each.url for each in stack.sandbox.providers if each.address == provider)

    def status(leases: Any) -> int:
        headers = {"authorization": f"Bearer {token(alice, leases)}"}
        with httpx.Client(verify=False, trust_env=False, headers=headers) as http:  # noqa: S501
            return http.get(f"{url}/lease/{dseq}/1/1/status").status_code

    granular = {"access": "granular", "permissions": [{"provider": provider, "access": "full"}]}
    assert status({"access": "full"}) == 200
    assert status({"access": "scoped", "scope": ["status"]}) == 200
    assert status(granular) == 200
    assert status({"access": "scoped", "scope": ["logs"]}) == 401


def test_a_raw_message_lands_once_and_only_for_its_own_wallet(stack: Running, alice: Api) -> None:
    dseq = alice.create(example("web"))["dseq"]
    own = wallet(alice)["address"]
    with stack.user() as bob:
        stolen = close(bob, own, dseq)

    first, second = close(alice, own, dseq), close(alice, own, dseq)

    assert stolen.status_code == 403
    assert first.json()["data"]["code"] == 0
    assert (second.status_code, second.json()["message"]) == (400, "Deployment closed")
    assert alice.detail(dseq)["deployment"]["state"] == "closed"


def test_money_adds_up_whoever_asks(alice: Api) -> None:
    alice.create(example("web"), deposit=2)
    address = wallet(alice)["address"]

    own = alice.ask("GET", "/v1/balances")["data"]

    assert own["balance"] + own["deployments"] == own["total"] == 100_000_000
    assert own["deployments"] == 2_000_000
    with httpx.Client(base_url=alice.http.base_url, trust_env=False) as nobody:
        assert nobody.get(f"/v1/balances?address={address}").json()["data"] == own
        assert nobody.get("/v1/balances").status_code == 401


def test_settings_know_their_deployment_and_its_cost(alice: Api) -> None:
    dseq = deployed(alice)

    setting = alice.ask("GET", f"/v2/deployment-settings/{dseq}")["data"]
    weekly = alice.ask("GET", "/v1/weekly-cost")["data"]["weeklyCost"]

    assert (setting["autoTopUpEnabled"], setting["closed"]) == (True, False)
    assert setting["estimatedTopUpAmount"] > 0
    assert abs(weekly * 1_000_000 - 7 * setting["estimatedTopUpAmount"]) < 7
    alice.ask("DELETE", f"/v1/deployments/{dseq}")
    assert alice.ask("GET", f"/v2/deployment-settings/{dseq}")["data"]["closed"] is True
    assert alice.ask("GET", "/v1/weekly-cost")["data"]["weeklyCost"] == 0


@pytest.mark.parametrize("name", ["web", "blog-with-database"])
def test_who_bids_was_among_those_who_could(stack: Running, alice: Api, name: str) -> None:
    """The groups of a validated SDL go into the screening as they are."""
    sdl = example(name)
    [group] = alice.ask("POST", "/v1/sdl/validate", {"data": {"sdl": sdl}})["data"]["groups"]

    told = alice.ask("POST", "/v1/bid-screening", {**group, "timezone": "Europe/Berlin"})["providers"]
    dseq = alice.create(sdl)["dseq"]
    bidders = until("bids", lambda: {bid["id"]["provider"] for bid in alice.bids(dseq)})

    assert bidders <= {each["owner"] for each in told} <= {each.address for each in stack.sandbox.providers}


def test_nobody_could_bid_on_what_nobody_has(alice: Api) -> None:
    [group] = alice.ask("POST", "/v1/sdl/validate", {"data": {"sdl": example("web")}})["data"]["groups"]
    group["resources"][0]["resource"]["memory"]["quantity"]["val"] = str(2**60)

    answer = alice.ask("POST", "/v1/bid-screening", {**group, "timezone": "Europe/Berlin"})

    assert answer == {"providers": []}


def test_providers_are_seen_as_they_are(stack: Running) -> None:
    with httpx.Client(base_url=stack.sandbox.base_url, trust_env=False, timeout=30) as nobody:
        listed = {each["owner"]: each for each in nobody.get("/v1/providers").json()}
        for provider in stack.sandbox.providers:
            one = nobody.get(f"/v1/providers/{provider.address}").json()
            assert listed[provider.address]["hostUri"] == one["hostUri"] == provider.url

    assert listed.keys() == {each.address for each in stack.sandbox.providers}
    assert any(each["isOnline"] and each["stats"]["cpu"]["available"] > 0 for each in listed.values())


@pytest.mark.parametrize(
    "path", ["/status", "/v1/healthz/readiness", "/v1/blockchain-status", "/v1/auditors", "/v1/providers"]
)
def test_what_is_public_is_closed_to_keys_that_are_none(stack: Running, path: str) -> None:
    with client(stack.sandbox.base_url, "abc") as stranger:
        refused = stranger.get(path)

    assert (refused.status_code, refused.json()["message"]) == (401, "Invalid API key")
    with httpx.Client(base_url=stack.sandbox.base_url, trust_env=False, timeout=30) as nobody:
        assert nobody.get(path).status_code == 200
        assert nobody.get(path, headers={"authorization": "Bearer x"}).status_code == 200
