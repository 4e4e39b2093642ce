"""The signer on the sandbox: credit raised and taken, fees renewed, intents ended, keys moved."""

from __future__ import annotations

import json
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from slipway_signing.books_dynamo import DynamoBooks
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.moving import Mover
from slipway_signing.nodes import Nodes
from slipway_signing.signing_log import line
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.signing_log_verifying import verify
from slipway_signing.transport import HttpTransport
from slipway_signing.treasury_chain import RestTreasury
from slipway_signing.wallets import DynamoWallets, WalletRow

from sandbox.aws.local import REGION
from sandbox.up import SandboxConfig
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

CREDIT = 5_000_000
FEES = 10_000_000


class Operator:
    """Who runs the stack: invokes its functions and reads its tables and its chain."""

    def __init__(self, sandbox: Running, api: Api, user_id: str) -> None:
        self.sandbox = sandbox
        self.api = api
        self.user_id = user_id
        self._stack = sandbox.sandbox.users._stack
        self._runtime = sandbox.sandbox.users._runtime
        session = boto3.session.Session("sandbox", "sandbox", region_name=REGION)
        self.dynamo = session.client("dynamodb", endpoint_url=sandbox.sandbox.aws_endpoint)
        self.http = httpx.Client(trust_env=False)
        transport = HttpTransport(self.http)
        nodes = Nodes([sandbox.sandbox.chain_urls], transport, time.time_ns)
        self.chain = RestTreasury(nodes, transport)

    def close(self) -> None:
        self.http.close()
        self.dynamo.close()

    def table(self, logical_id: str) -> str:
        return str(self._stack.ref(logical_id))

    def invoke(self, logical_id: str, event: dict[str, Any]) -> dict[str, Any]:
        answer = self.sandbox.run(self._runtime.invoke_async(self._stack.ref(logical_id), event))
        assert not answer.failed, answer.payload
        return dict(answer.value)

    def change(self, delta: int, change_id: str) -> dict[str, Any]:
        change = {"change_id": change_id, "user_id": self.user_id, "delta": str(delta)}
        answer = self.invoke("SignerChangeCredit", {"request_id": change_id, "changes": [change]})
        [told] = answer["changes"]
        return dict(told)

    @property
    def wallets(self) -> DynamoWallets:
        return DynamoWallets(self.dynamo, self.table("WalletsTable"))

    @property
    def row(self) -> WalletRow:
        row = self.wallets.get(self.user_id)
        assert row is not None
        return row

    @property
    def credit(self) -> int | None:
        """None without a grant."""
        standing = self.chain.standing(self.row.granter, self.row.address, at_least=0)
        return standing.credit if standing.granted else None

    def log_faults(self) -> tuple[str, ...]:
        entries = DynamoLog(self.dynamo, self.table("SigningLogTable")).entries()
        return verify(line(entry) for entry in entries).faults


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS, credit=CREDIT, fees=FEES)) as found:
        yield found


@pytest.fixture
def operator(sandbox: Running) -> Iterator[Operator]:
    """For a user of their own."""
    user_id, key = sandbox.run(sandbox.sandbox.new_user())
    with sandbox.caller(key) as api, closing(Operator(sandbox, api, user_id)) as found:
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


def test_a_budget_stops_its_key_and_no_other(operator: Operator) -> None:
    owner = operator.row.address

    def deposit(intent_id: str, key_id: str) -> dict[str, Any]:
        value = {
            "signer": owner,
            "id": {"scope": "deployment", "xid": f"{owner}/{created['dseq']}"},
            "deposit": {"amount": {"denom": "uact", "amount": "600000"}, "sources": ["grant"]},
        }
        limits = {"deposit_max": "600000", "key_id": key_id, "budget_total": "1000000"}
        return operator.invoke(
            "SignerSign",
            {
                "intent_id": intent_id,
                "request_id": intent_id,
                "user_id": operator.user_id,
                "role": "wallet",
                "messages": [{"type_url": "/akash.escrow.v1.MsgAccountDeposit", "value": value}],
                "limits": limits,
            },
        )

    created = operator.api.create(example("web"), deposit=1)
    assert deposit("budget-1", f"{owner}-key-1")["state"] == "committed"

    refused = deposit("budget-2", f"{owner}-key-1")

    assert (refused["state"], refused["error"]["code"]) == ("rejected", "budget_exceeded")
    assert deposit("budget-3", f"{owner}-key-2")["state"] == "committed"


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
        intents=DynamoIntents(
            operator.dynamo, operator.table("IntentsTable"), operator.table("BudgetsTable")
        ),
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
