"""x/authz: MsgExec, and what a grant must be like."""

from __future__ import annotations

from typing import Any

from sandbox.chain import codec, gotext, pb
from tests.unit.chain_node.network import (
    STRANGER,
    TENANT,
    TREASURY,
    Network,
    deployment,
    deposit_grant,
    payment,
    tenant_with,
)

SEND = "/cosmos.bank.v1beta1.MsgSend"


def generic(url: str) -> Any:
    authorization = codec.pack(pb.authz.GenericAuthorization(msg=url))
    return pb.authz_tx.MsgGrant(
        granter=TREASURY.address,
        grantee=TENANT.address,
        grant=pb.authz.Grant(authorization=authorization),
    )


def execution(*messages: Any) -> Any:
    return pb.authz_tx.MsgExec(grantee=TENANT.address, msgs=[codec.pack(one) for one in messages])


def deposit(amount: int, signer: str) -> Any:
    account = pb.escrow_id.Account(scope="deployment", xid=f"{TENANT.address}/1")
    coin = pb.coin.Coin(denom="uact", amount=str(amount))
    found = pb.deposit.Deposit(amount=coin, sources=["balance"])
    return pb.escrow.MsgAccountDeposit(signer=signer, id=account, deposit=found)


def allowed(*messages: Any) -> Network:
    network = tenant_with()
    network.send(*messages)
    return network


def test_a_grantee_sends_its_granters_message() -> None:
    network = allowed(generic(SEND))

    done = network.send(execution(payment(7, to=STRANGER)), signer=TENANT, granter=TREASURY.address)

    assert (done.code, done.text) == (0, "")
    assert network.balance(STRANGER) == 7
    [sent] = [
        event for event in done.events if event.type == "transfer" and ("amount", "7uakt") in event.attributes
    ]
    assert sent.attributes[-2:] == (("authz_msg_index", "0"), ("msg_index", "0"))
    [response] = done.responses
    assert codec.unpack(response).results == [b""]


def test_without_a_grant_it_is_refused_in_the_chains_words() -> None:
    network = tenant_with()

    refused = network.send(execution(payment(7)), signer=TENANT, granter=TREASURY.address)

    parties = f"granter: {TREASURY.address}, grantee: {TENANT.address} & msgType: {SEND} "
    assert (refused.codespace, refused.code) == ("authz", 2)
    assert refused.text.endswith(f"failed to get grant with given {parties}: authorization not found")


def test_what_fails_inside_leaves_nothing_behind() -> None:
    network = allowed(generic(SEND))
    too_much = payment(10**15, to=STRANGER)

    refused = network.send(
        execution(payment(7, to=STRANGER), too_much), signer=TENANT, granter=TREASURY.address
    )

    assert (refused.codespace, refused.code) == ("sdk", 5)
    assert f"failed to execute message; message {gotext.compact(too_much)}: spendable balance" in refused.text
    assert network.balance(STRANGER) == 0


def test_ones_own_message_needs_no_grant() -> None:
    network = tenant_with()
    network.send(payment(9))

    done = network.send(
        execution(payment(2, to=STRANGER, sender=TENANT)), signer=TENANT, granter=TREASURY.address
    )

    assert (done.code, network.balance(STRANGER)) == (0, 2)


def test_a_deposit_out_of_the_granters_pocket_counts_against_the_deposit_grant() -> None:
    network = tenant_with(credit=1_000_000)
    network.send(deployment(), signer=TENANT, granter=TREASURY.address)

    done = network.send(
        execution(deposit(300_000, TREASURY.address)), signer=TENANT, granter=TREASURY.address
    )
    too_much = network.send(
        execution(deposit(300_000, TREASURY.address)), signer=TENANT, granter=TREASURY.address
    )

    assert done.code == 0
    assert network.credit() == 200_000
    assert (too_much.codespace, too_much.code) == ("sdk", 5)


def test_a_deposit_grant_that_is_used_up_by_it_is_deleted() -> None:
    network = tenant_with(credit=500_001)
    network.send(deployment(), signer=TENANT, granter=TREASURY.address)

    network.send(execution(deposit(1, TREASURY.address)), signer=TENANT, granter=TREASURY.address)

    assert network.credit() is None


def test_an_execution_of_nothing_is_refused() -> None:
    refused = tenant_with().send(execution(), signer=TENANT, granter=TREASURY.address)

    assert (refused.codespace, refused.code) == ("sdk", 18)
    assert refused.text.endswith("messages cannot be empty: invalid request")


def test_a_grant_for_what_the_chain_does_not_know_is_refused() -> None:
    refused = Network().send(generic("/cosmos.gov.v1.MsgNothing"))

    assert (refused.codespace, refused.code) == ("sdk", 29)
    assert refused.text.endswith("/cosmos.gov.v1.MsgNothing doesn't exist.: invalid type")


def test_a_refund_keeps_the_single_limit_as_the_grant_has_it() -> None:
    network = tenant_with(credit=1_000_000)
    network.send(deployment(), signer=TENANT, granter=TREASURY.address)
    fresh = deposit_grant(50)
    authorization = codec.unpack(fresh.grant.authorization)
    authorization.spend_limit.denom, authorization.spend_limit.amount = "uact", "0"
    fresh.grant.authorization.CopyFrom(codec.pack(authorization))
    network.send(fresh)
    close = pb.deployment.MsgCloseDeployment(id=deployment().id)

    network.send(close, signer=TENANT, granter=TREASURY.address)

    found = network.get("/cosmos/authz/v1beta1/grants", granter=TREASURY.address, grantee=TENANT.address)[
        "grants"
    ][0]["authorization"]
    assert found["spend_limit"] == {"denom": "uact", "amount": "0"}
    assert found["spend_limits"] == [{"denom": "uact", "amount": "500050"}]


def test_a_refund_into_a_grant_without_a_single_limit_panics_and_nothing_closes() -> None:
    """The chain reads the deprecated limit as a number; where it was never set there is none."""
    network = tenant_with(credit=1_000_000)
    network.send(deployment(), signer=TENANT, granter=TREASURY.address)
    network.send(deposit_grant(50))
    close = pb.deployment.MsgCloseDeployment(id=deployment().id)

    refused = network.send(close, signer=TENANT, granter=TREASURY.address)

    assert (refused.codespace, refused.code) == ("undefined", 111222)
    assert "nil pointer dereference" in refused.text
    assert network.credit() == 50
