"""Taking bids: one transaction for what is missing, the manifest to each provider, again without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.errors import (
    BidNotFound,
    BidNotOpen,
    DeploymentNotFound,
    LeasesEmpty,
    LeasesOfSeveralDeployments,
    ManifestInvalid,
    ManifestNotDelivered,
    TransactionPending,
)
from slipway.domain.ids import Dseq
from slipway.services.leases import Choice

from tests.fakes.world import CHEAP, DEAR, TWO_REGIONS, WEB, World, an_address

if TYPE_CHECKING:
    from slipway.domain.ids import UserId
    from slipway.services.deployments import Created


@pytest.fixture
def alice(world: World) -> UserId:
    return world.user()


@pytest.fixture
def two(world: World, alice: UserId) -> Created:
    """A deployment of two groups; the cheap provider bids on the first, the dear one on the second."""
    created = world.create(alice, TWO_REGIONS)
    world.offer(alice, created.dseq, CHEAP, gseq=1)
    world.offer(alice, created.dseq, DEAR, gseq=2)
    return created


def both(created: Created) -> list[Choice]:
    return [Choice(created.dseq, 1, 1, CHEAP), Choice(created.dseq, 2, 1, DEAR)]


def sent(world: World) -> int:
    return len(world.signer.transactions)


def test_many_leases_of_many_providers_are_one_transaction(world: World, alice: UserId, two: Created) -> None:
    detail = world.lease(alice, two, both(two))

    assert [lease.id.provider for lease in detail.leases] == [CHEAP, DEAR]
    assert all(status is not None for status in detail.statuses.values())
    assert len(world.signer.transactions[-1]) == 2
    assert set(world.providers.manifests) == {(CHEAP, two.dseq), (DEAR, two.dseq)}


def test_the_same_call_again_sends_no_transaction_and_delivers_again(
    world: World, alice: UserId, two: Created
) -> None:
    first = world.lease(alice, two, both(two))

    again = world.lease(alice, two, both(two))

    assert again == first
    assert sent(world) == 2
    assert world.providers.deliveries.count((CHEAP, two.dseq)) == 2


def test_one_lease_is_no_reason_to_forget_the_other(world: World, alice: UserId, two: Created) -> None:
    world.lease(alice, two, both(two)[:1])

    detail = world.lease(alice, two, both(two)[1:])

    assert len(detail.leases) == 2
    assert (DEAR, two.dseq) in world.providers.manifests


def test_a_half_done_call_goes_on_where_it_stopped(world: World, alice: UserId, two: Created) -> None:
    world.lease(alice, two, both(two)[:1])

    world.lease(alice, two, both(two))

    assert [len(messages) for messages in world.signer.transactions] == [1, 1, 1]


def test_a_repeat_after_a_lost_answer_delivers_what_was_leased(
    world: World, alice: UserId, two: Created
) -> None:
    intent = world.intent()
    world.signer.loses_answers = True
    with pytest.raises(TransactionPending):
        world.lease(alice, two, both(two), intent=intent)

    world.signer.loses_answers = False
    world.lease(alice, two, both(two), intent=intent)

    assert sent(world) == 2
    assert len(world.providers.manifests) == 2


def test_a_bid_named_twice_is_taken_once(world: World, alice: UserId) -> None:
    web = world.create(alice)
    world.offer(alice, web.dseq, CHEAP)

    detail = world.lease(alice, web, [Choice(web.dseq, 1, 1, CHEAP)] * 2)

    assert len(detail.leases) == 1
    assert world.providers.deliveries == [(CHEAP, web.dseq)]


def test_a_manifest_lost_on_the_way_leaves_the_leases_and_says_which(
    world: World, alice: UserId, two: Created
) -> None:
    world.providers.silent.add(DEAR)

    with pytest.raises(ManifestNotDelivered) as failed:
        world.lease(alice, two, both(two))

    outcomes = [(each["provider"], each["manifest_delivered"]) for each in failed.value.outcomes]
    assert outcomes == [(CHEAP, True), (DEAR, False)]
    assert not failed.value.refused
    world.providers.silent.clear()
    assert len(world.lease(alice, two, both(two)).leases) == 2
    assert sent(world) == 2


def test_a_provider_that_refuses_is_quoted(world: World, alice: UserId, two: Created) -> None:
    world.providers.refusing[CHEAP] = "hostname not allowed"

    with pytest.raises(ManifestNotDelivered) as failed:
        world.lease(alice, two, both(two))

    assert failed.value.refused
    assert str(failed.value) == "hostname not allowed"
    assert failed.value.outcomes[0]["status"] == 422
    assert len(world.chain.leases(an_address(alice))) == 2


def test_one_provider_with_two_leases_gets_the_manifest_once(world: World, alice: UserId) -> None:
    created = world.create(alice, TWO_REGIONS)
    for gseq in (1, 2):
        world.offer(alice, created.dseq, CHEAP, gseq=gseq)

    world.lease(alice, created, [Choice(created.dseq, gseq, 1, CHEAP) for gseq in (1, 2)])

    assert world.providers.deliveries == [(CHEAP, created.dseq)]


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "garbage",
        "{}",
        "[]",
        '[{"name":"anywhere","services":[]}]',
        '[{"name":"a","services":[{"count":1e9}]}]',
    ],
)
def test_a_manifest_that_is_not_the_deployments_costs_nothing(
    world: World, alice: UserId, two: Created, manifest: str
) -> None:
    with pytest.raises(ManifestInvalid):
        world.lease(alice, two, both(two), manifest=manifest)

    assert sent(world) == 1


def test_key_order_and_spaces_of_a_manifest_do_not_matter(world: World, alice: UserId) -> None:
    web = world.create(alice)
    world.offer(alice, web.dseq, CHEAP)
    loose = "  " + web.compiled.manifest.text.replace(",", " , ")

    world.lease(alice, web, [Choice(web.dseq, 1, 1, CHEAP)], manifest=loose)

    assert world.providers.manifests[CHEAP, web.dseq] == web.compiled.manifest.text


def test_no_leases_are_refused(world: World, alice: UserId, two: Created) -> None:
    with pytest.raises(LeasesEmpty):
        world.lease(alice, two, [])


def test_leases_of_two_deployments_are_refused(world: World, alice: UserId, two: Created) -> None:
    other = world.create(alice)
    world.offer(alice, other.dseq, CHEAP)

    with pytest.raises(LeasesOfSeveralDeployments):
        world.lease(alice, two, [*both(two), Choice(other.dseq, 1, 1, CHEAP)])

    assert sent(world) == 2


@pytest.mark.parametrize(
    "wrong", [{"gseq": 2}, {"oseq": 2}, {"provider": DEAR}], ids=["gseq", "oseq", "provider"]
)
def test_a_bid_that_is_not_there_is_not_found(world: World, alice: UserId, wrong: dict[str, object]) -> None:
    web = world.create(alice)
    world.offer(alice, web.dseq, CHEAP)
    named = {"dseq": web.dseq, "gseq": 1, "oseq": 1, "provider": CHEAP} | wrong

    with pytest.raises(BidNotFound):
        world.lease(alice, web, [Choice(**named)])  # type: ignore[arg-type]

    assert sent(world) == 1


def test_a_lost_bid_is_not_open(world: World, alice: UserId) -> None:
    web = world.create(alice)
    world.offer(alice, web.dseq, CHEAP, DEAR)
    world.lease(alice, web, [Choice(web.dseq, 1, 1, CHEAP)])

    with pytest.raises(BidNotOpen):
        world.lease(alice, web, [Choice(web.dseq, 1, 1, DEAR)])


def test_bids_of_a_closed_deployment_are_not_open(world: World, alice: UserId) -> None:
    web = world.create(alice)
    world.offer(alice, web.dseq, CHEAP)
    world.close(alice, web.dseq)

    with pytest.raises(BidNotOpen):
        world.lease(alice, web, [Choice(web.dseq, 1, 1, CHEAP)])


def test_a_lease_that_ended_cannot_be_taken_again(world: World, alice: UserId) -> None:
    web = world.running(alice)
    [lease] = world.chain.leases(an_address(alice))
    world.chain.end(lease)

    with pytest.raises(BidNotOpen):
        world.lease(alice, web, [Choice(web.dseq, 1, 1, CHEAP)])


def test_another_users_deployment_is_not_found(world: World, two: Created) -> None:
    mallory = world.user("mallory")

    with pytest.raises(DeploymentNotFound):
        world.lease(mallory, two, both(two))


def test_an_unknown_deployment_is_not_found(world: World, alice: UserId, two: Created) -> None:
    with pytest.raises(DeploymentNotFound):
        world.lease(alice, two, [Choice(Dseq(5), 1, 1, CHEAP)])


def test_the_same_call_at_the_same_moment_finds_its_leases_made(
    world: World, alice: UserId, two: Created, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first call's transaction lands between this call's look at the leases and its own."""
    run = world.signer.run

    def overtaken(*asked: Any, **limits: Any) -> Any:
        monkeypatch.undo()
        world.lease(alice, two, both(two))
        return run(*asked, **limits)

    monkeypatch.setattr(world.signer, "run", overtaken)

    detail = world.lease(alice, two, both(two))

    assert len(detail.leases) == 2
    assert sent(world) == 2


def test_bids_are_told_in_every_state(world: World, alice: UserId) -> None:
    web = world.create(alice, WEB)
    world.offer(alice, web.dseq, CHEAP, DEAR)
    world.lease(alice, web, [Choice(web.dseq, 1, 1, CHEAP)])

    states = {bid.id.provider: bid.state for bid in world.bids(alice, web.dseq)}

    assert states == {CHEAP: "active", DEAR: "lost"}


def test_no_bids_are_told_of_another_users_deployment(world: World, two: Created) -> None:
    assert world.bids(world.user("mallory"), two.dseq) == ()
