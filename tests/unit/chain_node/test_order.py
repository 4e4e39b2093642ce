"""Sequences and nonces: what was sent once cannot happen twice, in whichever way it was sent."""

from __future__ import annotations

import pytest

from sandbox.chain.numbers import SECOND
from tests.unit.chain_node.network import STRANGER, TENANT, TREASURY, Draft, Network, Person, payment

MINUTE = 60 * SECOND


def unordered(
    network: Network, amount: int = 5, ahead: int = 30 * SECOND, signer: Person = TREASURY
) -> Draft:
    message = payment(amount, sender=signer)
    return Draft(messages=[message], signer=signer, unordered=True, timeout=network.now + ahead)


def test_the_same_bytes_are_known_while_they_wait_and_once_they_are_included() -> None:
    network = Network()
    raw = network.sign(unordered(network))

    first, waiting = network.chain.broadcast(raw), network.chain.broadcast(raw)
    network.block()
    included = network.chain.broadcast(raw)

    assert first.code == 0
    assert [(again.codespace, again.code, again.text) for again in (waiting, included)] == [
        ("sdk", 19, "")
    ] * 2
    assert network.balance(TENANT) == 5


def test_a_timestamp_serves_one_signer_once() -> None:
    network = Network()
    first, second = unordered(network, 5), unordered(network, 6)
    assert network.check(first).code == 0

    waiting = network.check(second)
    network.block()
    included = network.check(second)

    for refused in (waiting, included):
        assert (refused.codespace, refused.code) == ("sdk", 18)
        assert refused.text == (
            f"failed to add unordered nonce: sender {TREASURY.address} has already used timeout "
            f"{second.timeout}: invalid request"
        )
    assert network.balance(TENANT) == 5


def test_two_signers_may_use_one_timestamp() -> None:
    network = Network()
    network.send(payment(1_000_000, to=STRANGER))

    assert network.check(unordered(network)).code == 0
    assert network.check(unordered(network, signer=STRANGER)).code == 0


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (-SECOND, ("sdk", 42)),
        (10 * MINUTE + 1, ("sdk", 18)),
        (10 * MINUTE, ("", 0)),
        (1, ("", 0)),
    ],
)
def test_a_timeout_is_ahead_but_no_more_than_ten_minutes(ahead: int, expected: tuple[str, int]) -> None:
    network = Network()

    outcome = network.check(unordered(network, ahead=ahead))

    assert (outcome.codespace, outcome.code) == expected


def test_a_transaction_that_waited_past_its_timeout_never_happens() -> None:
    network = Network()
    assert network.check(unordered(network, ahead=SECOND)).code == 0

    (record,) = network.block(after=2 * SECOND)

    assert (record.outcome.codespace, record.outcome.code) == ("sdk", 42)
    assert network.balance(TENANT) == 0


def test_unordered_needs_a_timeout_and_no_sequence() -> None:
    network = Network()
    draft = unordered(network)
    draft.sequence = 1
    without = Draft(messages=[payment()], unordered=True)

    assert network.check(draft).text == "sequence is not allowed for unordered transactions: invalid request"
    assert network.check(without).text == (
        "unordered transaction must have timeout_timestamp set: invalid request"
    )


def test_both_ways_mix_and_only_the_ordered_count() -> None:
    network = Network()

    for draft in (
        Draft(messages=[payment(1)], sequence=0),
        unordered(network, 2, ahead=31 * SECOND),
        Draft(messages=[payment(3)], sequence=1),
        unordered(network, 4, ahead=32 * SECOND),
    ):
        assert network.check(draft).code == 0
    records = network.block()

    assert [record.outcome.code for record in records] == [0] * 4
    assert network.balance(TENANT) == 10
    assert network.sequence(TREASURY) == 2


@pytest.mark.parametrize("sequence", [0, 2])
def test_an_ordered_transaction_has_the_next_sequence(sequence: int) -> None:
    network = Network()
    network.send(payment())

    outcome = network.check(Draft(messages=[payment(6)], sequence=sequence))

    assert (outcome.codespace, outcome.code) == ("sdk", 32)
    assert outcome.text == (
        f"account sequence mismatch, expected 1, got {sequence}: incorrect account sequence"
    )


def test_a_sequence_is_used_even_where_the_message_fails() -> None:
    network = Network()

    outcome = network.send(payment(10**15))

    assert (outcome.codespace, outcome.code) == ("sdk", 5)
    assert network.sequence(TREASURY) == 1


def test_a_nonce_is_forgotten_when_its_time_has_passed() -> None:
    network = Network()
    network.include(unordered(network, ahead=5 * SECOND))
    kept = len(network.chain.store.pairs())

    network.block(after=10 * SECOND)

    assert len(network.chain.store.pairs()) == kept - 1
