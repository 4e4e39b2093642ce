"""The signer on the sandbox: credit raised and taken, fees renewed, intents ended, keys moved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from slipway_signing.books_dynamo import DynamoBooks
from slipway_signing.moving import Mover

from sandbox.up import SandboxConfig
from tests.e2e.operator import Operator, operating
from tests.e2e.running import BLOCK_SECONDS, Running, example, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

CREDIT = 5_000_000
FEES = 10_000_000


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running(
        SandboxConfig(block_seconds=BLOCK_SECONDS, credit=CREDIT, fees=FEES, schedules=False)
    ) as found:
        yield found


@pytest.fixture
def operator(sandbox: Running) -> Iterator[Operator]:
    with operating(sandbox) as found:
        yield found


def test_credit_is_raised_and_taken_whatever_the_user_does_meanwhile(operator: Operator) -> None:
    assert operator.change(2_000_000, "purchase-1")["state"] == "done"
    assert operator.change(2_000_000, "purchase-1")["state"] == "done"
    assert operator.credit == CREDIT + 2_000_000

    created = operator.api.create(example("web"), deposit=1)
    assert operator.change(-500_000, "chargeback-1")["delta"] == "-500000"
    assert operator.credit == CREDIT + 2_000_000 - 1_000_000 - 500_000

    operator.api.ask("DELETE", f"/v1/deployments/{created['dseq']}")
    assert operator.change(1, "purchase-2")["state"] == "done"
    assert operator.credit == CREDIT + 1_500_001


def test_all_credit_gone_is_a_revocation_and_a_refund_comes_back(operator: Operator) -> None:
    created = operator.api.create(example("web"), deposit=1)

    assert operator.change(-100_000_000, "chargeback-all")["delta"] == str(1_000_000 - CREDIT)
    assert operator.credit is None
    operator.api.ask("DELETE", f"/v1/deployments/{created['dseq']}")
    assert operator.credit is None
    upkeep = operator.invoke("SignerUpkeep", {})

    assert upkeep["failed"] == []
    assert operator.credit == 1_000_000


def test_a_fee_allowance_that_is_gone_is_mended_under_the_users_hands(operator: Operator) -> None:
    row = operator.row
    revoke = {
        "type_url": "/cosmos.feegrant.v1beta1.MsgRevokeAllowance",
        "value": {"granter": row.granter, "grantee": row.address},
    }
    event = {
        "intent_id": f"revoke-{row.address}",
        "request_id": "by hand",
        "user_id": None,
        "role": "treasury",
        "messages": [revoke],
        "limits": {"deposit_max": "0"},
    }
    assert operator.invoke("SignerTreasury", event)["state"] == "committed"
    assert operator.chain.allowance(row.granter, row.address) is None

    operator.api.create(example("web"), deposit=1)

    assert operator.chain.allowance(row.granter, row.address) is not None


def test_a_wallet_moves_to_sealed_custody_with_its_credit_and_signs_there(operator: Operator) -> None:
    before = operator.row
    mover = Mover(
        wallets=operator.wallets,
        intents=operator.intents,
        books=DynamoBooks(operator.dynamo, operator.table("GrantsTable")),
        chain=operator.chain,
        change_credit=lambda event: operator.invoke("SignerChangeCredit", event),
        open_wallet=lambda event: operator.invoke("SignerOpenWallet", event),
        fees=FEES,
    )

    row = mover.move(operator.user_id, "sealed")

    assert (row.custody, row.address == before.address, operator.credit) == ("sealed", False, CREDIT)
    operator.api.create(example("web"), deposit=1)
    assert operator.credit == CREDIT - 1_000_000


def test_the_sweeper_finds_nothing_left_and_the_log_is_sound(operator: Operator) -> None:
    operator.api.create(example("web"), deposit=1)

    assert json.dumps(operator.invoke("SignerSweep", {})) == '{"found": 0, "ended": 0}'
    assert operator.log_faults() == ()
