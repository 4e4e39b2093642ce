"""Statuses: what a sound provider is asked and says, whatever the others do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import ChainUnavailable, SignerUnavailable
from slipway.domain.ids import Address
from slipway.domain.workload import ForwardedPort, LeaseStatus, ServiceStatus

from tests.contract.providers.behaviours import HOSTILE, healthy
from tests.contract.providers.conftest import AMPLE, SOON, wait_for_the_client

if TYPE_CHECKING:
    from tests.contract.providers.conftest import World

WEB = LeaseStatus(
    services={"web": ServiceStatus("web", 1, 1, ("web.example.com",), 1, 1, 1, 1, 1)},
    forwarded_ports={"web": (ForwardedPort("node.example.com", 22, 31000, "TCP", "web"),)},
    ips=None,
)


def test_a_provider_is_asked_for_the_lease_with_a_token_of_its_own(world: World) -> None:
    server = world.provider("akash1good", healthy)

    status = world.status("akash1good")

    assert status == WEB
    assert world.tokens.minted == [("user", "akash1good", "status")]
    [request] = server.requests
    assert request.startswith(b"GET /lease/501/1/1/status HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in request
    assert b"Authorization: Bearer token-1\r\n" in request


def test_neither_a_server_name_nor_a_protocol_is_named(world: World) -> None:
    """A provider with a public certificate shows it to those who name the host."""
    server = world.provider("akash1good", healthy)

    world.status("akash1good")

    assert server.names == [None]
    assert server.protocols == [None]


def test_leases_of_one_provider_share_one_token(world: World) -> None:
    server = world.provider("akash1good", healthy)
    leases = [world.lease("akash1good", gseq) for gseq in range(1, 6)]

    statuses = world.client.statuses(world.wallet, leases, deadline_seconds=AMPLE)

    assert statuses == dict.fromkeys(leases, WEB)
    assert len(world.tokens.minted) == 1
    assert {request.split()[1] for request in server.requests} == {
        f"/lease/501/{gseq}/1/status".encode() for gseq in range(1, 6)
    }


@pytest.mark.parametrize("mode", HOSTILE)
def test_a_provider_that_fails_has_no_status_and_costs_the_others_nothing(world: World, mode: str) -> None:
    bad, good = world.provider("akash1bad", HOSTILE[mode]), world.provider("akash1good", healthy)
    leases = [world.lease("akash1bad"), world.lease("akash1good")]

    statuses = world.client.statuses(world.wallet, leases, deadline_seconds=SOON)

    assert list(statuses.values()) == [None, WEB]
    bad.settle()
    good.settle()


def test_many_silent_providers_cost_the_others_nothing(world: World) -> None:
    names = [f"akash1silent{number}" for number in range(20)]
    for name in names:
        world.provider(name, HOSTILE["no answer"])
    world.provider("akash1good", healthy)
    leases = [world.lease(name) for name in (*names, "akash1good")]

    statuses = world.client.statuses(world.wallet, leases, deadline_seconds=SOON)

    assert [lease.provider for lease, status in statuses.items() if status] == ["akash1good"]


def test_what_the_chain_does_not_know_or_cannot_say_has_no_status(world: World) -> None:
    world.provider("akash1good", healthy)
    world.chain.failing[Address("akash1hidden")] = ChainUnavailable()
    leases = [world.lease(name) for name in ("akash1unknown", "akash1hidden", "akash1good")]

    statuses = world.client.statuses(world.wallet, leases, deadline_seconds=AMPLE)

    assert list(statuses.values()) == [None, None, WEB]


def test_without_a_token_nothing_is_asked(world: World) -> None:
    server = world.provider("akash1good", healthy)
    world.tokens.error = SignerUnavailable()

    assert world.status("akash1good") is None
    server.settle()
    assert b"".join(server.requests) == b""


def test_a_signer_that_is_stuck_is_not_asked_again_after_the_deadline(world: World) -> None:
    world.provider("akash1good", healthy)
    world.tokens.free.clear()
    world.tokens.error = SignerUnavailable()
    leases = [world.lease("akash1good", gseq) for gseq in range(1, 6)]

    statuses = world.client.statuses(world.wallet, leases, deadline_seconds=SOON)

    world.tokens.free.set()
    wait_for_the_client()
    assert statuses == dict.fromkeys(leases)
    assert world.tokens.asked == 1


def test_no_provider_hears_of_a_wallet_that_is_not_on_the_chain(world: World) -> None:
    server = world.provider("akash1good", healthy)
    world.wallet = replace(world.wallet, on_chain=False)

    assert world.status("akash1good") is None
    assert server.connections == 0
    assert world.chain.asked == []
    assert world.tokens.minted == []


def test_nobody_waits_for_a_chain_that_is_stuck_and_nothing_is_sent_afterwards(world: World) -> None:
    server = world.provider("akash1good", healthy)
    world.chain.free.clear()

    status = world.status("akash1good", SOON)

    world.chain.free.set()
    wait_for_the_client()
    assert status is None
    assert server.connections == 0
    assert world.tokens.minted == []


def test_no_leases_are_no_statuses(world: World) -> None:
    assert world.client.statuses(world.wallet, [], deadline_seconds=AMPLE) == {}
