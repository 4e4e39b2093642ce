"""What both adapters read of any Akash node, whoever is on its chain."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import DeploymentNotFound, FieldInvalid, ProviderNotFound
from slipway.domain.ids import Address, Dseq
from slipway_signing import tx
from slipway_signing.chain_port import Refusal

from tests.contract.nodes import market

if TYPE_CHECKING:
    from slipway.adapters.chain_rest import RestChain as Reads
    from slipway_signing.chain import RestChain

    from tests.contract.nodes.people import Person


@pytest.fixture
def nobody(stranger: Person) -> Address:
    return Address(stranger.address)


def test_who_was_never_seen_has_nothing(reads: Reads, chain: RestChain, nobody: Address) -> None:
    page = reads.deployments(nobody, cursor=None, limit=10)

    assert (page.deployments, page.cursor) == ((), None)
    assert reads.leases(nobody) == reads.leases(nobody, Dseq(1)) == ()
    assert reads.bids(nobody, Dseq(1)) == ()
    assert reads.credit(nobody, nobody) == reads.granted(nobody) == chain.credit(nobody, nobody) == 0
    assert reads.certificates(nobody) == ()
    assert chain.account_number(nobody) is None


def test_what_is_not_there_is_not_found(reads: Reads, chain: RestChain, nobody: Address) -> None:
    with pytest.raises(DeploymentNotFound):
        reads.deployment(nobody, Dseq(1))
    with pytest.raises(ProviderNotFound):
        reads.provider(nobody)
    with pytest.raises(FieldInvalid):
        reads.deployments(nobody, cursor="bm8gY3Vyc29y", limit=10)
    assert chain.transaction("0" * 64) is None


def test_the_least_deposit_is_some_money(reads: Reads) -> None:
    assert 0 < reads.min_deposit() < 1_000_000_000


def test_blocks_follow_each_other_in_our_time(reads: Reads, chain: RestChain) -> None:
    first = chain.tip()
    second = chain.tip()

    assert 0 < first.height <= second.height <= reads.latest()
    assert abs(first.time_ns - time.time_ns()) < 600 * tx.NANOSECONDS


def test_a_transaction_that_is_absent_is_so_at_a_tip_behind_its_timeout(chain: RestChain) -> None:
    tip = chain.tip()

    past = chain.absent_at("0" * 64, tip.time_ns - tx.NANOSECONDS)
    future = chain.absent_at("0" * 64, tip.time_ns + 3600 * tx.NANOSECONDS)

    assert past is not None
    assert past.height >= tip.height
    assert future is None


def test_a_transaction_of_somebody_unknown_is_refused(chain: RestChain, stranger: Person) -> None:
    message = market.payment(stranger.address, stranger.address, 1)
    body = tx.body(
        [tx.message(f"/{message.type_url}", message.value)],
        memo="",
        timeout_ns=chain.tip().time_ns + 60 * tx.NANOSECONDS,
    )
    info = tx.auth_info(stranger.key.public_key, fee_uakt=50_000, gas_limit=200_000)
    raw = tx.raw(body, info, bytes(64))

    received = chain.broadcast(raw).refusal
    simulated = chain.simulate(tx.simulation(body, info))

    assert received is not None
    assert (received.codespace, received.code) == ("sdk", 9)
    assert isinstance(simulated, Refusal)
    for refusal in (received, simulated):
        assert f"fee payer address: {stranger.address} does not exist" in refusal.log
