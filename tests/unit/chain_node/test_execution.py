"""One transaction is one change: simulated, checked, delivered."""

from __future__ import annotations

import logging

import pytest

from sandbox.chain import codec, messages, pb
from sandbox.chain.app import MOST_IN_BLOCK
from sandbox.chain.numbers import SECOND
from tests.unit.chain_node.network import TENANT, TREASURY, Draft, Network, fee_grant, payment


def test_the_second_message_failing_undoes_the_first() -> None:
    network = Network()

    outcome = network.send(payment(5), payment(10**15))

    assert (outcome.codespace, outcome.code) == ("sdk", 5)
    assert outcome.text.startswith("failed to execute message; message index: 1: spendable balance")
    assert network.balance(TENANT) == 0


def test_each_message_says_what_it_did() -> None:
    outcome = Network().send(payment(5), fee_grant(7))

    actions = [dict(event.attributes) for event in outcome.events if "action" in dict(event.attributes)]
    assert actions == [
        {
            "action": "/cosmos.bank.v1beta1.MsgSend",
            "sender": TREASURY.address,
            "module": "bank",
            "msg_index": "0",
        },
        {
            "action": "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
            "sender": TREASURY.address,
            "module": "feegrant",
            "msg_index": "1",
        },
    ]
    assert [response.type_url for response in outcome.responses] == [
        "/cosmos.bank.v1beta1.MsgSendResponse",
        "/cosmos.feegrant.v1beta1.MsgGrantAllowanceResponse",
    ]


def test_what_fails_keeps_only_the_events_of_its_fee() -> None:
    outcome = Network().send(payment(10**15))

    assert {event.type for event in outcome.events} == {
        "coin_spent",
        "coin_received",
        "transfer",
        "message",
        "tx",
    }
    assert outcome.data == b""


def test_a_simulation_leaves_nothing_behind() -> None:
    network = Network()
    raw = network.sign(Draft(messages=[payment()], unordered=True, timeout=network.now + SECOND))
    before = network.chain.store.pairs()

    simulated = [network.chain.simulate(raw) for _ in range(2)]

    assert [outcome.code for outcome in simulated] == [0, 0]
    assert network.chain.store.pairs() == before
    assert network.chain.broadcast(raw).code == 0


def test_a_simulation_looks_at_no_signature_and_no_limit() -> None:
    network = Network()
    envelope = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()], gas=1)))
    envelope.signatures[0] = b""

    outcome = network.chain.simulate(envelope.SerializeToString())

    assert outcome.code == 0
    assert outcome.gas_wanted == 2**64 - 1


def test_a_simulation_needs_one_signature_all_the_same() -> None:
    network = Network()
    envelope = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()])))
    del envelope.signatures[:]

    outcome = network.chain.simulate(envelope.SerializeToString())

    assert (outcome.text, outcome.gas_used) == ("no signatures supplied", 0)


def test_a_simulation_is_what_the_transaction_then_costs() -> None:
    network = Network()
    draft = Draft(messages=[payment()])

    simulated = network.chain.simulate(network.sign(draft))

    assert network.include(draft).gas_used == simulated.gas_used


def test_a_refused_transaction_may_be_sent_again() -> None:
    network = Network()
    raw = network.sign(Draft(messages=[payment()], sequence=1))
    assert network.chain.broadcast(raw).code == 32

    network.send(payment())

    assert network.chain.broadcast(raw).code == 0


def test_queries_read_the_last_block_only() -> None:
    network = Network()
    network.check(Draft(messages=[payment(5)]))

    waiting = network.balance(TENANT)
    network.block()

    assert (waiting, network.balance(TENANT)) == (0, 5)


def test_what_does_not_fit_into_a_block_is_in_the_next_one() -> None:
    network = Network()
    for sequence in range(MOST_IN_BLOCK + 1):
        assert network.check(Draft(messages=[payment(1)], sequence=sequence)).code == 0

    blocks = [len(network.block()), len(network.block())]

    assert blocks == [MOST_IN_BLOCK, 1]
    assert network.balance(TENANT) == MOST_IN_BLOCK + 1


def test_time_only_goes_forward() -> None:
    network = Network()

    with pytest.raises(ValueError, match="is not after"):
        network.block(after=0)


def test_an_error_of_ours_ends_the_transaction_and_not_the_chain(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("oops")

    network = Network()
    monkeypatch.setitem(messages.HANDLERS, codec.url_of(payment()), broken)

    with caplog.at_level(logging.CRITICAL + 1):
        outcome = network.send(payment())

    assert (outcome.codespace, outcome.code) == ("undefined", 111222)
    assert network.send(fee_grant(5)).code == 0
