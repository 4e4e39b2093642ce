"""In which order a request is looked at: provider-gateway.md §1.1, §1.2 and §2."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider.cluster import Cluster
from sandbox.provider.deliveries import Deliveries
from sandbox.provider.listener import Connection
from sandbox.provider.market import Market
from sandbox.provider.messages import Request
from sandbox.provider.service import Service
from sandbox.provider.tokens import Gatekeeper
from tests.unit.provider.running import CONFIG
from tests.unit.provider.world import PROVIDER, Clock, FakeChain, Tenant, group

if TYPE_CHECKING:
    from collections.abc import Mapping

UNAUTHORIZED = (401, '{"message":"unauthorized access"}')
MANIFEST, STATUS = "/deployment/5/manifest", "/lease/5/1/1/status"


class Nowhere(asyncio.Transport):
    """Nothing is written: only streams write by themselves."""

    def is_closing(self) -> bool:
        return True


@dataclass
class Gate:
    """A gateway and Alice, who has a lease whose manifest is there."""

    chain: FakeChain = field(default_factory=FakeChain)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        quick = replace(CONFIG.behaviour, apply_seconds=0.0, create_seconds=0.0, start_seconds=0.0)
        cluster = Cluster(replace(CONFIG, behaviour=quick))
        deliveries = Deliveries(self.chain, cluster, PROVIDER, self.clock)
        keeper = Gatekeeper(self.chain, self.clock)
        market = Market(self.chain, self.chain, deliveries, PROVIDER, keeper.learn)
        self.service = Service(PROVIDER, keeper, deliveries, market, self.clock)
        self.alice = Tenant("alice", self.chain)
        self.manifest = self.alice.deploys(5, group())
        self.alice.leases(5)
        asyncio.run(deliveries.submit(self.alice.address, 5, self.manifest))

    def ask(
        self, method: str, target: str, body: bytes = b"", *, header: str = "", certified: str = ""
    ) -> tuple[int, str]:
        async def handled() -> tuple[int, str]:
            headers = (("host", "x"), *([("authorization", header)] if header else []))
            request = Request(method, target, "HTTP/1.1", headers, body)
            reader = asyncio.StreamReader()
            writer = asyncio.StreamWriter(Nowhere(), asyncio.Protocol(), reader, asyncio.get_running_loop())
            answer = await self.service.handle(request, Connection(reader, writer, certified))
            assert answer is not None, "no stream was asked for"
            return answer.status, answer.body.decode()

        return asyncio.run(handled())

    def bearer(self, leases: Mapping[str, Any] | None = None) -> str:
        return f"Bearer {self.alice.token(self.clock.now, leases=leases or {'access': 'full'})}"

    def scoped(self, *scope: str) -> str:
        return self.bearer({"access": "scoped", "scope": list(scope)})

    def granular(self, provider: str = PROVIDER, **changed: Any) -> str:
        deployment = {"dseq": 5, "scope": ["status"], "services": ["web"], **changed}
        permission = {"provider": provider, "access": "granular", "deployments": [deployment]}
        return self.bearer({"access": "granular", "permissions": [permission]})


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.mark.parametrize("header", ["", "Bearer x", "Basic x"])
def test_routes_come_before_tokens(gate: Gate, header: str) -> None:
    assert gate.ask("GET", "/nowhere", header=header) == (404, "404 page not found\n")
    assert gate.ask("GET", "/status/", header=header)[0] == 404
    assert gate.ask("GET", MANIFEST, header=header) == (405, "")
    assert gate.ask("DELETE", STATUS, header=header) == (404, "404 page not found\n")
    assert gate.ask("GET", f"/{STATUS}", header=header)[0] == 301
    assert (
        gate.ask("GET", "/validate", header=header)[0] == gate.ask("GET", "/wiboy", header=header)[0] == 404
    )
    assert gate.ask("GET", "/lease/5/1/1/service/a%2Fb/status", header=header)[0] == 404


def test_a_bad_header_spoils_public_routes_too(gate: Gate) -> None:
    for route in ("/status", "/version", "/address"):
        assert gate.ask("GET", route)[0] == gate.ask("GET", route, header=gate.bearer())[0] == 200
        assert gate.ask("GET", route, header="Basic x") == (400, '{"message":"invalid authorization header"}')
        assert gate.ask("GET", route, header="Bearer x")[0] == 401


def test_without_anything_to_show_protected_routes_are_closed(gate: Gate) -> None:
    routes = [("PUT", MANIFEST), ("GET", STATUS), ("GET", "/lease/5/1/1/logs"), ("POST", "/hostname/migrate")]

    assert {gate.ask(*route) for route in routes} == {UNAUTHORIZED}
    assert gate.ask("GET", "/lease/x/1/1/status") == UNAUTHORIZED


def test_the_provider_comes_before_the_path_and_the_path_before_the_scope(gate: Gate) -> None:
    bad = "/lease/x/1/1/status"
    wrong = (400, 'strconv.ParseUint: parsing "x": invalid syntax\n')

    assert gate.ask("GET", bad, header=gate.granular(Tenant("bob", FakeChain()).address)) == UNAUTHORIZED
    assert gate.ask("GET", bad, header=gate.scoped("logs")) == wrong
    assert gate.ask("GET", STATUS, header=gate.scoped("logs")) == UNAUTHORIZED


def test_a_streams_parameters_come_before_its_scope(gate: Gate) -> None:
    wrong = (400, 'strconv.ParseBool: parsing "maybe": invalid syntax\n')

    assert gate.ask("GET", "/lease/5/1/1/logs?follow=maybe", header=gate.scoped("status")) == wrong
    assert gate.ask("GET", "/lease/5/1/1/logs", header=gate.scoped("status")) == UNAUTHORIZED


def test_some_routes_ask_for_no_scope(gate: Gate) -> None:
    header = gate.scoped("logs")

    assert gate.ask("GET", "/lease/5/1/1/service/web/status", header=header)[0] == 200
    assert gate.ask("POST", "/hostname/migrate", b"{}", header=header) == (400, "")
    assert gate.ask("POST", "/endpoint/migrate", b"{}", header=header) == (400, "")


def test_the_services_of_a_token_are_not_enforced(gate: Gate) -> None:
    header = gate.granular(services=["another"])

    assert gate.ask("GET", "/lease/5/1/1/service/web/status", header=header)[0] == 200


def test_a_manifest_is_accepted_without_a_word_and_read_back_by_its_own_scope(gate: Gate) -> None:
    read = "/lease/5/1/1/manifest"

    assert gate.ask("PUT", MANIFEST, gate.manifest, header=gate.scoped("send-manifest")) == (200, "")
    assert gate.ask("GET", read, header=gate.scoped("get-manifest"))[0] == 200
    assert gate.ask("GET", read, header=gate.scoped("send-manifest")) == UNAUTHORIZED


def test_the_owner_is_the_tokens_issuer_so_anothers_lease_is_not_there(gate: Gate) -> None:
    bob = Tenant("bob", gate.chain)

    assert gate.ask("GET", STATUS, header=f"Bearer {bob.token(gate.clock.now)}") == (404, "")


def test_a_certificate_is_good_for_everything_that_is_its_owners(gate: Gate) -> None:
    assert gate.ask("GET", STATUS, certified=gate.alice.address)[0] == 200
    assert gate.ask("PUT", MANIFEST, gate.manifest, certified=gate.alice.address) == (200, "")
    assert gate.ask("GET", STATUS, certified=Tenant("bob", gate.chain).address) == (404, "")
