"""Manifests: sent until the provider has seen the lease, and every failure told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import SignerUnavailable
from slipway.domain.workload import Delivery

from tests.contract.providers.behaviours import HOSTILE, answering, healthy, in_turn
from tests.contract.providers.conftest import SOON, wait_for_the_client

if TYPE_CHECKING:
    from tests.contract.providers.conftest import World

NO_LEASE = answering(404, "no lease for deployment\n")
OLD_VERSION = answering(422, "manifest version validation failed\n")
TAKEN = answering(200)


def test_a_manifest_is_put_as_it_is(world: World) -> None:
    server = world.provider("akash1good", TAKEN)
    manifest = '[{"name":"d\u00e9","services":[]}]'

    deliveries = world.deliver("akash1good", manifest=manifest)

    assert deliveries == (Delivery(world.lease("akash1good").provider, server.host_uri, True, 200, ""),)
    assert world.tokens.minted == [("user", "akash1good", "send-manifest")]
    [request] = server.requests
    head, _, content = request.partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /deployment/501/manifest HTTP/1.1\r\n")
    assert content == manifest.encode()


@pytest.mark.parametrize("passing", [NO_LEASE, OLD_VERSION], ids=["no lease", "old version"])
def test_what_time_may_change_is_tried_again_with_the_same_token(world: World, passing: object) -> None:
    server = world.provider("akash1late", in_turn(passing, passing, TAKEN))  # type: ignore[arg-type]

    [delivery] = world.deliver("akash1late")

    assert delivery.delivered
    assert len(server.requests) == 3
    assert len(world.tokens.minted) == 1


def test_a_lease_that_is_never_seen_is_told_in_the_end(world: World) -> None:
    server = world.provider("akash1late", NO_LEASE)

    [delivery] = world.deliver("akash1late", seconds=SOON)

    assert (delivery.delivered, delivery.status) == (False, 404)
    assert delivery.text == "no lease for deployment"
    assert len(server.requests) > 1


@pytest.mark.parametrize(
    ("status", "content", "text"),
    [
        (422, 'invalid manifest: service "web": has invalid hostname "a"\n', None),
        (401, '{"message":"unauthorized access"}', "unauthorized access"),
        (400, '{"message":5}', '{"message":5}'),
        (422, "a\x1b[31mred\x07 word\u202e and\r\n a line\x00", "a [31mred word and a line"),
        (422, "x" * 5000, "x" * 999 + "…"),
        (404, "", "The provider did not take the manifest (HTTP 404)"),
        (500, 'hostname not allowed: host "h" in use\n', None),
        (500, "manifest version validation failed: 1\n", None),
    ],
)
def test_a_refusal_is_told_in_the_providers_words(
    world: World, status: int, content: str, text: str | None
) -> None:
    server = world.provider("akash1bad", answering(status, content))

    [delivery] = world.deliver("akash1bad")

    assert (delivery.delivered, delivery.refused, delivery.status) == (False, True, status)
    assert delivery.text == (text or content.strip())
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [201, 204, 301, 307, 308, 500, 503, 599])
def test_trouble_of_the_providers_own_is_told_in_ours(world: World, status: int) -> None:
    elsewhere = world.server(healthy, None)
    moved = answering(status, "" if status == 204 else "secret", f"Location: {elsewhere.host_uri}/\r\n")
    world.provider("akash1bad", moved)

    [delivery] = world.deliver("akash1bad")

    assert (delivery.delivered, delivery.refused, delivery.status) == (False, False, status)
    assert delivery.text == f"The provider did not take the manifest (HTTP {status})"
    assert elsewhere.connections == 0


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("no answer", "The provider did not answer in time"),
        ("head in drops", "The provider did not answer in time"),
        ("no word", "The provider cannot be reached"),
        ("endless body", "The provider's answer cannot be read"),
        ("another protocol", "The provider's answer cannot be read"),
    ],
)
def test_one_provider_that_fails_leaves_the_others_their_manifest(world: World, mode: str, text: str) -> None:
    bad, good = world.provider("akash1bad", HOSTILE[mode]), world.provider("akash1good", TAKEN)

    first, second = world.deliver("akash1bad", "akash1good", seconds=SOON)

    assert (first.delivered, first.status, first.text) == (False, None, text)
    assert second.delivered
    bad.settle()
    good.settle()


def test_a_provider_that_does_not_read_ends_at_the_deadline(world: World) -> None:
    world.provider("akash1deaf", lambda visit: visit.stall())

    [delivery] = world.deliver("akash1deaf", manifest="[" + " " * 20_000_000 + "]", seconds=SOON)

    assert delivery.text == "The provider did not answer in time"


def test_no_provider_is_sent_a_manifest_of_a_wallet_that_is_not_on_the_chain(world: World) -> None:
    server = world.provider("akash1good", TAKEN)
    world.wallet = replace(world.wallet, on_chain=False)

    [delivery] = world.deliver("akash1good")

    assert (delivery.delivered, delivery.status) == (False, None)
    assert delivery.text == "The wallet has not sent a transaction yet"
    assert (server.connections, world.tokens.minted) == (0, [])


def test_our_own_failures_are_told_as_such(world: World) -> None:
    world.provider("akash1good", TAKEN)
    world.tokens.error = SignerUnavailable()

    unsigned, unknown = world.deliver("akash1good", "akash1unknown")

    assert unsigned.text == str(SignerUnavailable())
    assert (unknown.text, unknown.host_uri) == ("Provider akash1unknown not found", None)


def test_a_chain_that_is_stuck_is_told_at_the_deadline(world: World) -> None:
    world.provider("akash1good", TAKEN)
    world.chain.free.clear()

    [delivery] = world.deliver("akash1good", seconds=SOON)

    world.chain.free.set()
    wait_for_the_client()
    assert delivery.text == "The provider did not answer in time"
