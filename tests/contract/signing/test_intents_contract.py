"""One suite for the intents' store, with the budgets beside it: the fake in memory and DynamoDB (moto)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slipway.domain.errors import BudgetExceeded
from slipway_signing.budgets import Budget, Counted
from slipway_signing.chain_port import Inclusion, Refusal
from slipway_signing.intents import MAX_LOG, Intent, IntentStore, Overtaken


def intent(**changes: object) -> Intent:
    plain = Intent(
        intent_id="one",
        request_id="request-1",
        user_id="alice",
        role="wallet",
        messages="[]",
        deposit_max=5,
        created_at="2027-01-15T08:00:00+00:00",
        claim="first",
        claimed_ns=1_800_000_000_123_456_789,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def signed(before: Intent) -> Intent:
    return before.signed(
        tx_bytes=b"\x00\xff",
        tx_hash="AB",
        timeout_ns=1_800_000_030_123_456_789,
        gas_limit=7,
        fee_uakt=1,
        logged="wallet/alice/3:1:ab",
    )


def test_the_first_intent_of_an_id_stays(intents: IntentStore) -> None:
    first = intents.open(intent())

    assert intents.open(intent(claim="second", messages="[1]")) == first
    assert intents.get("one") == first
    assert intents.get("two") is None


def test_every_state_comes_back_as_it_was_written(intents: IntentStore) -> None:
    written = intents.open(intent(user_id=None, role="treasury", deposit_max=None))
    assert intents.get("one") == written

    sent = signed(written)
    again = sent.taken_up().retried("second", 5, gas_used=9)
    resent = signed(again)
    states = [sent, sent.taken_up(), again, resent]
    for state in states:
        assert intents.advance(state) == state
        assert intents.get("one") == state

    done = intents.advance(resent.committed(Inclusion(height=12, gas_used=99)))
    assert intents.get("one") == done
    assert (done.state, done.attempt, done.gas_floor, done.former_hashes) == ("committed", 2, 9, ("AB",))


def test_a_rejection_keeps_its_error_and_a_bounded_log(intents: IntentStore) -> None:
    written = intents.open(intent())
    refusal = Refusal("sdk", 38, "\x05\ufffd does not allow " + "x" * 10_000)

    intents.advance(written.rejected({"code": "fees_unavailable", "facts": {}}, refusal))

    stored = intents.get("one")
    assert stored is not None
    assert stored.error == {"code": "fees_unavailable", "facts": {}}
    assert stored.log.startswith("sdk/38 \x05")
    assert len(stored.log) == MAX_LOG


def test_only_one_of_two_successors_is_stored(intents: IntentStore) -> None:
    written = intents.open(intent())
    winner = intents.advance(signed(written))

    with pytest.raises(Overtaken):
        intents.advance(written.claimed("second", 2))
    with pytest.raises(Overtaken):
        intents.advance(signed(written))

    assert intents.get("one") == winner


def test_an_intent_that_was_never_opened_does_not_advance(intents: IntentStore) -> None:
    with pytest.raises(Overtaken):
        intents.advance(signed(intent()))

    assert intents.get("one") is None


def counting(day: str = "20270115", amount: int = 60, intent_id: str = "one") -> Intent:
    budget = Budget(key_id="key-1", total=100, per_day=80)
    return intent(intent_id=intent_id, budget=budget).counting(Counted(amount=amount, day=day))


def test_what_an_intent_moves_is_counted_with_it(intents: IntentStore) -> None:
    intents.open(intent(budget=Budget(key_id="key-1", total=100, per_day=80)))

    counted = intents.count(counting())

    assert intents.get("one") == counted
    assert counted.counted == Counted(amount=60, day="20270115")


@pytest.mark.parametrize(
    ("day", "amount", "period", "limit"),
    [("20270115", 21, "day", 80), ("20270116", 41, "total", 100), ("20270117", 101, "total", 100)],
)
def test_beyond_the_budget_neither_is_written(
    intents: IntentStore, day: str, amount: int, period: str, limit: int
) -> None:
    for name in ("one", "two"):
        intents.open(intent(intent_id=name, budget=Budget(key_id="key-1", total=100, per_day=80)))
    intents.count(counting())

    with pytest.raises(BudgetExceeded) as refused:
        intents.count(counting(day, amount, "two"))

    assert refused.value.facts == {"period": period, "limit": limit, "spent": 60, "needed": amount}
    stored = intents.get("two")
    assert stored is not None
    assert (stored.version, stored.counted) == (1, None)


def test_up_to_the_budget_is_within_it(intents: IntentStore) -> None:
    for name in ("one", "two"):
        intents.open(intent(intent_id=name))
    intents.count(counting())

    assert intents.count(counting("20270116", 40, "two")).counted is not None


def test_a_first_amount_above_a_limit_is_beyond_it(intents: IntentStore) -> None:
    intents.open(intent())

    with pytest.raises(BudgetExceeded):
        intents.count(counting(amount=81))


def test_an_intent_is_counted_once_however_often_it_is_asked(intents: IntentStore) -> None:
    intents.open(intent())
    intents.count(counting(amount=50))

    with pytest.raises(Overtaken):
        intents.count(counting(amount=50))

    intents.open(intent(intent_id="two"))
    assert intents.count(counting("20270116", 50, "two")).counted is not None


def test_what_ends_without_a_transaction_gives_its_part_back_once(intents: IntentStore) -> None:
    for name in ("one", "two"):
        intents.open(intent(intent_id=name))
    counted = intents.count(counting())
    ended = counted.expired({"code": "transaction_expired", "facts": {}})

    assert intents.release(ended) == ended
    with pytest.raises(Overtaken):
        intents.release(ended)

    assert intents.count(counting(amount=80, intent_id="two")).counted is not None


def test_the_unfinished_are_found_oldest_first_and_the_ended_are_not(intents: IntentStore) -> None:
    for number, name in enumerate(["old", "young", "ended", "signed"]):
        intents.open(intent(intent_id=name, created_at=f"2027-01-15T08:00:0{number}+00:00"))
    ended = intents.get("ended")
    half_way = intents.get("signed")
    assert ended is not None
    assert half_way is not None
    intents.advance(ended.rejected({"code": "policy_refused", "facts": {}}))
    intents.advance(signed(half_way))

    found = intents.unfinished(before="2027-01-15T08:00:09+00:00", limit=10)

    assert [one.intent_id for one in found] == ["old", "young", "signed"]
    assert [one.intent_id for one in intents.unfinished(before="2027-01-15T08:00:09+00:00", limit=1)] == [
        "old"
    ]
    assert intents.unfinished(before="2027-01-15T08:00:00+00:00", limit=10) == []
