"""Creating a deployment: what it costs, what it refuses, and that a repeat makes nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import (
    CreditTooLow,
    DepositTooLow,
    SlipwayError,
    TransactionPending,
    WalletNotFound,
    WalletOpening,
)
from slipway.domain.ids import Dseq, UserId
from slipway.domain.messages import CreateDeployment
from slipway.domain.money import MicroUsd
from slipway.sdl.mistakes import SdlInvalid

from tests.fakes.chain import MIN_DEPOSIT
from tests.fakes.world import WEB, World, usd

if TYPE_CHECKING:
    from slipway.domain.messages import Message


def only_message(world: World) -> Message:
    [[message]] = world.signer.transactions
    return message


def test_a_deployment_is_put_on_chain_with_its_deposit(world: World) -> None:
    alice = world.user(credit=usd("10"))

    created = world.create(alice, deposit=usd("4"))

    assert world.funds(alice, created.dseq) == usd("4")
    assert world.credit(alice) == usd("6")
    assert created.committed.height == world.chain.height


def test_prices_are_in_credit_whatever_the_sdl_says(world: World) -> None:
    alice = world.user()

    world.create(alice, WEB.replace("denom: uact", "denom: uakt"))

    message = only_message(world)
    assert isinstance(message, CreateDeployment)
    assert [unit["price"]["denom"] for group in message.groups for unit in group["resources"]] == ["uact"]


def test_a_repeat_makes_nothing_twice_and_answers_the_first_dseq(world: World) -> None:
    alice, intent = world.user(credit=usd("6")), world.intent()

    first = world.create(alice, dseq=11, deposit=usd("5"), intent=intent)
    again = world.create(alice, dseq=22, deposit=usd("5"), intent=intent)

    assert (first.dseq, again.dseq) == (11, 11)
    assert world.credit(alice) == usd("1")


def test_a_repeat_after_a_lost_answer_finds_the_deployment(world: World) -> None:
    alice, intent = world.user(), world.intent()
    world.signer.loses_answers = True
    with pytest.raises(TransactionPending):
        world.create(alice, dseq=11, intent=intent)

    world.signer.loses_answers = False
    again = world.create(alice, dseq=22, intent=intent)

    assert again.dseq == 11
    assert len(world.signer.transactions) == 1


@pytest.mark.parametrize("deposit", [0, -1, -(10**30), MIN_DEPOSIT - 1])
def test_a_deposit_below_the_chains_minimum_is_refused(world: World, deposit: int) -> None:
    alice = world.user()

    with pytest.raises(DepositTooLow) as refused:
        world.create(alice, deposit=MicroUsd(deposit))

    assert refused.value.minimum == MIN_DEPOSIT
    assert world.signer.transactions == []


@pytest.mark.parametrize("deposit", [usd("10.000001"), MicroUsd(10**18 + 1), MicroUsd(10**306)])
def test_a_deposit_above_the_credit_is_refused_however_large(world: World, deposit: MicroUsd) -> None:
    alice = world.user(credit=usd("10"))

    with pytest.raises(CreditTooLow):
        world.create(alice, deposit=deposit)

    assert world.signer.transactions == []


@pytest.mark.parametrize(
    "sdl",
    [
        "",
        "nothing",
        WEB.replace("amount: 1000", "amount: 0"),
        WEB.replace("  web:\n    image", "  Web:\n    image").replace(
            "deployment:\n  web", "deployment:\n  Web"
        ),
        WEB.replace("units: 0.25", "units: 100000"),
        WEB.replace("image: nginx:1.27-alpine", "image: ''"),
    ],
    ids=["empty", "a word", "price of zero", "upper-case name", "more cpu than the chain takes", "no image"],
)
def test_a_bad_sdl_costs_nothing(world: World, sdl: str) -> None:
    alice = world.user()

    with pytest.raises(SdlInvalid):
        world.create(alice, sdl)

    assert world.signer.transactions == []


def test_a_user_without_a_wallet_is_told_so_before_all_else(world: World) -> None:
    with pytest.raises(WalletNotFound):
        world.create(UserId("nobody"), "no sdl", deposit=MicroUsd(-1))


def test_a_wallet_that_is_still_opening_creates_nothing(world: World) -> None:
    bob = world.user("bob", ready=False)

    with pytest.raises(WalletOpening):
        world.create(bob)


def test_what_the_chain_refuses_reaches_the_caller(world: World) -> None:
    alice = world.user()
    world.signer.refuses = CreditTooLow(needed=2, available=1)

    with pytest.raises(SlipwayError) as refused:
        world.create(alice)

    assert refused.value.facts == {"needed": 2, "available": 1}


def test_two_users_may_have_the_same_dseq(world: World) -> None:
    alice, bob = world.user("alice"), world.user("bob")

    world.create(alice, dseq=7, deposit=usd("1"))
    world.create(bob, dseq=7, deposit=usd("2"))

    assert (world.funds(alice, Dseq(7)), world.funds(bob, Dseq(7))) == (usd("1"), usd("2"))
