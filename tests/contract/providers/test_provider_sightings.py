"""Looks at providers: without a token, pinned, bounded, and not more often than needed."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from slipway.adapters.provider_sightings import AWAY_SECONDS, KEPT_SECONDS, PinnedSightings
from slipway.domain.errors import ChainUnavailable
from slipway.domain.ids import Address
from slipway.domain.provider import Registration

from tests.contract.providers.behaviours import HOSTILE, answering, in_turn
from tests.contract.providers.certificates import make_identity
from tests.contract.providers.conftest import AMPLE, SOON, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from slipway.domain.provider import Sighting

    from tests.contract.providers.servers import Behaviour, Server

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
up = answering(200, json.dumps({"cluster": {"leases": 7}, "manifest": {"deployments": 3}}))
down = answering(500, "Internal Server Error")


class Looking:
    """Providers by name, and somebody who looks at them. `seconds` is the time that has passed."""

    def __init__(self, world: World) -> None:
        self.world, self.seconds = world, 0.0
        self.sightings = PinnedSightings(
            chain=world.chain,
            hosts="loopback",
            now=lambda: NOON + timedelta(seconds=self.seconds),
            clock=lambda: self.seconds,
        )

    def provider(self, name: str, behave: Behaviour) -> tuple[Registration, Server]:
        server = self.world.provider(name, behave)
        return Registration(Address(name), server.host_uri, "", "", ()), server

    def look(self, *providers: Registration, seconds: float = AMPLE) -> Mapping[Address, Sighting]:
        return self.sightings.look(providers, deadline_seconds=seconds)


@pytest.fixture
def looking(tmp_path: Path) -> Iterator[Looking]:
    with ExitStack() as stack:
        yield Looking(World(tmp_path, stack))


def test_a_provider_is_asked_for_its_status_and_shown_nothing(looking: Looking) -> None:
    good, server = looking.provider("akash1good", up)

    sighting = looking.look(good)[good.owner]

    assert sighting.status is not None
    assert (sighting.status.leases, sighting.status.deployments) == (7, 3)
    assert sighting.checked_at == sighting.online_at == NOON
    [request] = server.requests
    assert request.startswith(b"GET /status HTTP/1.1\r\n")
    assert b"authorization" not in request.lower()
    assert looking.world.tokens.minted == []


@pytest.mark.parametrize("mode", HOSTILE)
def test_a_provider_that_fails_is_away_and_costs_the_others_nothing(looking: Looking, mode: str) -> None:
    bad, _ = looking.provider("akash1bad", HOSTILE[mode])
    good, _ = looking.provider("akash1good", up)

    seen = looking.look(bad, good, seconds=SOON)

    assert seen[good.owner].status is not None
    assert bad.owner not in seen or seen[bad.owner].status is None


def test_what_is_not_the_provider_is_sent_nothing(looking: Looking) -> None:
    good, server = looking.provider("akash1good", up)
    other = make_identity("akash1good")
    looking.world.chain.register(good.owner, server.host_uri, other.certificate)

    assert looking.look(good)[good.owner].status is None
    assert b"".join(server.requests) == b""


def test_an_address_that_is_none_and_a_chain_that_is_away_are_no_errors(looking: Looking) -> None:
    nowhere = Registration(Address("akash1nowhere"), "https://user@example.com", "", "", ())
    hidden, _ = looking.provider("akash1hidden", up)
    looking.world.chain.failing_certificates[hidden.owner] = ChainUnavailable()

    seen = looking.look(nowhere, hidden)

    assert [each.status for each in seen.values()] == [None, None]


def test_what_was_seen_is_kept_for_a_while_and_failures_longer(looking: Looking) -> None:
    good, good_server = looking.provider("akash1good", up)
    bad, bad_server = looking.provider("akash1bad", down)

    for looking.seconds in (0.0, KEPT_SECONDS - 1, KEPT_SECONDS, AWAY_SECONDS - 1):
        looking.look(good, bad)

    assert len(good_server.requests) == 3
    assert len(bad_server.requests) == 1


def test_one_that_goes_away_was_last_seen_before(looking: Looking) -> None:
    good, _ = looking.provider("akash1good", in_turn(up, down))
    looking.look(good)

    looking.seconds = KEPT_SECONDS
    sighting = looking.look(good)[good.owner]

    assert sighting.status is None
    assert sighting.online_at == NOON
    assert sighting.checked_at == NOON + timedelta(seconds=KEPT_SECONDS)


def test_a_provider_that_moved_is_looked_at_anew(looking: Looking) -> None:
    old, _ = looking.provider("akash1good", down)
    looking.look(old)
    moved, _ = looking.provider("akash1good", up)

    assert looking.look(moved)[moved.owner].status is not None
    assert looking.look(replace(moved, email="new"))[moved.owner].status is not None
