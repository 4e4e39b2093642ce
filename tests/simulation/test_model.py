"""The simulated world is as strict as the real one where the signer relies on it."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest
from slipway_signing import grants, tx
from slipway_signing.address import address_of

from tests.simulation.expressions import ExpressionInvalid, holds, must_use_all, updated
from tests.simulation.kms import ORDER, public_key, signature, verifies
from tests.simulation.ledger import CHAIN_ID, Ledger, admit, parsed, perform
from tests.simulation.rules import ChainRefusal, State
from tests.simulation.scheduler import SECOND, START_NS, Killed, Scheduler
from tests.simulation.wishes import CLOSE, CREATE

TREASURY = address_of(public_key(0)[0])
KEY33 = public_key(5)[0]
WALLET = address_of(KEY33)


class Granted:
    """A state with a treasury, and a wallet that it has granted credit and fees."""

    def __init__(self) -> None:
        self.state = State()
        self.state.know(TREASURY)
        self.state.receive(TREASURY, "uact", 10_000_000)
        self.state.receive(TREASURY, "uakt", 1_000_000)
        self.does(grants.opening(TREASURY, WALLET, credit_uact=3_000_000, fees_uakt=10_000))

    def does(self, messages: list[dict[str, Any]]) -> None:
        perform(self.state, parsed(self.raw(messages)))

    def raw(self, messages: list[dict[str, Any]], *, seconds: int = 30) -> bytes:
        packed = [tx.message(one["type_url"], one["value"]) for one in messages]
        body = tx.body(packed, memo="", timeout_ns=START_NS + seconds * SECOND)
        info = tx.auth_info(KEY33, fee_uakt=5_000, gas_limit=200_000, granter=TREASURY)
        number = self.state.accounts.get(WALLET, 0)
        document = tx.sign_doc(body, info, chain_id=CHAIN_ID, account_number=number)
        r, s = signature(KEY33, hashlib.sha256(document).digest(), 77)
        return tx.raw(body, info, r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big"))

    @property
    def credit(self) -> int | None:
        return self.state.grants.get((TREASURY, WALLET))


def creates(amount: int) -> list[dict[str, Any]]:
    deposit = {"amount": {"denom": "uact", "amount": str(amount)}, "sources": ["grant"]}
    return [{"type_url": CREATE, "value": {"id": {"owner": WALLET, "dseq": "7"}, "deposit": deposit}}]


CLOSES = [{"type_url": CLOSE, "value": {"id": {"owner": WALLET, "dseq": "7"}}}]


def test_a_deposit_lowers_the_grant_and_a_close_raises_it() -> None:
    granted = Granted()

    granted.does(creates(1_000_000))
    before = granted.credit
    granted.does(CLOSES)

    assert (before, granted.credit) == (2_000_000, 3_000_000)
    assert granted.state.bank[TREASURY, "uact"] == 10_000_000


def test_a_refund_after_the_revocation_raises_nothing() -> None:
    granted = Granted()
    granted.does(creates(1_000_000))

    granted.does([grants.credit(TREASURY, WALLET, 0)])
    granted.does(CLOSES)

    assert granted.credit is None
    assert granted.state.bank[TREASURY, "uact"] == 10_000_000


@pytest.mark.parametrize(
    ("messages", "refusal"),
    [
        (creates(499_999), ("deployment", 20)),
        (creates(3_000_001), ("undefined", 1)),
        (CLOSES, ("deployment", 4)),
        (grants.fees(TREASURY, WALLET, 1, renew=False), ("sdk", 18)),
        (grants.fees(TREASURY, TREASURY, 1, renew=True), ("sdk", 38)),
        ([grants.credit(TREASURY, TREASURY, 0)], ("authz", 2)),
    ],
)
def test_messages_are_refused_as_recorded(messages: list[dict[str, Any]], refusal: tuple[str, int]) -> None:
    with pytest.raises(ChainRefusal) as refused:
        Granted().does(messages)

    assert (refused.value.codespace, refused.value.code) == refusal


@pytest.mark.parametrize(("seconds", "refusal"), [(0, ("sdk", 42)), (601, ("sdk", 18))])
def test_only_the_next_ten_minutes_are_let_in(seconds: int, refusal: tuple[str, int]) -> None:
    granted = Granted()

    with pytest.raises(ChainRefusal) as refused:
        admit(granted.state, parsed(granted.raw(CLOSES, seconds=seconds)), START_NS)

    assert (refused.value.codespace, refused.value.code) == refusal


def test_a_timeout_is_used_once_and_an_allowance_is_used_up() -> None:
    granted = Granted()
    one = parsed(granted.raw(CLOSES))
    admit(granted.state, one, START_NS)

    with pytest.raises(ChainRefusal, match="already used timeout"):
        admit(granted.state, one, START_NS)
    assert granted.state.allowances == {}


def test_a_transaction_that_fails_pays_its_fee_and_changes_nothing_else() -> None:
    granted = Granted()
    ledger = Ledger(random.Random(1), granted.state, START_NS, surplus=0.0)  # noqa: S311

    block = ledger.produce(START_NS + 1, [granted.raw(CLOSES)], 0.0)

    [included] = block.included
    assert included.refusal is not None
    assert block.state.grants == granted.state.grants
    assert block.state.allowances == {(TREASURY, WALLET): 5_000}


def test_a_signature_is_of_one_key_and_digest_and_low() -> None:
    r, s = signature(KEY33, b"digest", 77)
    low, high = (r.to_bytes(32, "big") + half.to_bytes(32, "big") for half in sorted((s, ORDER - s)))

    assert verifies(KEY33, b"digest", low)
    assert not verifies(KEY33, b"digest", high)
    assert not verifies(KEY33, b"another", low)


def test_conditions_read_as_dynamodb_reads_them() -> None:
    item = {"version": {"N": "9"}, "state": {"S": "ready"}}
    values = {":ten": {"N": "10"}}

    assert holds("version < :ten AND attribute_exists(state)", item, {}, values)
    assert holds("missing = :ten OR (attribute_not_exists(missing) AND version <> :ten)", item, {}, values)
    assert not holds("missing < :ten", item, {}, values)
    assert updated("ADD #spent :ten SET version = version + :ten", item, {"#spent": "spent"}, values) == {
        "version": {"N": "19"},
        "state": {"S": "ready"},
        "spent": {"N": "10"},
    }


def test_a_value_that_no_expression_uses_is_refused() -> None:
    with pytest.raises(ExpressionInvalid):
        must_use_all(("version = :one",), {}, {":one": {"N": "1"}, ":two": {"N": "2"}})


def test_tasks_take_turns_in_virtual_time_and_one_may_be_killed() -> None:
    scheduler, said = Scheduler(), list[str]()

    def says(name: str, seconds: float) -> None:
        for _ in range(2):
            scheduler.pause(seconds)
            said.append(f"{name} {(scheduler.now_ns - START_NS) // SECOND}")

    scheduler.spawn("slow", lambda: says("slow", 4.0))
    scheduler.spawn("quick", lambda: says("quick", 3.0))
    doomed = scheduler.spawn("doomed", lambda: says("doomed", 2.0), lifetime=3.0)
    scheduler.run()

    assert said == ["doomed 2", "quick 3", "slow 4", "quick 6", "slow 8"]
    assert isinstance(doomed.error, Killed)
