"""x/escrow: deposits, settling by the block, running dry, and refunds."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import bech32, pb
from sandbox.chain.books import Books
from sandbox.chain.modules import bank
from sandbox.chain.numbers import ONE
from tests.unit.chain.factories import (
    bid,
    close,
    create,
    deposit,
    group,
    lease,
    leased,
    market,
    provider,
    top_up,
    unit,
    withdraw,
)
from tests.unit.chain.world import PROVIDER, RIVAL, TENANT, TREASURY, World, address

INFO = "/akash/deployment/v1beta4/deployments/info"
LEASES = "/akash/market/v1beta5/leases/list"
PAYMENTS = "/akash/escrow/v1/types/payments"


def _account(world: World, dseq: int = 1) -> Any:
    return world.query(INFO, id__owner=TENANT, id__dseq=dseq)["escrow_account"]["state"]


def _payment(world: World) -> Any:
    return world.query(LEASES, filters__owner=TENANT)["leases"][0]["escrow_payment"]["state"]


def _whole(amount: str) -> int:
    assert amount.endswith("0" * 18)
    return int(amount.split(".", maxsplit=1)[0])


def test_nothing_flows_until_somebody_touches_the_account() -> None:
    world = leased(price=100)

    world.pass_blocks(50)

    assert _whole(_account(world)["funds"][0]["amount"]) == 5_000_000
    assert _payment(world)["withdrawn"] == {"denom": "uact", "amount": "0"}


def test_a_withdrawal_pays_by_the_block() -> None:
    world = leased(price=100)
    before = world.balance(PROVIDER)
    world.pass_blocks(9)

    world.send(withdraw())

    assert world.balance(PROVIDER) - before == 10 * 100
    assert _whole(_account(world)["funds"][0]["amount"]) == 5_000_000 - 1_000
    assert _account(world)["settled_at"] == str(world.height)


def test_a_fraction_of_what_was_settled_stays_with_the_tenant() -> None:
    world = leased(price=0.5)
    before = world.balance(PROVIDER)
    world.pass_blocks(2)

    world.send(close())

    assert world.balance(PROVIDER) - before == 1 + 500_000
    assert world.credit() == 20_000_000 - 1


def test_the_oldest_deposit_is_spent_first_and_each_goes_back_to_who_made_it() -> None:
    world = leased(price=100, amount=500_000)
    world.send(top_up(300_000))
    world.send(top_up(200_000, "balance", signer=TREASURY))
    treasury, credit = world.balance(TREASURY), world.credit()
    world.pass_blocks(10)

    world.send(withdraw())
    left = [_whole(entry["balance"]["amount"]) for entry in _account(world)["deposits"]]
    world.send(close())

    spent = 14 * 100
    assert left == [500_000 - 13 * 100, 300_000, 200_000]
    assert world.credit() == credit + 800_000 - spent
    assert world.balance(TREASURY) == treasury + 1_000_000 - spent


def test_a_deposit_does_not_settle_an_open_account() -> None:
    world = leased()
    settled = _account(world)["settled_at"]

    world.send(top_up(1))

    state = _account(world)
    assert state["settled_at"] == settled
    assert _whole(state["funds"][0]["amount"]) == 5_000_001


def test_a_grant_gives_first_and_the_balance_the_rest() -> None:
    world = market(credit=600_000)
    world.grant(600_000, RIVAL)
    treasury, own = world.balance(TREASURY), world.balance(RIVAL)
    owner = pb.deployment_v1.DeploymentID(owner=RIVAL, dseq=1)

    world.send(create(id=owner, deposit=deposit(1_000_000, "grant", "balance")))

    assert (world.credit(RIVAL), world.balance(TREASURY)) == (0, treasury - 600_000)
    assert world.balance(RIVAL) == own - 400_000


def test_a_grant_for_bids_does_not_pay_deployments() -> None:
    world = market()
    world.grant(5_000_000, scopes=("bid",))

    assert world.refusal(create()) == ("undefined", 1, "deposit invalid: insufficient balance")


def test_a_granter_that_holds_less_than_it_grants_fails_at_the_bank() -> None:
    world = market()
    world.grant(9_000_000_000)

    codespace, code, text = world.refusal(create(deposit=deposit(5_000_000_000)))

    assert (codespace, code) == ("sdk", 5)
    assert text == "spendable balance 1000000000uact is smaller than 5000000000uact: insufficient funds"


def _dry() -> World:
    """Five blocks' worth of money, and eleven blocks gone."""
    world = leased(price=100_000, amount=500_000)
    world.pass_blocks(10)
    return world


def test_a_withdrawal_from_a_dry_account_closes_everything() -> None:
    world = _dry()
    before = world.balance(PROVIDER)

    world.send(withdraw())

    found = world.query(INFO, id__owner=TENANT, id__dseq=1)
    entry = world.query(LEASES, filters__owner=TENANT)["leases"][0]
    assert world.balance(PROVIDER) == before + 500_000 + 500_000
    assert (found["deployment"]["state"], found["groups"][0]["state"]) == ("closed", "insufficient_funds")
    assert found["escrow_account"]["state"]["state"] == "overdrawn"
    assert found["escrow_account"]["state"]["funds"][0]["amount"] == f"-600000.{'0' * 18}"
    assert entry["lease"]["state"] == "insufficient_funds"
    assert entry["lease"]["reason"] == "lease_closed_reason_insufficient_funds"
    assert entry["escrow_payment"]["state"]["unsettled"]["amount"] == f"600000.{'0' * 18}"


def test_the_tenants_close_of_a_dry_account_ends_the_same() -> None:
    world = _dry()

    world.send(close())

    assert _account(world)["state"] == "overdrawn"
    assert world.refusal(close()) == ("deployment", 5, "Deployment closed")


def test_a_deposit_before_anybody_touched_it_saves_a_dry_deployment() -> None:
    world = _dry()

    world.send(top_up(5_000_000))
    world.send(withdraw())

    found = world.query(INFO, id__owner=TENANT, id__dseq=1)
    assert found["deployment"]["state"] == "active"
    assert _whole(found["escrow_account"]["state"]["funds"][0]["amount"]) == 5_500_000 - 12 * 100_000


def test_a_deposit_to_an_overdrawn_account_only_pays_the_debt() -> None:
    world = _dry()
    world.send(withdraw())
    before = world.balance(PROVIDER)

    world.send(top_up(100_000))
    owed = _payment(world)["unsettled"]["amount"]
    world.send(top_up(600_000))

    assert world.balance(PROVIDER) == before + 600_000
    assert owed == f"500000.{'0' * 18}"
    assert _account(world)["state"] == "closed"
    assert world.query(INFO, id__owner=TENANT, id__dseq=1)["deployment"]["state"] == "closed"
    assert world.refusal(top_up(1)) == ("escrow", 2, "account closed")


def test_a_second_lease_of_a_deployment_costs_the_first_what_it_had_earned() -> None:
    """The chain settles the account at the second lease and forgets to write the first one's share down."""
    world = market()
    world.send(provider(RIVAL))
    world.send(create(1, group("a"), group("b")))
    world.send(bid(price=100), bid(RIVAL, price=200, gseq=2))
    world.send(lease())
    world.pass_blocks(4)
    before = {who: world.balance(who) for who in (PROVIDER, RIVAL)}

    world.send(lease(RIVAL, gseq=2))
    world.send(withdraw())
    world.send(withdraw(RIVAL, gseq=2))

    assert world.balance(PROVIDER) - before[PROVIDER] == 100
    assert world.balance(RIVAL) - before[RIVAL] == 2 * 200
    assert Books(world.store).stranded["uact"] == 5 * 100 * ONE


def test_an_account_is_settled_once_in_a_block() -> None:
    """A second withdrawal from it in the same block makes the chain panic; nothing of it happens."""
    world = leased(price=100)
    world.pass_blocks(4)

    codespace, code, text = world.refusal(withdraw(), withdraw())

    assert (codespace, code) == ("undefined", 111222)
    assert text.startswith(f'recovered: couldn\'t find payment aid:<scope:deployment xid:"{TENANT}/1" >')


def test_a_lease_that_opens_and_closes_in_one_block_costs_nothing_and_keeps_its_payment() -> None:
    world = market()
    world.send(create())
    world.send(bid())

    world.send(lease(), close())

    assert world.credit() == 20_000_000
    [payment] = world.query(PAYMENTS, state="open")["payments"]
    assert payment["state"]["balance"]["amount"] == f"0.{'0' * 18}"
    assert _account(world)["state"] == "closed"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (top_up(0), ("escrow", 16, "invalid deposit")),
        (top_up(1, dseq=9), ("escrow", 3, "account not found")),
        (top_up(1, denom="uakt"), ("undefined", 1, "deposit invalid: insufficient balance")),
        (top_up(90_000_000), ("undefined", 1, "deposit invalid: insufficient balance")),
        (top_up(1, signer=address("nobody")), ("undefined", 1, "deposit invalid: insufficient balance")),
    ],
)
def test_a_deposit_is_refused(message: Any, expected: tuple[str, int, str]) -> None:
    world = market()
    world.send(create())

    assert world.refusal(message) == expected


def test_akt_may_come_later_as_a_deposit() -> None:
    world = market()
    world.send(create())

    world.send(top_up(1_000, "balance", signer=TREASURY, denom="uakt"))

    funds = {entry["denom"]: _whole(entry["amount"]) for entry in _account(world)["funds"]}
    assert funds == {"uact": 5_000_000, "uakt": 1_000}


def test_no_coin_is_made_or_lost() -> None:
    world = leased(price=0.7)
    before = bank.supply(world.context())
    world.send(top_up(12_345))
    world.pass_blocks(7)

    world.send(withdraw())
    world.send(close())

    escrow = bank.balances(world.context(), bech32.module_address("escrow"))
    assert bank.supply(world.context()) == before
    assert escrow == {}


def test_prices_above_the_minimum_are_kept_whole() -> None:
    world = market()
    world.send(create(1, group("g", unit(price=1000))))
    world.send(bid(price=812.345))

    world.send(lease())

    assert _payment(world)["rate"]["amount"] == f"812.345{'0' * 15}"
