"""What every `ChainReads` does, in memory and over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import DeploymentNotFound, FieldInvalid
from slipway.domain.ids import Address, Dseq, LeaseId
from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from slipway.services.ports import ChainReads

    from tests.fakes.chain import FakeChain

ALICE, BOB = Address("akash1alice"), Address("akash1bob")
ONE, TWO = Address("akash1one"), Address("akash1two")
TREASURY = Address("akash1treasury")


def put(chain: FakeChain, owner: Address, *dseqs: int) -> None:
    for dseq in dseqs:
        chain.open(owner, Dseq(dseq), payer=TREASURY, funds=dseq, groups=({"name": "web"},))


def leased(chain: FakeChain, owner: Address, dseq: int, provider: Address = ONE, gseq: int = 1) -> LeaseId:
    return chain.lease(chain.bid(owner, Dseq(dseq), provider, gseq=gseq).id).id


def walked(reads: ChainReads, owner: Address, limit: int) -> list[int]:
    found, cursor = list[int](), None
    for _ in range(100):
        page = reads.deployments(owner, cursor=cursor, limit=limit)
        assert len(page.deployments) <= limit
        found += [row.dseq for row in page.deployments]
        if (cursor := page.cursor) is None:
            return found
    raise AssertionError("the list has no end")


def test_a_deployment_is_told_whole(reads: ChainReads, chain: FakeChain) -> None:
    put(chain, ALICE, 7)
    chain.deposit(ALICE, Dseq(7), TREASURY, 5)

    assert reads.deployment(ALICE, Dseq(7)) == chain.found[ALICE, Dseq(7)]


def test_a_deployment_that_is_not_there_is_not_found(reads: ChainReads, chain: FakeChain) -> None:
    put(chain, ALICE, 7)

    for owner, dseq in ((ALICE, 8), (BOB, 7)):
        with pytest.raises(DeploymentNotFound):
            reads.deployment(owner, Dseq(dseq))


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_hold_every_running_deployment_once(reads: ChainReads, chain: FakeChain, limit: int) -> None:
    put(chain, ALICE, *range(1, 31))
    put(chain, BOB, 5, 99)
    chain.close(ALICE, Dseq(3))

    assert walked(reads, ALICE, limit) == [1, 2, *range(4, 31)]


def test_a_page_that_ends_with_the_list_has_no_cursor(reads: ChainReads, chain: FakeChain) -> None:
    put(chain, ALICE, 1, 2, 3)

    assert reads.deployments(ALICE, cursor=None, limit=3).cursor is None


def test_a_cursor_stays_good_while_deployments_come_and_go(reads: ChainReads, chain: FakeChain) -> None:
    put(chain, ALICE, *range(1, 9))
    first = reads.deployments(ALICE, cursor=None, limit=4)

    chain.close(ALICE, Dseq(2))
    put(chain, ALICE, 20)

    rest = reads.deployments(ALICE, cursor=first.cursor, limit=100)
    assert [row.dseq for row in rest.deployments] == [5, 6, 7, 8, 20]


@pytest.mark.parametrize("cursor", ["nonsense", "", "AAAA", "a" * 5000, "ü", "AAAAAAAAAAAAAAAA"])
def test_a_cursor_that_is_none_is_refused(reads: ChainReads, chain: FakeChain, cursor: str) -> None:
    put(chain, ALICE, 1)

    with pytest.raises(FieldInvalid):
        reads.deployments(ALICE, cursor=cursor, limit=2)


def test_anothers_cursor_is_refused(reads: ChainReads, chain: FakeChain) -> None:
    put(chain, ALICE, 1, 2, 3)
    cursor = reads.deployments(ALICE, cursor=None, limit=1).cursor

    with pytest.raises(FieldInvalid):
        reads.deployments(BOB, cursor=cursor, limit=1)


def test_a_wallet_without_deployments_has_an_empty_page(reads: ChainReads) -> None:
    page = reads.deployments(ALICE, cursor=None, limit=7)

    assert (page.deployments, page.cursor) == ((), None)


def test_leases_of_one_deployment_are_told_in_every_state(reads: ChainReads, chain: FakeChain) -> None:
    first, second = leased(chain, ALICE, 7), leased(chain, ALICE, 7, TWO, gseq=2)
    leased(chain, ALICE, 8)
    leased(chain, BOB, 7)
    chain.end(chain.all_leases[first])

    found = reads.leases(ALICE, Dseq(7))

    assert {each.id: each.state for each in found} == {first: "closed", second: "active"}
    assert set(found) == {chain.all_leases[first], chain.all_leases[second]}


def test_leases_of_a_wallet_are_those_that_run(reads: ChainReads, chain: FakeChain) -> None:
    names = [leased(chain, ALICE, dseq) for dseq in range(1, 6)]
    leased(chain, BOB, 1)
    chain.end(chain.all_leases[names[1]])

    assert [each.id for each in reads.leases(ALICE)] == [names[0], *names[2:]]


def test_a_lease_whose_end_is_announced_still_runs(reads: ChainReads, chain: FakeChain) -> None:
    name = leased(chain, ALICE, 1)
    chain.announce_end(name)

    [found] = reads.leases(ALICE)

    assert (found.state, found.is_active) == ("reclaiming", True)


def test_bids_are_told_in_every_state(reads: ChainReads, chain: FakeChain) -> None:
    won, lost = chain.bid(ALICE, Dseq(7), ONE), chain.bid(ALICE, Dseq(7), TWO, price=12)
    chain.bid(ALICE, Dseq(8), ONE)
    chain.bid(BOB, Dseq(7), ONE)
    chain.lease(won.id)

    found = reads.bids(ALICE, Dseq(7))

    assert {each.id: each.state for each in found} == {won.id: "active", lost.id: "lost"}
    assert set(found) == {chain.all_bids[won.id], chain.all_bids[lost.id]}


def test_an_unknown_deployment_has_neither_bids_nor_leases(reads: ChainReads) -> None:
    assert reads.bids(ALICE, Dseq(7)) == ()
    assert reads.leases(ALICE, Dseq(7)) == ()


def test_the_least_deposit_is_in_credit(reads: ChainReads) -> None:
    assert reads.min_deposit() == 500_000


def test_credit_is_what_the_grant_still_allows(reads: ChainReads, chain: FakeChain) -> None:
    chain.grants[TREASURY, ALICE] = MicroUsd(12_345_678)
    chain.grants[TREASURY, BOB] = MicroUsd(0)

    assert reads.credit(TREASURY, ALICE) == 12_345_678
    assert reads.credit(TREASURY, BOB) == 0
    assert reads.credit(ALICE, TREASURY) == 0


def test_what_was_granted_to_an_account_counts_together(reads: ChainReads, chain: FakeChain) -> None:
    chain.grants[TREASURY, ALICE] = MicroUsd(5)
    chain.grants[BOB, ALICE] = MicroUsd(7)
    chain.grants[TREASURY, BOB] = MicroUsd(100)

    assert reads.granted(ALICE) == 12
    assert reads.granted(TREASURY) == 0
