"""A wallet's life through both adapters: grants, a deployment, a lease, and everything given back."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from slipway.domain.ids import Address, Dseq
from slipway_signing import tx
from slipway_signing.chain_port import Refusal

from tests.contract.nodes import market
from tests.contract.nodes.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.adapters.chain_rest import RestChain as Reads
    from slipway_signing.chain import RestChain

    from tests.contract.nodes.conftest import Node

DSEQ = Dseq(4711)
GAS = 400_000


@pytest.fixture
def wallet(node: Node, chain: RestChain, treasury: Person) -> Iterator[Person]:
    """Somebody whom the treasury has granted credit and fees, for as long as the test runs."""
    found = Person(chain, node.chain_id, granter=treasury.address)
    treasury.does(*market.grants(treasury.address, found.address))
    yield found
    treasury.does(*market.revocations(treasury.address, found.address))
    assert chain.credit(treasury.address, found.address) == 0


def funds(reads: Reads, wallet: Person) -> Decimal:
    [coin] = reads.deployment(Address(wallet.address), DSEQ).escrow.funds
    return Decimal(coin.amount)


def test_grants_make_an_account_and_its_credit(
    reads: Reads, chain: RestChain, treasury: Person, wallet: Person
) -> None:
    granter, grantee = Address(treasury.address), Address(wallet.address)

    assert chain.account_number(wallet.address) is not None
    assert chain.credit(granter, grantee) == reads.credit(granter, grantee) == market.CREDIT
    assert reads.granted(grantee) == market.CREDIT


def test_a_deployment_from_its_creation_to_its_close(
    reads: Reads, chain: RestChain, treasury: Person, wallet: Person
) -> None:
    owner, granter = Address(wallet.address), Address(treasury.address)

    created = wallet.does(market.creation(owner, DSEQ))
    found = reads.deployment(owner, DSEQ)
    after_creation = reads.credit(granter, owner)
    wallet.does(market.top_up(owner, DSEQ, 250_000))
    topped_up = funds(reads, wallet)
    listed = reads.deployments(owner, cursor=None, limit=10)
    closed = wallet.does(market.close(owner, DSEQ))

    assert created.refusal is None
    assert (found.state, found.created_at) == ("active", created.height)
    assert [group.state for group in found.groups] == ["open"]
    assert after_creation == market.CREDIT - market.DEPOSIT
    assert topped_up == market.DEPOSIT + 250_000
    assert [row.dseq for row in listed.deployments] == [DSEQ]
    assert closed.refusal is None
    assert reads.deployment(owner, DSEQ).state == "closed"
    assert reads.deployments(owner, cursor=None, limit=10).deployments == ()
    assert chain.credit(granter, owner) == market.CREDIT


def test_a_lease_from_the_bid_to_the_refund(
    node: Node, reads: Reads, chain: RestChain, treasury: Person, wallet: Person
) -> None:
    owner, granter = Address(wallet.address), Address(treasury.address)
    seller = Person(chain, node.chain_id)
    address = Address(seller.address)
    treasury.does(market.payment(granter, seller.address, market.PROVIDER_UAKT))
    seller.does(market.provider(seller.address))
    wallet.does(market.creation(owner, DSEQ))

    seller.does(market.bid(owner, DSEQ, seller.address))
    [bid] = reads.bids(owner, DSEQ)
    leased = wallet.does(market.lease(owner, DSEQ, seller.address))
    [lease] = reads.leases(owner)
    closed = wallet.does(market.close(owner, DSEQ))
    [ended] = reads.leases(owner, DSEQ)

    assert reads.provider(address).host_uri == "https://provider.example.com:8443"
    assert (bid.state, bid.id.provider, Decimal(bid.price.amount)) == ("open", address, market.PRICE)
    assert (lease.state, lease.created_at) == ("active", leased.height)
    assert [(row.state, row.id) for row in reads.bids(owner, DSEQ)] == [("closed", lease.id)]
    assert (ended.state, ended.closed_on) == ("closed", closed.height)
    assert reads.leases(owner) == ()
    spent = (closed.height - leased.height) * int(market.PRICE)
    assert chain.credit(granter, owner) == market.CREDIT - spent


def test_what_the_chain_refuses_it_refuses_in_a_simulation_too(treasury: Person, wallet: Person) -> None:
    owner = wallet.address
    wallet.does(market.creation(owner, DSEQ))

    again = wallet.tries(market.creation(owner, DSEQ))
    poor = wallet.tries(market.creation(owner, DSEQ + 1, uact=market.CREDIT * 2))
    missing = wallet.tries(market.close(owner, DSEQ + 2))
    raw = wallet.signed(market.creation(owner, DSEQ), gas=GAS)
    included = wallet.sends(raw)
    wallet.does(market.close(owner, DSEQ))

    assert isinstance(again, Refusal) and "Deployment exists" in again.log
    assert isinstance(poor, Refusal) and "insufficient balance" in poor.log
    assert isinstance(missing, Refusal) and "Deployment not found" in missing.log
    assert included.refusal is not None
    assert (included.refusal.codespace, included.refusal.code) == ("deployment", 3)


def test_a_transaction_counts_once(chain: RestChain, wallet: Person) -> None:
    owner = wallet.address
    timeout = chain.tip().time_ns + 30 * tx.NANOSECONDS
    first = wallet.signed(market.creation(owner, DSEQ), gas=GAS, timeout_ns=timeout)
    other = wallet.signed(market.creation(owner, DSEQ + 1), gas=GAS, timeout_ns=timeout)
    late = wallet.signed(
        market.creation(owner, DSEQ + 2), gas=GAS, timeout_ns=time.time_ns() - 3600 * tx.NANOSECONDS
    )

    included = wallet.sends(first)
    again = chain.broadcast(first)
    used = chain.broadcast(other).refusal
    expired = chain.broadcast(late).refusal
    wallet.does(market.close(owner, DSEQ))

    assert included.refusal is None
    assert again.refusal is None, "the same bytes are as good as sent"
    assert used is not None and (used.codespace, used.code) == ("sdk", 18)
    assert "already used timeout" in used.log
    assert expired is not None and (expired.codespace, expired.code) == ("sdk", 42)
