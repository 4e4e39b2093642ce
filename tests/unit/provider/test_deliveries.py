"""provider-gateway.md §2.3 and §3; recordings 05 and 17."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider import deliveries
from sandbox.provider.cluster import Cluster
from sandbox.provider.config import Faults, ProviderConfig, Tariff
from sandbox.provider.deliveries import Deliveries
from tests.unit.provider.world import PROVIDER, Clock, FakeChain, Tenant, expose, group, service

if TYPE_CHECKING:
    from sandbox.provider.chain_view import LeaseId

NO_LEASE = (404, "no lease for deployment\n")
ACCEPTED = (200, "")


@dataclass
class World:
    config: ProviderConfig = ProviderConfig("test", Tariff(Decimal(1), Decimal(1), Decimal(1)))
    chain: FakeChain = field(default_factory=FakeChain)
    clock: Clock = field(default_factory=Clock)
    changes: list[LeaseId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.config)
        self.deliveries = Deliveries(self.chain, self.cluster, PROVIDER, self.clock, self.changes.append)
        self.alice = Tenant("alice", self.chain)

    def put(self, dseq: int, body: bytes, *, by: Tenant | None = None) -> tuple[int, str]:
        answer = asyncio.run(self.deliveries.submit((by or self.alice).address, dseq, body))
        return answer.status, answer.body.decode()


@pytest.fixture
def world() -> World:
    return World()


def _with(**changed: Any) -> World:
    return World(replace(World().config, **changed))


def test_the_manifest_of_a_lease_is_accepted_and_runs(world: World) -> None:
    body = world.alice.deploys(5, group())
    lease = world.alice.leases(5)

    assert world.put(5, body) == ACCEPTED

    workload = world.cluster.find(lease)
    assert workload and workload.group["name"] == "dcloud"
    assert world.changes == [lease]


def test_the_same_again_changes_nothing(world: World) -> None:
    body = world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.put(5, body)
    before = world.cluster.find(lease)
    world.clock.pass_time(100)

    assert world.put(5, body) == ACCEPTED
    assert world.cluster.find(lease) == before


def test_a_provider_runs_only_the_groups_that_it_has_leases_for(world: World) -> None:
    body = world.alice.deploys(5, group(name="here"), group(name="there"))
    here = world.alice.leases(5)
    there = world.alice.leases(5, "another provider", gseq=2)

    world.put(5, body)

    assert world.cluster.find(here) and not world.cluster.find(there)


def test_without_a_lease_it_is_404_and_kept_until_the_lease_comes(world: World) -> None:
    body = world.alice.deploys(5, group())
    assert world.put(5, body) == NO_LEASE

    lease = world.alice.leases(5)
    world.deliveries.won(lease)

    assert world.cluster.find(lease)


def test_the_absence_of_a_lease_is_remembered_for_five_seconds(world: World) -> None:
    body = world.alice.deploys(5, group())
    world.put(5, body)
    world.alice.leases(5)

    assert world.put(5, body) == NO_LEASE
    world.clock.pass_time(5)
    assert world.put(5, body) == ACCEPTED


def test_a_lease_that_is_won_ends_that_memory(world: World) -> None:
    body = world.alice.deploys(5, group())
    world.put(5, body)
    world.deliveries.won(world.alice.leases(5))

    assert world.put(5, body) == ACCEPTED


def test_another_hash_than_the_chains_is_422(world: World) -> None:
    world.alice.deploys(5, group())
    other = world.alice.deploys(6, group(service(image="other")))
    world.alice.leases(5)

    assert world.put(5, other) == (422, "manifest version validation failed\n")


def test_an_updated_deployment_takes_the_new_manifest_at_once(world: World) -> None:
    old = world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.put(5, old)

    new = world.alice.deploys(5, group(service(image="new")))

    assert world.put(5, new) == ACCEPTED
    assert world.put(5, old) == (422, "manifest version validation failed\n")
    workload = world.cluster.find(lease)
    assert workload and workload.generation == 2


def test_what_is_wrong_in_itself_is_told_before_the_hash(world: World) -> None:
    world.alice.deploys(5, group())
    world.alice.leases(5)
    bad = world.alice.deploys(6, group(service("WEB")))

    assert world.put(5, bad) == (422, 'invalid manifest: service "WEB" name is invalid\n')
    assert world.put(5, b"hello") == (422, "invalid character 'h' looking for beginning of value\n")


def test_a_manifest_of_the_chains_hash_must_match_its_groups(world: World) -> None:
    body = world.alice.deploys(5, group(service(count=2)))
    world.alice.deploys(6, group())
    deployment = world.chain.deployments[world.alice.address, 5]
    groups = world.chain.deployments[world.alice.address, 6].groups
    world.chain.deployments[world.alice.address, 5] = replace(deployment, groups=groups)

    status, text = world.put(5, body)

    assert status == 422 and text.startswith('manifest cross-validation error: group "dcloud": service "web"')


def test_a_deployment_that_is_not_there_or_anothers_is_500(world: World) -> None:
    body = world.alice.deploys(5, group())
    text = "rpc error: code = NotFound desc = Deployment not found: key not found\n"

    assert world.put(99, body) == (500, text)
    assert world.put(5, body, by=Tenant("bob", world.chain)) == (500, text)


def test_a_chain_that_is_away_is_500(world: World) -> None:
    body = world.alice.deploys(5, group())
    world.chain.is_away = True

    assert world.put(5, body) == (500, "rpc error: code = Unavailable desc = away\n")


def test_a_chain_that_answers_nothing_holds_a_manifest_no_longer_than_two_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(owner: str, dseq: int) -> None:
        await asyncio.Event().wait()

    assert deliveries.SUBMIT_SECONDS == 120.0
    monkeypatch.setattr(deliveries, "SUBMIT_SECONDS", 0.0)
    monkeypatch.setattr(world.chain, "deployment", never)
    body = world.alice.deploys(5, group())

    assert world.put(5, body) == (500, "context deadline exceeded\n")


def test_a_host_of_another_owner_is_taken(world: World) -> None:
    with_host = group(service(expose=[expose(hosts=["a.example.com"])]))
    bob = Tenant("bob", world.chain)
    for tenant in (world.alice, bob):
        tenant.deploys(5, with_host)
        tenant.leases(5)
    world.put(5, world.alice.deploys(5, with_host))

    taken = world.put(5, bob.deploys(5, with_host), by=bob)

    assert taken == (500, 'hostname not allowed: host "a.example.com" in use\n')


def test_ones_own_host_stays_with_the_lease_that_has_it(world: World) -> None:
    with_host = group(service(expose=[expose(hosts=["a.example.com"])]))
    first, second = (world.alice.leases(dseq) for dseq in (5, 6))

    for dseq in (5, 6):
        assert world.put(dseq, world.alice.deploys(dseq, with_host)) == ACCEPTED

    assert world.cluster.holder("a.example.com") == first != second


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("no.example.com", '"no.example.com" is blocked by this provider'),
        ("x.no.example.org", 'domain "x.no.example.org" is blocked by this provider'),
    ],
)
def test_a_provider_blocks_hosts_and_domains(host: str, text: str) -> None:
    world = _with(blocked_hosts=("no.example.com", ".no.example.org"))
    body = world.alice.deploys(5, group(service(expose=[expose(hosts=[host])])))
    world.alice.leases(5)

    assert world.put(5, body) == (500, f"hostname not allowed: {text}\n")


def test_without_static_hosts_an_http_service_must_bring_one() -> None:
    world = _with(static_hosts=False)
    body = world.alice.deploys(5, group())
    world.alice.leases(5)

    text = 'manifest rejected: service "web" exposed on 80:TCP must have a hostname\n'
    assert world.put(5, body) == (422, text)


def test_a_bad_provider_refuses_every_manifest() -> None:
    world = _with(faults=Faults(refuse_manifests=(422, "no")))
    body = world.alice.deploys(5, group())
    lease = world.alice.leases(5)

    assert world.put(5, body) == (422, "no\n")
    assert not world.cluster.find(lease)


def test_a_lost_lease_takes_its_workload_and_hosts_with_it(world: World) -> None:
    body = world.alice.deploys(5, group(service(expose=[expose(hosts=["a.example.com"])])))
    lease = world.alice.leases(5)
    world.put(5, body)
    world.chain.leases.clear()

    world.deliveries.lost(lease)

    assert not world.cluster.find(lease) and not world.cluster.holder("a.example.com")
    assert world.put(5, body) == NO_LEASE


def test_a_lease_without_a_manifest_is_overdue_after_its_time() -> None:
    world = _with(manifest_seconds=20.0)
    world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.deliveries.won(lease)

    world.clock.pass_time(19)
    assert world.deliveries.overdue() == []
    world.clock.pass_time(1)
    assert world.deliveries.overdue() == [lease]


@pytest.mark.parametrize("body", [b"[]", b'[{"name":"x"}]'])
def test_any_manifest_that_decodes_stops_the_watchdog(body: bytes) -> None:
    world = _with(manifest_seconds=20.0)
    world.alice.deploys(5, group())
    world.deliveries.won(world.alice.leases(5))

    world.put(5, body)
    world.clock.pass_time(20)

    assert world.deliveries.overdue() == []


def test_what_does_not_decode_leaves_the_watchdog_running() -> None:
    world = _with(manifest_seconds=20.0)
    world.alice.deploys(5, group())
    lease = world.alice.leases(5)
    world.deliveries.won(lease)

    world.put(5, b"hello")
    world.clock.pass_time(20)

    assert world.deliveries.overdue() == [lease]


def test_a_manifest_that_came_before_its_lease_runs_and_is_still_watched_for() -> None:
    world = _with(manifest_seconds=20.0)
    world.put(5, world.alice.deploys(5, group()))
    lease = world.alice.leases(5)
    world.deliveries.won(lease)
    world.clock.pass_time(20)

    assert world.cluster.find(lease)
    assert world.deliveries.overdue() == [lease]
