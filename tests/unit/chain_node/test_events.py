"""Events as a client reads them: typed ones in JSON text, what tells nothing, and what they are found by."""

from __future__ import annotations

import json
from typing import Any

from sandbox.chain import pb
from sandbox.chain.modules import auth
from tests.unit.chain_node.network import (
    TENANT,
    TREASURY,
    Network,
    deployment,
    deposit_grant,
    payment,
    tenant_with,
)

CREATED = "akash.deployment.v1.EventDeploymentCreated"


def events(outcome: Any, kind: str) -> list[dict[str, str]]:
    return [dict(event.attributes) for event in outcome.events if event.type == kind]


def created() -> tuple[Network, Any]:
    network = tenant_with()
    return network, network.send(deployment(7), signer=TENANT, granter=TREASURY.address)


def test_a_typed_event_holds_its_fields_as_json_text() -> None:
    _, outcome = created()

    [found] = events(outcome, CREATED)

    assert json.loads(found["id"]) == {"owner": TENANT.address, "dseq": "7"}
    assert found["hash"] == f'"{"A" * 43}="'
    assert found["msg_index"] == "0"


def test_every_message_says_its_type_and_sender() -> None:
    _, outcome = created()

    [found] = [event for event in events(outcome, "message") if "action" in event]

    assert found["action"] == "/akash.deployment.v1beta4.MsgCreateDeployment"
    assert (found["sender"], found["msg_index"]) == (TENANT.address, "0")


def test_a_fee_by_grant_is_told_with_who_paid() -> None:
    _, outcome = created()

    [paid] = [event for event in events(outcome, "tx") if "fee" in event]
    [used] = events(outcome, "use_feegrant")

    assert (paid["fee"], paid["fee_payer"]) == ("10000uakt", TREASURY.address)
    assert (used["granter"], used["grantee"]) == (TREASURY.address, TENANT.address)


def test_coins_that_move_are_told() -> None:
    network = Network()

    outcome = network.send(payment(7))

    moved = [found for found in events(outcome, "transfer") if found["recipient"] == TENANT.address]
    assert [(found["sender"], found["amount"]) for found in moved] == [(TREASURY.address, "7uakt")]
    spent, received = events(outcome, "coin_spent")[-1], events(outcome, "coin_received")[-1]
    assert (spent["spender"], received["receiver"]) == (TREASURY.address, TENANT.address)


def test_a_grant_is_told_under_the_index_of_its_message() -> None:
    granted = Network().send(payment(1), deposit_grant(9_000_000))

    [found] = events(granted, "cosmos.authz.v1beta1.EventGrant")
    assert json.loads(found["granter"]) == TREASURY.address
    assert json.loads(found["msg_type_url"]) == "/akash.escrow.v1.MsgAccountDeposit"
    assert found["msg_index"] == "1"


def test_a_deposit_is_told_by_no_event_of_akashs() -> None:
    network, _ = created()
    coin = pb.coin.Coin(denom="uact", amount="1000")
    account = pb.escrow_id.Account(scope=pb.escrow_id.Scope.deployment, xid=f"{TENANT.address}/7")
    deposit = pb.deposit.Deposit(amount=coin, sources=[pb.deposit.Source.grant])
    message = pb.escrow.MsgAccountDeposit(signer=TENANT.address, id=account, deposit=deposit)

    outcome = network.send(message, signer=TENANT, granter=TREASURY.address)

    assert outcome.code == 0
    assert not [event.type for event in outcome.events if event.type.startswith("akash.")]


def test_data_of_a_success_is_an_answer_for_each_message_and_its_log_is_empty() -> None:
    network = Network()

    outcome = network.send(payment(1), payment(2))

    answers = pb.abci.TxMsgData.FromString(outcome.data).msg_responses
    assert [answer.type_url for answer in answers] == ["/cosmos.bank.v1beta1.MsgSendResponse"] * 2
    assert outcome.text == ""
    assert auth.account(network.chain.reading(), TENANT.address) is not None
