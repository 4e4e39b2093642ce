"""Only who holds the key, on this chain, over these very bytes, in the one form that the chain takes."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.chain import pb
from sandbox.chain.signatures import ORDER
from tests.unit.chain_node.network import STRANGER, TREASURY, Draft, Network, payment

UNAUTHORIZED = ("sdk", 4)


def test_a_signature_of_its_key_is_taken() -> None:
    network = Network()

    assert network.check(Draft(messages=[payment()])).code == 0


@settings(max_examples=60, deadline=None)
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_of_a_transaction_can_be_changed(place: int, bit: int) -> None:
    network = Network()
    raw = bytearray(network.sign(Draft(messages=[payment()], memo="as signed")))

    raw[place % len(raw)] ^= 1 << bit

    assert network.chain.broadcast(bytes(raw)).code != 0


def test_another_memo_is_not_what_was_signed() -> None:
    network = Network()
    envelope = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()], memo="one")))
    envelope.body_bytes = envelope.body_bytes.replace(b"one", b"two")

    outcome = network.chain.broadcast(envelope.SerializeToString())

    assert (outcome.codespace, outcome.code) == UNAUTHORIZED
    assert outcome.text == (
        "signature verification failed; please verify account number (1), sequence (0), and chain-id "
        "(slipway-sandbox): (unable to verify single signer signature): unauthorized"
    )


def test_the_upper_half_of_s_is_refused() -> None:
    network = Network()
    envelope = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()])))
    r, s = envelope.signatures[0][:32], int.from_bytes(envelope.signatures[0][32:], "big")
    envelope.signatures[0] = r + (ORDER - s).to_bytes(32, "big")

    outcome = network.chain.broadcast(envelope.SerializeToString())

    assert (outcome.codespace, outcome.code) == UNAUTHORIZED


def test_a_signature_in_der_is_refused() -> None:
    network = Network()
    envelope = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()])))
    r, s = (
        int.from_bytes(half, "big") for half in (envelope.signatures[0][:32], envelope.signatures[0][32:])
    )
    envelope.signatures[0] = encode_dss_signature(r, s)

    assert network.chain.broadcast(envelope.SerializeToString()).code == UNAUTHORIZED[1]


def test_a_second_signature_is_refused() -> None:
    outcome = Network().check(Draft(messages=[payment()], signatures=2))

    assert (outcome.codespace, outcome.code) == UNAUTHORIZED
    assert outcome.text == "wrong number of signers; expected 1, got 2: unauthorized"


def test_another_chain_and_another_account_are_refused() -> None:
    network, draft = Network(), Draft(messages=[payment()])

    assert network.check(replace(draft, chain_id="akashnet-2")).code == UNAUTHORIZED[1]
    assert network.check(replace(draft, account_number=99)).code == UNAUTHORIZED[1]


def test_nobody_signs_for_somebody_else() -> None:
    network = Network()
    network.send(payment(1_000_000, to=STRANGER))

    outcome = network.check(Draft(messages=[payment(sender=TREASURY)], signer=STRANGER))

    assert (outcome.codespace, outcome.code) == ("sdk", 8)
    assert outcome.text == (
        f"pubKey does not match signer address {TREASURY.address} with signer index: 0: invalid pubkey"
    )


def test_a_field_that_the_chain_does_not_know_is_refused() -> None:
    network = Network()
    envelope = pb.tx.TxRaw.FromString(network.sign(Draft(messages=[payment()])))

    outcome = network.chain.broadcast(envelope.SerializeToString() + b"\xf8\x07\x01")

    assert (outcome.codespace, outcome.code) == ("sdk", 2)
