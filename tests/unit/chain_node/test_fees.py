"""Fees, gas and memos: what a transaction must offer, who pays it, and what a refusal costs."""

from __future__ import annotations

import pytest

from sandbox.chain import pb
from sandbox.chain.numbers import SECOND
from tests.unit.chain_node.network import (
    STRANGER,
    TENANT,
    TREASURY,
    Draft,
    Network,
    deployment,
    deposit_grant,
    fee_grant,
    payment,
    tenant_with,
)


def granted(network: Network, fee: int = 10_000, **changes: object) -> Draft:
    """The tenant's transaction whose fee the treasury pays."""
    fields: dict[str, object] = {"messages": [deployment()], "signer": TENANT, "granter": TREASURY.address}
    sequence = network.sequence(TENANT)
    return Draft(**{**fields, "fee": fee, "sequence": sequence, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("fee", "shown"), [(0, ""), (999, "999uakt")])
def test_a_fee_meets_the_minimum_price_of_gas(fee: int, shown: str) -> None:
    outcome = Network().check(Draft(messages=[payment()], fee=fee, gas=400_000))

    assert (outcome.codespace, outcome.code) == ("sdk", 13)
    assert outcome.text == f"insufficient fees; got: {shown} required: 1000uakt: insufficient fee"


def test_the_signer_pays_and_the_collector_gets_it() -> None:
    network = Network()
    before = network.balance(TREASURY)

    network.send(payment(5), fee=12_345)

    assert network.balance(TREASURY) == before - 5 - 12_345


def test_a_granter_pays_and_its_allowance_shrinks() -> None:
    network = tenant_with(fees=25_000)

    outcome = network.include(granted(network))

    assert outcome.code == 0
    assert network.fees_left() == [{"denom": "uakt", "amount": "15000"}]


def test_an_allowance_that_is_short_pays_nothing() -> None:
    network = tenant_with(fees=9_999)
    before = network.balance(TREASURY)

    outcome = network.check(granted(network))

    assert (outcome.codespace, outcome.code) == ("feegrant", 2)
    assert outcome.text.endswith("basic allowance: fee limit exceeded")
    network.block()
    assert network.balance(TREASURY) == before


def test_waiting_transactions_count_against_an_allowance() -> None:
    network = tenant_with(fees=15_000)
    assert network.check(granted(network)).code == 0

    second = network.check(granted(network, messages=[deployment(2)], sequence=1))

    assert (second.codespace, second.code) == ("feegrant", 2)


def test_an_allowance_that_is_used_up_is_gone() -> None:
    network = tenant_with(fees=10_000)

    network.include(granted(network))
    outcome = network.check(granted(network, messages=[deployment(2)]))

    assert (outcome.codespace, outcome.code) == ("sdk", 38)
    assert outcome.text.endswith("fee-grant not found: not found")


def test_an_allowance_ends_with_its_time() -> None:
    network = Network()
    network.send(deposit_grant(5_000_000), fee_grant(None, expiration=network.now + 10 * SECOND))

    network.block(after=20 * SECOND)
    outcome = network.check(granted(network))

    assert (outcome.codespace, outcome.code) == ("sdk", 38)


def test_an_allowance_given_anew_outlives_the_old_ones_end() -> None:
    network = Network()
    network.send(deposit_grant(5_000_000), fee_grant(None, expiration=network.now + 10 * SECOND))
    revocation = pb.feegrant_tx.MsgRevokeAllowance(granter=TREASURY.address, grantee=TENANT.address)
    network.send(revocation, fee_grant(None, expiration=network.now + 60 * SECOND))

    network.block(after=20 * SECOND)

    assert network.check(granted(network)).code == 0


def test_a_fee_is_paid_even_where_the_message_fails() -> None:
    network = tenant_with(credit=400_000, fees=25_000)

    outcome = network.include(granted(network))

    assert (outcome.codespace, outcome.code) == ("undefined", 1)
    assert outcome.text == (
        "failed to execute message; message index: 0: deposit invalid: insufficient balance"
    )
    assert network.credit() == 400_000
    assert network.fees_left() == [{"denom": "uakt", "amount": "15000"}]


def test_a_deposit_lowers_the_credit() -> None:
    network = tenant_with(credit=700_000)

    network.include(granted(network))

    assert network.credit() == 200_000


def test_a_deposit_grant_ends_with_its_time() -> None:
    network = Network()
    network.send(deposit_grant(700_000, expiration=network.now + 10 * SECOND), fee_grant(None))

    network.block(after=20 * SECOND)

    assert network.credit() is None


def test_nobody_without_an_account_pays() -> None:
    outcome = Network().check(Draft(messages=[payment(sender=STRANGER)], signer=STRANGER))

    assert (outcome.codespace, outcome.code) == ("sdk", 9)
    assert outcome.text == f"fee payer address: {STRANGER.address} does not exist: unknown address"


def test_an_account_without_coins_cannot_pay() -> None:
    network = Network()
    network.send(payment(9_999, to=STRANGER))

    outcome = network.check(Draft(messages=[payment(sender=STRANGER)], signer=STRANGER))

    assert (outcome.codespace, outcome.code) == ("sdk", 5)
    assert outcome.text == (
        "spendable balance 9999uakt is smaller than 10000uakt: insufficient funds: insufficient funds"
    )


@pytest.mark.parametrize(("size", "expected"), [(256, ("", 0)), (257, ("sdk", 12))])
def test_a_memo_has_256_bytes_at_most(size: int, expected: tuple[str, int]) -> None:
    outcome = Network().check(Draft(messages=[payment()], memo="m" * size))

    assert (outcome.codespace, outcome.code) == expected


def test_gas_that_does_not_reach_through_the_checks_is_refused_at_once() -> None:
    outcome = Network().check(Draft(messages=[payment()], gas=10_000))

    assert (outcome.codespace, outcome.code) == ("sdk", 11)
    assert outcome.text.startswith("out of gas in location: ")


def test_gas_that_ends_within_a_message_costs_the_fee_and_changes_nothing() -> None:
    network = Network()
    before = network.balance(TREASURY)
    needed = network.chain.simulate(network.sign(Draft(messages=[payment()]))).gas_used

    outcome = network.include(Draft(messages=[payment()], gas=needed - 2_000))

    assert (outcome.codespace, outcome.code) == ("sdk", 11)
    assert outcome.gas_used > outcome.gas_wanted
    assert network.balance(TENANT) == 0
    assert network.balance(TREASURY) == before - 10_000


def test_no_gas_limit_at_all_is_refused() -> None:
    outcome = Network().check(Draft(messages=[payment()], gas=0))

    assert (outcome.codespace, outcome.code) == ("sdk", 11)


def test_a_transaction_without_messages_is_refused() -> None:
    network = Network()

    outcome = network.chain.broadcast(b"")

    assert (outcome.codespace, outcome.code) == ("sdk", 18)
    assert outcome.text == "must contain at least one message: invalid request"
