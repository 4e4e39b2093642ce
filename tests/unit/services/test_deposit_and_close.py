"""Moving credit into an escrow, and getting back what is left."""

from __future__ import annotations

import pytest
from slipway.domain.errors import (
    ChainUnavailable,
    CreditTooLow,
    DeploymentClosed,
    DeploymentNotFound,
    DepositNotPositive,
)
from slipway.domain.ids import Dseq
from slipway.domain.money import MicroUsd

from tests.fakes.world import World, usd


def test_a_deposit_moves_credit_into_the_escrow(world: World) -> None:
    alice = world.user(credit=usd("10"))
    web = world.create(alice, deposit=usd("5")).dseq

    detail = world.deposit(alice, web, usd("0.000001"))

    assert detail.deployment.escrow.funds[0].whole == usd("5.000001")
    assert world.credit(alice) == usd("4.999999")


def test_a_deposit_answers_with_what_the_providers_say(world: World) -> None:
    alice = world.user()
    web = world.running(alice)

    detail = world.deposit(alice, web.dseq, usd("1"))

    [lease] = detail.leases
    assert detail.statuses[lease.id] is not None


def test_a_deposit_above_the_credit_moves_nothing(world: World) -> None:
    alice = world.user(credit=usd("6"))
    web = world.create(alice, deposit=usd("5")).dseq

    with pytest.raises(CreditTooLow) as refused:
        world.deposit(alice, web, usd("2"))

    assert refused.value.available == usd("1")
    assert world.funds(alice, web) == usd("5")


def test_no_number_is_too_large_to_be_refused_clearly(world: World) -> None:
    alice = world.user()
    web = world.create(alice).dseq

    with pytest.raises(CreditTooLow):
        world.deposit(alice, web, MicroUsd(10**306))

    assert len(world.signer.transactions) == 1


@pytest.mark.parametrize("amount", [0, -1, -(10**306)])
def test_a_deposit_is_positive(world: World, amount: int) -> None:
    alice = world.user()
    web = world.create(alice).dseq

    with pytest.raises(DepositNotPositive):
        world.deposit(alice, web, MicroUsd(amount))

    assert len(world.signer.transactions) == 1


def test_a_repeated_deposit_moves_nothing_twice(world: World) -> None:
    alice, intent = world.user(credit=usd("10")), world.intent()
    web = world.create(alice, deposit=usd("5")).dseq

    for _ in range(2):
        world.deposit(alice, web, usd("2"), intent=intent)

    assert world.funds(alice, web) == usd("7")


def test_a_closed_deployment_takes_no_deposit(world: World) -> None:
    alice = world.user()
    web = world.create(alice).dseq
    world.close(alice, web)

    with pytest.raises(DeploymentClosed):
        world.deposit(alice, web, usd("1"))


def test_closing_returns_what_the_escrow_holds(world: World) -> None:
    alice = world.user(credit=usd("10"))
    web = world.running(alice)

    world.close(alice, web.dseq)

    assert world.credit(alice) == usd("10")
    assert not world.chain.leases(world.wallets.of(alice).address)
    assert not world.read(alice, web.dseq).deployment.is_open


def test_closing_again_is_success_and_sends_nothing(world: World) -> None:
    alice = world.user()
    web = world.create(alice).dseq
    world.close(alice, web)

    world.close(alice, web)

    assert len(world.signer.transactions) == 2


def test_losing_a_race_to_close_is_success(world: World) -> None:
    alice = world.user()
    web = world.create(alice).dseq
    world.signer.refuses = DeploymentClosed()

    world.close(alice, web)

    assert len(world.signer.transactions) == 1


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_what_is_not_yours_is_not_there(world: World, who: str) -> None:
    alice, asking = world.user("alice"), world.user(who)
    web = world.create(alice).dseq if who == "bob" else Dseq(404)

    for use in (lambda: world.close(asking, web), lambda: world.deposit(asking, web, usd("1"))):
        with pytest.raises(DeploymentNotFound):
            use()

    assert all(len(sent) == 1 for sent in world.signer.transactions)


def test_nothing_is_sent_while_the_chain_cannot_be_read(world: World) -> None:
    alice = world.user()
    web = world.create(alice).dseq
    world.chain.unreachable = True

    for use in (lambda: world.close(alice, web), lambda: world.deposit(alice, web, usd("1"))):
        with pytest.raises(ChainUnavailable):
            use()

    assert len(world.signer.transactions) == 1
