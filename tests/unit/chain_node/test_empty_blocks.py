"""Blocks in which nothing happens are made cheaply, and nobody can tell."""

from __future__ import annotations

from sandbox.chain.numbers import SECOND
from tests.unit.chain_node.network import (
    TENANT,
    TREASURY,
    Draft,
    Network,
    deposit_grant,
    fee_grant,
    payment,
    tenant_with,
)

BLOCKS = "/cosmos/base/tendermint/v1beta1/blocks"
COUNT = 120


def passed(network: Network, count: int, step: int = SECOND) -> None:
    times = range(network.now + step, network.now + count * step + 1, step)
    assert len(list(network.chain.pass_blocks(times))) == count


def made(network: Network, count: int, step: int = SECOND) -> None:
    for _ in range(count):
        network.block(step)


def busy() -> Network:
    """Grants that end at different times, a nonce that is remembered for a while, and a payment."""
    network = Network()
    end = network.now + 40 * SECOND
    network.send(deposit_grant(5_000_000, expiration=end), fee_grant(1_000, expiration=end + 7 * SECOND))
    network.include(
        Draft(messages=[payment(3)], unordered=True, timeout=network.now + 60 * SECOND, sequence=0)
    )
    return network


def test_cheap_blocks_and_whole_blocks_are_the_same() -> None:
    cheap, whole = busy(), busy()

    passed(cheap, COUNT)
    made(whole, COUNT)

    assert cheap.chain.tip == whole.chain.tip
    assert cheap.chain.store.pairs() == whole.chain.store.pairs()
    for height in range(1, cheap.chain.tip.height + 1):
        assert cheap.get(f"{BLOCKS}/{height}") == whole.get(f"{BLOCKS}/{height}")


def test_grants_end_in_the_block_of_their_time() -> None:
    network = busy()

    passed(network, 30)
    before = network.credit()
    passed(network, 20)

    assert before == 5_000_000
    assert network.credit() is None


def test_a_nonce_is_forgotten_in_the_block_of_its_timeout() -> None:
    network = Network()
    timeout = network.now + 30 * SECOND
    draft = Draft(messages=[payment(3)], unordered=True, timeout=timeout)
    network.include(draft)
    held = len(network.chain.store.pairs())

    passed(network, 29)
    before = len(network.chain.store.pairs())
    passed(network, 10)

    assert before == held
    assert len(network.chain.store.pairs()) < held


def test_a_transaction_that_waits_is_in_the_next_block() -> None:
    network = tenant_with()
    network.check(Draft(messages=[payment(9)], sequence=network.sequence(TREASURY)))

    commits = list(network.chain.pass_blocks([network.now + SECOND, network.now + 2 * SECOND]))

    assert [len(commit.records) for commit in commits] == [1, 0]
    assert network.balance(TENANT) == 9


def test_the_state_of_check_tx_is_still_right_after_cheap_blocks() -> None:
    network = Network()
    passed(network, 5)

    network.send(payment(1))
    passed(network, 5)
    network.send(payment(2))

    assert network.balance(TENANT) == 3
