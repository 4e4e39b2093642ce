"""The table from the chain's refusals to our errors: each row by what a real node said, where it said it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from slipway.domain import errors
from slipway_signing import refusals
from slipway_signing.chain_port import Refusal

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
    ("mint uact without an oracle price", "transaction_rejected"),
    ("certificate that is not one", "transaction_rejected"),
    ("broken signature", "transaction_rejected"),
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


FROM_SOURCE = [
    (Refusal("deployment", 24, "invalid price"), GROUPS),
    (Refusal("deployment", 25, "duplicate group name"), GROUPS),
    (Refusal("market", 10, "lease not active"), "lease_not_active"),
    (Refusal("market", 11, "bid not active"), "lease_not_active"),
    (Refusal("market", 13, "bid: order not open"), "order_not_open"),
    (Refusal("market", 17, "group not open"), "group_not_open"),
    (Refusal("market", 20, "invalid lease: lease not found"), "lease_not_found"),
    (Refusal("escrow", 4, "account overdrawn"), "escrow_overdrawn"),
    (Refusal("feegrant", 3, "fee allowance expired"), "fees_unavailable"),
    (Refusal("feegrant", 5, "no allowance"), "fees_unavailable"),
    (Refusal("undefined", 111222, "recovered: negative decimal coin amount: -0.1uact"), "escrow_not_settled"),
    (Refusal("deployment", 20, "Deposit invalid"), "transaction_rejected"),
    (Refusal("", 2, "lease not active with gas used: '1'"), "lease_not_active"),
    (Refusal("", 2, "bid not active with gas used: '1'"), "lease_not_active"),
    (Refusal("", 2, "bid: order not open with gas used: '1'"), "order_not_open"),
    (Refusal("", 2, "group not open with gas used: '1'"), "group_not_open"),
    (Refusal("", 2, "invalid lease: lease not found with gas used: '1'"), "lease_not_found"),
    (Refusal("", 2, "account overdrawn with gas used: '1'"), "escrow_overdrawn"),
]
"""What the recorder could not provoke: the texts that the modules register (akash-chain.md §7.1)."""


@pytest.mark.parametrize(("refusal", "code"), FROM_SOURCE)
def test_a_registered_error_is_this_error(refusal: Refusal, code: str) -> None:
    assert refusals.to_error(refusal).code == code


def test_every_row_is_met_by_a_message_above() -> None:
    met = [one for case, _ in CASES for one in recorded()[case]] + [one for one, _ in FROM_SOURCE]
    met += recorded()["deposit of zero"]
    by_words = [one.log.lower() for one in met if (one.codespace, one.code) not in refusals.BY_CODE]
    first = {next((words for words, _ in refusals.BY_TEXT if words in log), None) for log in by_words}

    assert set(refusals.BY_CODE) - {(one.codespace, one.code) for one in met} == set()
    assert {words for words, _ in refusals.BY_TEXT} - first == set()


def test_no_error_carries_the_chains_own_words() -> None:
    for found in recorded().values():
        for refusal in found:
            wire = str(errors.to_wire(refusals.to_error(refusal)))
            assert refusal.log == "" or refusal.log not in wire
            assert "\\x" not in wire
