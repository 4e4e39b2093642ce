"""Providers paid in AKT where ACT ran out and none can be minted (akash-chain.md §2.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chain.factories import bid, create, deposit, lease, provider, top_up, withdraw
from tests.unit.chain.world import PROVIDER, TENANT, TREASURY, World

INFO = "/akash/deployment/v1beta4/deployments/info"
HALTED = 1_000_000_000
"""uakt in the vault: at half a dollar each far less than the four billion uact."""
HEALTHY = 20_000_000_000


def leased(akt: int, **genesis: Any) -> World:
    """A lease of 100000 uact a block that has money for five of them, and AKT besides."""
    world = World(**genesis)
    world.grant(20_000_000)
    world.send(provider())
    world.send(create(deposit=deposit(500_000)))
    found = create(2, deposit=deposit(500_000))
    found.groups[0].resources[0].price.amount = f"100000{'0' * 18}"
    world.send(found)
    world.send(bid(price=100_000, dseq=2))
    world.send(lease(dseq=2))
    if akt:
        world.send(top_up(akt, "balance", dseq=2, signer=TREASURY, denom="uakt"))
    return world


def priced(akt: int, vault: int) -> World:
    return leased(akt, oracle={"akt/usd": "0.5"}, bme_vault=str(vault))


def escrow(world: World) -> Any:
    return world.query(INFO, id__owner=TENANT, id__dseq=2)["escrow_account"]["state"]


def test_akt_pays_what_act_does_not_while_minting_is_halted() -> None:
    world = priced(900_000, HALTED)
    started = world.height - 1  # the top-up came in the block after the lease
    before = world.balance(PROVIDER, "uakt")
    world.pass_blocks(5)

    world.send(withdraw(dseq=2))

    owed = 100_000 * (world.height - started) - 500_000
    assert owed > 0
    assert world.balance(PROVIDER, "uakt") - before == owed * 2
    assert escrow(world)["state"] == "open"
    assert world.query(INFO, id__owner=TENANT, id__dseq=2)["deployment"]["state"] == "active"


def test_akt_that_does_not_suffice_leaves_the_deployment_dry() -> None:
    world = priced(100, HALTED)
    before = world.balance(PROVIDER, "uakt")
    world.pass_blocks(5)

    world.send(withdraw(dseq=2))

    assert world.balance(PROVIDER, "uakt") - before == 100
    assert escrow(world)["state"] == "overdrawn"


@pytest.mark.parametrize(
    "world", [lambda: priced(900_000, HEALTHY), lambda: leased(900_000), lambda: priced(0, HALTED)]
)
def test_otherwise_akt_stays_where_it_is(world: Any) -> None:
    dry = world()
    before = dry.balance(PROVIDER, "uakt")
    dry.pass_blocks(6)

    dry.send(withdraw(dseq=2))

    assert dry.balance(PROVIDER, "uakt") == before
    assert escrow(dry)["state"] == "overdrawn"
