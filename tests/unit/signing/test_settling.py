"""What is tried again because it certainly did not happen, and what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slipway.domain import errors
from slipway_signing.chain_port import Refusal, Tip

from tests.unit.signing.signing_fakes import SECOND, sent_body

if TYPE_CHECKING:
    from slipway_signing.intents import Intent

    from tests.unit.signing.signing_fakes import World

FULL = Refusal("sdk", 20, "mempool is full")
TAKEN = Refusal(
    "sdk", 18, "failed to add unordered nonce: sender x has already used timeout 1: invalid request"
)
LATE = Refusal("sdk", 42, "block time: 2, timeout timestamp: 1: tx timeout")
NO_FEES = Refusal("sdk", 38, "\x05 does not allow to pay fees for \x06: fee-grant not found: not found")


def test_a_full_mempool_is_asked_again_with_the_same_bytes(world: World) -> None:
    world.chain.check_tx = [FULL, FULL, None]

    intent = world.run(world.wanted())

    assert (intent.state, intent.attempt, world.key.signatures) == ("committed", 1, 1)
    assert set(world.chain.received) == {intent.tx_bytes}


def test_a_mempool_that_stays_full_lets_the_transaction_expire(world: World) -> None:
    world.chain.check_tx = [FULL] * 10_000
    world.chain.swallows = True

    assert world.run(world.wanted(), seconds=120).state == "expired"


@pytest.mark.parametrize("refusal", [TAKEN, LATE])
def test_a_timeout_that_was_taken_or_late_is_tried_again_with_another(world: World, refusal: Refusal) -> None:
    world.chain.check_tx = [refusal]

    intent = world.run(world.wanted())

    timeouts = {sent_body(raw).timeout_timestamp.ToNanoseconds() for raw in world.chain.received}
    assert (intent.state, intent.attempt, len(timeouts)) == ("committed", 2, 2)


def test_a_timeout_from_a_tip_long_gone_is_reckoned_from_a_fresh_one(world: World) -> None:
    """The chain stood still, or jumped, since the node was asked."""
    world.chain.old_tip = Tip(height=1, time_ns=world.clock.ns - 3_600 * SECOND)

    intent = world.run(world.wanted())

    assert (intent.state, intent.attempt, world.key.signatures) == ("committed", 1, 1)
    assert intent.timeout_ns > world.clock.ns


def test_a_chain_that_refuses_every_timeout_ends_the_intent(world: World) -> None:
    world.chain.simulated = replace(LATE, codespace="", log=f"{LATE.log} with gas used: '0'")

    intent = world.run(world.wanted())

    assert (intent.state, intent.error) == ("rejected", errors.to_wire(errors.TransactionExpired()))
    assert len(world.chain.simulations) == 2


def test_who_is_not_sure_to_be_the_first_sender_tries_nothing_again(world: World) -> None:
    """The bytes may be in a mempool: a second attempt could land beside the first."""
    world.chain.certain = False
    world.chain.check_tx = [TAKEN]

    intent = world.run(world.wanted())

    assert (intent.attempt, world.key.signatures) == (1, 1)


def mends(world: World) -> None:
    def mend(intent: Intent) -> bool:
        world.chain.simulated = 100_000
        return True

    world.mends = mend


def test_a_fee_allowance_that_is_gone_is_renewed_before_the_user_hears_of_it(world: World) -> None:
    world.chain.simulated = replace(NO_FEES, codespace="", log=f"{NO_FEES.log} with gas used: '7181'")
    mends(world)

    intent = world.run(world.wanted())

    assert (intent.state, intent.attempt, world.mended) == ("committed", 1, ["one"])


def test_one_that_is_too_small_for_this_very_fee_is_renewed_too(world: World) -> None:
    """Simulation asks for a fee of 1 uakt, so only the mempool sees it."""
    world.chain.check_tx = [NO_FEES]
    mends(world)

    intent = world.run(world.wanted())

    assert (intent.state, intent.attempt, world.key.signatures) == ("committed", 2, 2)


def test_one_that_cannot_be_renewed_is_told_to_the_user(world: World) -> None:
    world.chain.check_tx = [NO_FEES]

    intent = world.run(world.wanted())

    assert (intent.state, intent.error) == ("rejected", {"code": "fees_unavailable", "facts": {}})


def test_it_is_renewed_once_a_call(world: World) -> None:
    world.chain.check_tx = [NO_FEES] * 3
    mends(world)

    assert world.run(world.wanted()).state == "rejected"
    assert world.mended == ["one"]


def test_an_outage_of_ours_after_the_signature_is_no_answer(world: World) -> None:
    """The transaction may land: only its end may end the call, or the time."""
    advance = world.intents.advance
    failures = iter([True, True])

    def failing(after: Intent) -> Intent:
        if after.state == "committed" and next(failures, False):
            raise errors.SignerUnavailable
        return advance(after)

    world.intents.advance = failing  # type: ignore[method-assign]

    assert world.run(world.wanted()).state == "committed"
    assert len(world.chain.included) == 1


def grant(world: World, amount: int, *, expected: int | None = 10_000_000, grantee: str = "") -> Intent:
    authorization = {
        "@type": "/akash.escrow.v1.DepositAuthorization",
        "spend_limit": {"denom": "uact", "amount": "0"},
        "scopes": ["deployment"],
        "spend_limits": [{"denom": "uact", "amount": str(amount)}],
    }
    to = grantee or world.key.address
    value = {
        "granter": world.treasury.address,
        "grantee": to,
        "grant": {"authorization": authorization},
    }
    messages = json.dumps([{"type_url": "/cosmos.authz.v1beta1.MsgGrant", "value": value}])
    expects = "" if expected is None else json.dumps({to: expected})
    wanted = world.wanted(messages=messages)
    return replace(wanted, role="treasury", user_id=None, deposit_max=amount, expects=expects)


def test_a_grant_reckoned_from_the_present_credit_is_signed(world: World) -> None:
    assert world.run(grant(world, 5)).state == "committed"


def test_a_grant_reckoned_from_a_credit_that_moved_is_not(world: World) -> None:
    intent = world.run(grant(world, 5, expected=9_999_999))

    facts = {"expected": 9_999_999, "found": 10_000_000}
    assert intent.error == {"code": "credit_moved", "facts": facts}
    assert world.treasury.signatures == 0


@pytest.mark.parametrize(
    ("changes", "rule"), [({"expected": None}, "expected_credit"), ({"grantee": "other"}, "our_wallets_only")]
)
def test_a_grant_without_its_reckoning_or_to_a_stranger_is_not(
    world: World, changes: dict[str, str | None], rule: str
) -> None:
    if changes.get("grantee"):
        changes = {"grantee": "akash1am5rsqkwxxczj7p68dmcmfn8uzgv6nl8y60mf2"}
    intent = world.run(grant(world, 5, **changes))  # type: ignore[arg-type]

    assert intent.error is not None
    assert intent.error["facts"]["rule"] == rule
    assert world.treasury.signatures == 0


def test_a_wallets_signer_does_not_run_the_treasurys_intents(world: World) -> None:
    wanted = grant(world, 5)

    with pytest.raises(errors.PolicyRefused) as refused:
        world.run(wanted, signer=world.signer(role="wallet"))

    assert (refused.value.rule, world.intents.rows) == ("role", {})
    assert [entry.verdict for entry in world.log.entries] == ["refuses"]
