"""One deployment with its live status, and a new manifest for it."""

from __future__ import annotations

import base64

import pytest
from slipway.domain.errors import (
    DeploymentClosed,
    DeploymentNotFound,
    GroupsChanged,
    InvalidVersion,
    ManifestNotDelivered,
)
from slipway.domain.ids import Dseq
from slipway.domain.messages import UpdateDeployment
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.mistakes import SdlInvalid

from tests.fakes.world import CHEAP, WEB, World, an_address

NEWER = WEB.replace("nginx:1.27-alpine", "nginx:1.28-alpine")


def hash_of(sdl: str) -> str:
    return base64.b64encode(compile_sdl(sdl).version).decode()


def test_a_silent_provider_only_costs_the_status(world: World) -> None:
    alice = world.user()
    web = world.running(alice)
    world.providers.silent.add(CHEAP)

    detail = world.read(alice, web.dseq)

    assert list(detail.statuses.values()) == [None]
    assert detail.deployment.is_open


def test_an_ended_lease_is_told_and_nobody_is_asked_about_it(world: World) -> None:
    alice = world.user()
    web = world.running(alice)
    [lease] = world.chain.leases(an_address(alice))
    world.chain.end(lease)

    detail = world.read(alice, web.dseq)

    assert [each.state for each in detail.leases] == ["closed"]
    assert detail.statuses == {}


def test_what_is_not_yours_is_not_there(world: World) -> None:
    web = world.create(world.user("alice"))
    mallory = world.user("mallory")

    with pytest.raises(DeploymentNotFound):
        world.read(mallory, web.dseq)
    with pytest.raises(DeploymentNotFound):
        world.update(mallory, web.dseq, NEWER)


def test_an_unknown_dseq_is_not_there(world: World) -> None:
    with pytest.raises(DeploymentNotFound):
        world.read(world.user(), Dseq(123456))


def test_a_new_image_goes_on_chain_and_to_the_provider(world: World) -> None:
    alice = world.user()
    web = world.running(alice)

    detail = world.update(alice, web.dseq, NEWER)

    assert detail.deployment.hash == hash_of(NEWER)
    assert "1.28" in world.providers.manifests[CHEAP, web.dseq]


def test_the_same_sdl_sends_no_transaction_only_the_manifest(world: World) -> None:
    alice = world.user()
    web = world.running(alice)
    before = len(world.signer.transactions)

    world.update(alice, web.dseq, WEB)

    assert len(world.signer.transactions) == before
    assert world.providers.deliveries.count((CHEAP, web.dseq)) == 2


def test_without_a_lease_only_the_chain_is_told(world: World) -> None:
    alice = world.user()
    web = world.create(alice)

    world.update(alice, web.dseq, NEWER)

    assert world.signer.transactions[-1] == (UpdateDeployment(web.dseq, compile_sdl(NEWER).version),)
    assert world.providers.deliveries == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            WEB.replace("units: 0.25", "units: 0.5"),
            'group "anywhere": service "web": CPU resources mismatch for ID 1',
        ),
        (
            WEB.replace("size: 256Mi", "size: 512Mi"),
            'group "anywhere": service "web": Memory resources mismatch for ID 1',
        ),
        (
            WEB.replace("count: 1", "count: 2"),
            'group "anywhere": service "web": over-utilized replicas (2) > group spec resources count (1)',
        ),
        (WEB.replace("anywhere:", "elsewhere:"), 'unknown deployment group ("elsewhere")'),
    ],
    ids=["cpu", "memory", "count", "placement"],
)
def test_resources_cannot_change_and_nothing_is_written(world: World, changed: str, told: str) -> None:
    alice = world.user()
    web = world.running(alice)

    with pytest.raises(GroupsChanged) as refused:
        world.update(alice, web.dseq, changed)

    assert refused.value.texts == [told]
    assert world.chain.deployment(an_address(alice), web.dseq).hash == hash_of(WEB)


@pytest.mark.parametrize(
    "changed",
    [
        WEB.replace("amount: 1000", "amount: 2000"),
        WEB.replace("denom: uact", "denom: uakt"),
        WEB.replace("  web:\n    image", "  page:\n    image").replace(
            "deployment:\n  web", "deployment:\n  page"
        ),
        WEB.replace("    expose", "    env:\n      - A=1\n    expose"),
    ],
    ids=["price", "denom", "name of the service", "env"],
)
def test_what_costs_no_resources_may_change(world: World, changed: str) -> None:
    alice = world.user()
    web = world.running(alice)

    world.update(alice, web.dseq, changed)

    assert world.chain.deployment(an_address(alice), web.dseq).hash == hash_of(changed)


def test_a_version_that_is_there_already_is_delivered_all_the_same(world: World) -> None:
    alice = world.user()
    web = world.running(alice)
    world.signer.refuses = InvalidVersion()

    with pytest.raises(ManifestNotDelivered):
        world.update(alice, web.dseq, NEWER)  # the provider compares with the chain, where nothing landed

    assert world.providers.deliveries.count((CHEAP, web.dseq)) == 2


def test_a_refused_delivery_says_so_with_the_new_hash_on_chain(world: World) -> None:
    alice = world.user()
    web = world.running(alice)
    world.providers.refusing[CHEAP] = "hostname not allowed"

    with pytest.raises(ManifestNotDelivered):
        world.update(alice, web.dseq, NEWER)

    world.providers.refusing.clear()
    world.update(alice, web.dseq, NEWER)
    assert "1.28" in world.providers.manifests[CHEAP, web.dseq]


def test_a_closed_deployment_takes_no_other_sdl(world: World) -> None:
    alice = world.user()
    web = world.create(alice)
    world.close(alice, web.dseq)

    with pytest.raises(DeploymentClosed):
        world.update(alice, web.dseq, NEWER)


def test_a_closed_deployment_takes_its_own_sdl_and_does_nothing(world: World) -> None:
    alice = world.user()
    web = world.running(alice)
    world.close(alice, web.dseq)

    detail = world.update(alice, web.dseq, WEB)

    assert not detail.deployment.is_open
    assert world.providers.deliveries == [(CHEAP, web.dseq)]


def test_a_bad_sdl_changes_nothing(world: World) -> None:
    alice = world.user()
    web = world.create(alice)

    with pytest.raises(SdlInvalid):
        world.update(alice, web.dseq, "version: nothing")
