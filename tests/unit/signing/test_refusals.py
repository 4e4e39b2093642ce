"""The table from the chain's refusals to our errors: each row by what a real node said, where it said it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from slipway.domain import errors
from slipway.entry.problems import PROBLEMS
from slipway_signing import refusals
from slipway_signing.chain_port import Refusal
from slipway_signing.refusal_rows import ROWS, Row

from tests import recordings

WALKS = (
    "02-treasury-grants",
    "03-unordered-transactions-and-the-ante-handler",
    "04-create-deployment-and-its-refusals",
    "05-providers-bids-leases",
    "06-running-dry-and-topping-up",
    "07-certificates",
    "09-neighbours",
)


@cache
def recorded() -> dict[str, list[Refusal]]:
    """Every recorded refusal by the name of its case; a simulation and a broadcast share one."""
    found: dict[str, list[Refusal]] = {}
    for walk in WALKS:
        for exchange in recordings.load(f"chain/{walk}.jsonl")[1]:
            refusal = _refusal(exchange["response"])
            if refusal is not None and "cosmos/tx" in exchange["request"]["path"]:
                found.setdefault(exchange["name"].partition(" · ")[0], []).append(refusal)
    return found


def _refusal(response: dict[str, Any]) -> Refusal | None:
    body = response["body"] if isinstance(response["body"], dict) else {}
    inner = body.get("tx_response") or {}
    if inner.get("code"):
        return Refusal(inner["codespace"], inner["code"], inner["raw_log"])
    if response["status"] == 500:
        return Refusal("", body["code"], body["message"])
    return None


GROUPS = "invalid_groups"

CASES = [
    ("dseq used before", "deployment_exists"),
    ("two creates, the second refused: nothing stays", "deployment_exists"),
    ("hash empty", "invalid_version"),
    ("hash of 31 bytes", "invalid_version"),
    ("deposit below the minimum", "deposit_too_low"),
    ("deposit in uakt, price in uact", GROUPS),
    ("deposit and price in a denom nobody has", GROUPS),
    ("no groups", GROUPS),
    ("group without a name", GROUPS),
    ("two groups of one name", GROUPS),
    ("cpu below the minimum", GROUPS),
    ("cpu above the maximum", GROUPS),
    ("memory below the minimum", GROUPS),
    ("storage below the minimum", GROUPS),
    ("gpu above the maximum", GROUPS),
    ("count of zero", GROUPS),
    ("price above the maximum", GROUPS),
    ("two resources of one id", GROUPS),
    ("reclamation without a window", GROUPS),
    ("deposit from the wallet's own balance, which has none", "credit_too_low"),
    ("deposit above what the grant has left", "credit_too_low"),
    ("deposit from a grant that is used up", "credit_too_low"),
    ("deposit above the grant", "credit_too_low"),
    ("lease with a provider that did not bid", "bid_not_found"),
    ("two leases, one without a bid: neither happens", "bid_not_found"),
    ("create the lease twice", "bid_not_open"),
    ("bid on an order that is not there", "order_not_open"),
    ("deposit to a deployment that is not there", "deployment_not_found"),
    ("deposit to a closed deployment", "escrow_closed"),
    ("update to the same hash", "invalid_version"),
    ("update a deployment that is not there", "deployment_not_found"),
    ("update a closed deployment", "deployment_closed"),
    ("close the lease twice", "lease_not_active"),
    ("close twice", "deployment_closed"),
    ("close a deployment that is not there", "deployment_not_found"),
    ("deposit within the grant, above the granter's balance", "treasury_short"),
    ("fee granter that granted nothing", "fees_unavailable"),
    ("no fee granter and no coins of its own", "fees_unavailable"),
    ("no fee", "fees_unavailable"),
    ("create 2 on a fee allowance of 20000 uakt", "fees_unavailable"),
    ("a type that the allowance forbids", "fees_unavailable"),
    ("beyond the period", "fees_unavailable"),
    ("timeout in the past", "transaction_expired"),
    ("simulate with a timeout in the past", "transaction_expired"),
    ("second of two with the same timeout, other dseq", "transaction_expired"),
    ("deposit and price in uakt", GROUPS),
    ("bid in another denom", GROUPS),
    ("dseq zero", "message_malformed"),
    ("deposit without sources", "message_malformed"),
    ("deposit with a source twice", "message_malformed"),
    ("grant without scopes", "grant_refused"),
    ("grant with a scope twice", "grant_refused"),
    ("grant that has expired already", "grant_refused"),
    ("grant to oneself", "grant_refused"),
    ("grant of zero", "grant_refused"),
    ("revoke a grant that is not there", "grant_refused"),
    ("revoke an allowance that is not there", "grant_refused"),
    ("allow fees twice", "grant_refused"),
    ("send uact", "grant_refused"),
    ("mint uact without an oracle price", "mint_refused"),
    ("create the same certificate again", "certificate_exists"),
    ("certificate of another owner", "certificate_invalid"),
    ("certificate that is not one", "certificate_invalid"),
    ("revoke it twice", "certificate_revoked"),
    ("revoke one that is not there", "certificate_not_found"),
    ("gas limit too low for the message", "out_of_gas"),
    ("broken signature", "internal_fault"),
    ("memo of 257 bytes", "internal_fault"),
    ("ordered with a stale sequence", "internal_fault"),
    ("no messages", "internal_fault"),
    ("unordered with a sequence", "internal_fault"),
    ("unordered without a timeout", "internal_fault"),
    ("timeout ten minutes and a half ahead", "internal_fault"),
]


@pytest.mark.parametrize(("case", "code"), CASES)
def test_a_recorded_refusal_is_this_error(case: str, code: str) -> None:
    assert case in recorded()
    for refusal in recorded()[case]:
        assert refusals.to_error(refusal).code == code, refusal


def test_a_deposit_of_zero_is_told_by_where_it_stands() -> None:
    """Walk 04 creates with nothing (below the minimum), walk 05 tops up with nothing."""
    codes = {refusals.to_error(refusal).code for refusal in recorded()["deposit of zero"]}

    assert codes == {"deposit_too_low", "deposit_not_positive"}


def test_out_of_gas_is_told_apart() -> None:
    cases = ("gas limit too low for the ante handler", "gas limit too low for the message")

    assert all(refusals.is_out_of_gas(one) for case in cases for one in recorded()[case])
    assert not any(refusals.is_out_of_gas(one) for one in recorded()["broken signature"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.codespace}/{row.code} {row.words}")
def test_a_row_is_found_by_its_code_and_by_its_words(row: Row) -> None:
    """A transaction has the code; a simulation has the words, somewhere in a sentence, in any case."""
    told = f"failed to execute message; message index: 0: {row.words.title()} [x.go:1] with gas used: '1'"

    if row.codespace not in {"", "undefined"}:
        assert refusals.row_of(Refusal(row.codespace, row.code, told)) == row
    assert refusals.to_error(Refusal("", 2, told)).code == row.make().code
    assert refusals.to_error(Refusal("undefined", 1, told)).code == row.make().code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.codespace}/{row.code} {row.words}")
def test_a_row_has_a_sentence_for_the_user_that_says_nothing_of_the_chains(row: Row) -> None:
    error = row.make()

    assert type(error) in PROBLEMS
    assert str(error)
    assert "sdk/" not in str(error)


OF_PROVIDERS = {
    ("market", 5),
    ("market", 21),
    ("market", 22),
    ("market", 32),
    ("market", 37),
    ("market", 40),
    ("market", 41),
    ("provider", 1),
    ("provider", 4),
}
"""What only a provider's messages met."""
ALREADY_SENT = ("sdk", 19)
"""No refusal to us: the mempool, or a block, has these very bytes."""


def test_every_recorded_refusal_that_our_messages_can_meet_has_its_row() -> None:
    every = [one for found in recorded().values() for one in found]
    unknown = {(one.codespace, one.code) for one in every if refusals.row_of(one) is None}

    assert unknown - {("", 2), ALREADY_SENT} == OF_PROVIDERS


def test_what_no_row_knows_keeps_its_code_for_the_operator_and_says_nothing_to_the_user() -> None:
    error = refusals.to_error(Refusal("wasm", 7, "contract says: \x00\ufffd"))

    assert errors.to_wire(error) == {
        "code": "transaction_rejected",
        "facts": {"codespace": "wasm", "number": 7},
    }
    assert str(error) == "The network refused the transaction"


def test_no_error_carries_the_chains_own_words() -> None:
    for found in recorded().values():
        for refusal in found:
            wire = str(errors.to_wire(refusals.to_error(refusal)))
            assert refusal.log == "" or refusal.log not in wire
            assert "\\x" not in wire
