"""Changes by hand: they do what waiting would have done, and no money comes or goes."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain.books import Books
from sandbox.chain.numbers import ONE, SECOND
from sandbox.control.commands import CommandRefusedError
from sandbox.control.interventions import DrainedEscrow, ExpiredGrants
from tests.unit.chain.factories import close, create, leased, market, withdraw
from tests.unit.chain.world import PROVIDER, TENANT, World
from tests.unit.chain_node.network import STRANGER, TREASURY, Network, payment, tenant_with
from tests.unit.chain_node.network import TENANT as GRANTEE

INFO = "/akash/deployment/v1beta4/deployments/info"
PRICE = 100


def drain(world: World, dseq: int = 1, blocks_left: int = 0) -> DrainedEscrow:
    found = DrainedEscrow(TENANT, dseq, blocks_left)
    found(world.context())
    return found


def funds(world: World) -> int:
    account = world.query(INFO, id__owner=TENANT, id__dseq=1)["escrow_account"]["state"]
    return int(account["funds"][0]["amount"].partition(".")[0])


def state(world: World) -> str:
    return str(world.query(INFO, id__owner=TENANT, id__dseq=1)["deployment"]["state"])


def test_a_drained_escrow_covers_the_blocks_that_were_left_and_no_more() -> None:
    world = leased(price=PRICE)

    drained = drain(world, blocks_left=3)

    assert drained.funds == [{"denom": "uact", "amount": f"{3 * PRICE}.{'0' * 18}"}]
    world.pass_blocks(2)
    world.send(withdraw())
    assert state(world) == "active"
    world.pass_blocks(3)
    world.send(withdraw())
    assert state(world) == "closed"


def test_what_was_drained_is_the_providers() -> None:
    world = leased(price=PRICE)
    before, whole = world.balance(PROVIDER), funds(world)
    supply = world.supply()

    drain(world, blocks_left=1)
    world.send(withdraw())

    assert funds(world) == 0
    assert world.balance(PROVIDER) - before == whole
    assert world.supply() == supply
    Books(world.store).check()


@pytest.mark.parametrize(
    ("before", "dseq", "words"),
    [
        ([], 2, "deployment .*/2: account not found"),
        ([create(2)], 2, "has no lease that its escrow pays"),
        ([close(1)], 1, "the escrow of .* is not open"),
    ],
)
def test_an_escrow_that_nothing_flows_out_of_is_not_drained(before: list[Any], dseq: int, words: str) -> None:
    world = leased(price=PRICE)
    for message in before:
        world.send(message)

    with pytest.raises(CommandRefusedError, match=words):
        drain(world, dseq)


def test_an_escrow_that_ran_dry_is_not_drained_again() -> None:
    world = leased(price=1_000_000)
    world.pass_blocks(10)

    with pytest.raises(CommandRefusedError, match="has run dry already"):
        drain(world)


def test_a_drain_that_leaves_more_than_there_is_changes_nothing() -> None:
    world = leased(price=PRICE)

    drain(world, blocks_left=10**9)

    assert funds(world) * ONE > 0
    assert state(world) == "active"


def test_expired_grants_are_gone_with_the_next_block() -> None:
    network = tenant_with(credit=5_000_000)
    expired = ExpiredGrants(GRANTEE.address)

    network.chain.intervene(expired)
    network.block()

    assert (expired.grants, expired.allowances) == (1, 1)
    assert network.credit() is None
    assert (
        "fee-grant not found"
        in network.get(f"/cosmos/feegrant/v1beta1/allowance/{TREASURY.address}/{GRANTEE.address}")["message"]
    )


def test_grants_of_others_to_others_stay() -> None:
    network = tenant_with(credit=5_000_000)
    expired = ExpiredGrants(GRANTEE.address, STRANGER.address)

    network.chain.intervene(expired)
    network.block()

    assert (expired.grants, expired.allowances) == (0, 0)
    assert network.credit() == 5_000_000


def test_a_change_that_fails_leaves_nothing_and_the_block_comes() -> None:
    network = Network()

    def change(ctx: Any) -> None:
        ctx.store.set(b"\xff", b"half")
        raise CommandRefusedError("no")

    done = network.chain.intervene(change)
    before = network.chain.store.pairs()
    network.send(payment())

    assert isinstance(done.error, CommandRefusedError)
    assert done.height == network.chain.tip.height
    assert b"\xff" not in dict(network.chain.store.pairs())
    assert len(before) <= len(network.chain.store.pairs())


def test_nothing_is_drained_where_nobody_bid() -> None:
    world = market()
    world.send(create(1))

    with pytest.raises(CommandRefusedError, match="no lease"):
        drain(world)
    assert world.time % SECOND == 0
