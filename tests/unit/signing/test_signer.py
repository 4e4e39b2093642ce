"""The flow from an intent to a landed transaction, and what stops it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from slipway.domain import errors
from slipway_signing.attempt import LIFETIME_NS, MAX_LEAD_NS
from slipway_signing.chain_port import Refusal
from slipway_signing.settling import MAX_ATTEMPTS

from tests.unit.signing.signing_fakes import SECOND, World, close_json, deposit_json, sent_body, sent_fee

OUT_OF_GAS = Refusal("sdk", 11, "out of gas in location: WritePerByte; gasWanted: 1, gasUsed: 2: out of gas")


def test_an_intent_becomes_one_committed_transaction(world: World) -> None:
    intent = world.run(world.wanted())

    assert intent.state == "committed"
    assert world.chain.included.keys() == {intent.tx_hash}
    assert (intent.height, intent.gas_used) == (world.chain.included[intent.tx_hash].height, 98_765)
    assert world.commits == [("one", intent.height)]
    assert world.key.signatures == 1


def test_the_transaction_is_unordered_short_lived_and_paid_by_the_treasury(world: World) -> None:
    intent = world.run(world.wanted())

    [raw] = world.chain.received
    body, fee = sent_body(raw), sent_fee(raw)
    assert (body.unordered, body.memo) == (True, "request-1")
    assert intent.timeout_ns - world.chain.genesis_ns - 1_000 * SECOND == LIFETIME_NS + 1
    assert fee.granter == world.treasury.address
    assert fee.gas_limit == 100_000 * 1.5 + 5_000 + 3_860  # a close
    assert [(coin.denom, coin.amount) for coin in fee.amount] == [("uakt", "3972")]  # ceil(158860 × 0.025)


def test_the_simulation_has_the_very_body_that_is_signed(world: World) -> None:
    world.run(world.wanted())

    assert sent_body(world.chain.simulations[0]) == sent_body(world.chain.received[0])


def test_what_is_sent_was_stored_before(world: World) -> None:
    stored_at_broadcast = []
    broadcast = world.chain.broadcast

    def watched(raw: bytes) -> Any:
        stored_at_broadcast.append(world.intents.rows["one"].tx_bytes)
        return broadcast(raw)

    world.chain.broadcast = watched  # type: ignore[method-assign]
    world.run(world.wanted())

    assert stored_at_broadcast == world.chain.received


def test_a_repeat_answers_the_same_and_signs_nothing(world: World) -> None:
    first = world.run(world.wanted())

    again = world.run(world.wanted(claim="second", messages=close_json(world.key.address, "999")))

    assert again == first
    assert (world.key.signatures, len(world.chain.received)) == (1, 1)


def test_another_users_intent_is_not_answered(world: World) -> None:
    world.run(world.wanted())

    with pytest.raises(errors.PolicyRefused) as refused:
        world.run(replace(world.wanted(), user_id="mallory"))

    assert refused.value.rule == "own_intent_only"


def test_a_policy_refusal_ends_the_intent_unsigned(world: World) -> None:
    intent = world.run(world.wanted(messages=close_json(world.treasury.address)))

    assert intent.state == "rejected"
    assert intent.error == {
        "code": "policy_refused",
        "facts": {"rule": "own_account_only", "what": "id.owner"},
    }
    assert (world.key.signatures, world.chain.received, world.chain.simulations) == (0, [], [])


def test_a_deposit_above_the_credit_says_both_numbers(world: World) -> None:
    world.chain.credits[world.key.address] = 2_000_000

    intent = world.run(world.wanted(messages=deposit_json(world.key.address, "2000001")))

    assert intent.error == {"code": "credit_too_low", "facts": {"needed": 2_000_001, "available": 2_000_000}}
    assert world.key.signatures == 0


def test_a_refused_simulation_ends_the_intent_with_a_typed_error_and_keeps_the_log_back(world: World) -> None:
    world.chain.simulated = Refusal(
        "",
        2,
        "failed to execute message; message index: 0: Deployment closed [x.go:1] with gas used: '46251'",
    )

    intent = world.run(world.wanted())

    assert (intent.state, intent.error) == ("rejected", {"code": "deployment_closed", "facts": {}})
    assert "x.go:1" in intent.log
    assert world.key.signatures == 0


def test_a_fee_above_the_ceiling_is_not_signed(world: World) -> None:
    world.terms = replace(world.terms, max_fee_uakt=3_971)

    intent = world.run(world.wanted())

    assert intent.error is not None
    assert intent.error["facts"]["rule"] == "max_fee"
    assert world.key.signatures == 0


def test_a_refusal_in_the_block_is_final(world: World) -> None:
    world.chain.outcomes = [Refusal("deployment", 5, "failed to execute message: Deployment closed")]

    intent = world.run(world.wanted())

    assert (intent.state, intent.error) == ("rejected", {"code": "deployment_closed", "facts": {}})
    assert intent.height > 0
    assert world.commits == []


def test_a_refusal_of_the_mempool_is_final_for_who_sent_first(world: World) -> None:
    world.chain.check_tx = [
        Refusal("sdk", 38, "\x05 does not allow to pay fees for \x06: fee-grant not found")
    ]

    intent = world.run(world.wanted())

    assert (intent.state, intent.error) == ("rejected", {"code": "fees_unavailable", "facts": {}})


def test_a_refusal_after_a_node_may_have_taken_it_is_not_believed(world: World) -> None:
    world.chain.certain = False
    world.chain.check_tx = [Refusal("sdk", 18, "has already used timeout 1: invalid request")]
    world.chain.swallows = True

    intent = world.run(world.wanted())

    assert intent.state == "expired"


def test_out_of_gas_is_tried_again_with_what_was_measured(world: World) -> None:
    world.chain.outcomes = [OUT_OF_GAS]
    world.chain.simulated = 40_000

    intent = world.run(world.wanted())

    limits = [sent_fee(raw).gas_limit for raw in world.chain.received]
    assert (intent.state, intent.attempt) == ("committed", 2)
    assert limits == [68_860, 158_024]  # 98 765 used × 1.6
    assert len({sent_body(raw).timeout_timestamp.ToNanoseconds() for raw in world.chain.received}) == 2
    assert len(intent.former_hashes) == 1


def test_out_of_gas_three_times_is_the_end(world: World) -> None:
    world.chain.outcomes = [OUT_OF_GAS] * 9

    intent = world.run(world.wanted())

    assert (intent.state, intent.attempt, world.key.signatures) == ("rejected", MAX_ATTEMPTS, MAX_ATTEMPTS)
    assert intent.error == {"code": "out_of_gas", "facts": {}}


def test_an_unfound_transaction_expires_once_block_time_has_passed_its_timeout(world: World) -> None:
    world.chain.swallows = True

    intent = world.run(world.wanted())

    assert (intent.state, intent.error) == ("expired", {"code": "transaction_expired", "facts": {}})
    assert world.chain.tip().time_ns > intent.timeout_ns


def test_expiry_is_not_believed_while_the_node_lags(world: World) -> None:
    world.chain.swallows = True
    intent = world.run(world.wanted(), seconds=20)
    world.chain.lag_ns = 3_600 * SECOND

    intent = world.run(world.wanted(claim="second"))

    assert world.clock.ns > intent.timeout_ns
    assert intent.state == "signed"


def test_one_look_past_the_timeout_proves_nothing(world: World) -> None:
    """A node that stands still at its first block past the timeout may still be indexing it."""
    world.chain.swallows = True
    tips = []
    absent_at = world.chain.absent_at

    def frozen(tx_hash: str, timeout_ns: int) -> Any:
        if (tip := absent_at(tx_hash, timeout_ns)) is None:
            return None
        tips.append(tip)
        return tips[0]

    world.chain.absent_at = frozen  # type: ignore[method-assign]
    intent = world.run(world.wanted(), seconds=90)

    assert len(tips) > 1
    assert intent.state == "signed"


def test_when_the_time_runs_out_the_repeat_goes_on(world: World) -> None:
    pending = world.run(world.wanted(), seconds=2.0)
    world.chain.swallows = False

    assert pending.state in {"signed", "committed"}
    done = world.run(world.wanted(claim="second"))

    assert done.state == "committed"
    assert world.key.signatures == 1


def test_with_too_little_time_nothing_is_begun(world: World) -> None:
    with pytest.raises(errors.SignerUnavailable):
        world.run(world.wanted(), seconds=1.5)

    assert world.key.signatures == 0
    assert world.run(world.wanted()).state == "committed"


def test_an_account_that_the_chain_does_not_know_ends_the_call_not_the_intent(world: World) -> None:
    number = world.chain.numbers.pop(world.key.address)

    with pytest.raises(errors.WalletOpening):
        world.run(world.wanted())
    world.chain.numbers[world.key.address] = number

    assert world.run(world.wanted()).state == "committed"


def test_two_intents_of_one_wallet_have_different_timeouts(world: World) -> None:
    one, two = world.run(world.wanted("one")), world.run(world.wanted("two"))

    assert (one.state, two.state) == ("committed", "committed")
    assert one.timeout_ns != two.timeout_ns


@pytest.mark.parametrize(
    ("ahead_of_block", "counted"),
    [(-3_600 * SECOND, 0), (0, 0), (6 * SECOND, 6 * SECOND), (3_600 * SECOND, MAX_LEAD_NS)],
)
def test_the_lifetime_counts_from_the_block_and_trusts_our_clock_a_little(
    world: World, ahead_of_block: int, counted: int
) -> None:
    world.chain.lag_ns = ahead_of_block
    block_time = world.chain.tip().time_ns

    world.chain.check_tx = [None]  # a chain an hour behind us would refuse: only the number matters here
    intent = world.run(world.wanted(), seconds=2.5)

    assert intent.timeout_ns == block_time + counted + LIFETIME_NS + 1


def test_the_treasury_pays_its_own_fees(world: World) -> None:
    revoke = [
        {
            "type_url": "/cosmos.authz.v1beta1.MsgRevoke",
            "value": {
                "granter": world.treasury.address,
                "grantee": world.key.address,
                "msg_type_url": "/akash.escrow.v1.MsgAccountDeposit",
            },
        }
    ]

    expects = json.dumps({world.key.address: 10_000_000})
    wanted = replace(world.wanted(messages=json.dumps(revoke)), role="treasury", expects=expects)

    intent = world.run(wanted)

    assert intent.state == "committed"
    assert sent_fee(world.chain.received[0]).granter == ""
    assert world.treasury.signatures == 1
