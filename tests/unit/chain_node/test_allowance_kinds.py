"""Fee allowances for some messages only, and by the period; and several signers of one transaction."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import codec, pb
from sandbox.chain.modules import auth
from sandbox.chain.numbers import SECOND
from tests.unit.chain_node.network import (
    STRANGER,
    TENANT,
    TREASURY,
    Draft,
    Network,
    deposit_grant,
    payment,
)

SEND = "/cosmos.bank.v1beta1.MsgSend"
CLOSE = "/akash.deployment.v1beta4.MsgCloseDeployment"
FEE = 10_000


def allowed(allowance: Any) -> Network:
    """The treasury pays the tenant's fees by an allowance; the tenant has coins of its own to send."""
    network = Network()
    grant = pb.feegrant_tx.MsgGrantAllowance(
        granter=TREASURY.address, grantee=TENANT.address, allowance=codec.pack(allowance)
    )
    network.send(payment(1_000_000), grant)
    return network


def coins(amount: int) -> Any:
    return [pb.coin.Coin(denom="uakt", amount=str(amount))]


def basic(amount: int) -> Any:
    return pb.feegrant.BasicAllowance(spend_limit=coins(amount))


def periodic(network_time: int, *, whole: int, each: int) -> Any:
    found = pb.feegrant.PeriodicAllowance(
        basic=basic(whole), period_spend_limit=coins(each), period_can_spend=coins(each)
    )
    found.period.seconds = 10
    found.period_reset.seconds = network_time // SECOND + 20
    return found


def granted(network: Network, sequence: int) -> Any:
    draft = Draft(
        messages=[payment(1, to=STRANGER, sender=TENANT)],
        signer=TENANT,
        granter=TREASURY.address,
        sequence=sequence,
    )
    return network.check(draft)


def test_an_allowance_for_some_messages_pays_for_these_alone() -> None:
    for kind, expected in ((SEND, ("", 0)), (CLOSE, ("feegrant", 7))):
        allowance = pb.feegrant.AllowedMsgAllowance(allowance=codec.pack(basic(FEE)), allowed_messages=[kind])

        outcome = granted(allowed(allowance), 0)

        assert (outcome.codespace, outcome.code) == expected


def test_an_allowance_by_the_period_pays_again_in_the_next_one() -> None:
    network = allowed(periodic(Network().now, whole=10 * FEE, each=FEE))

    first = granted(network, 0)
    network.block()
    second = granted(network, 1)
    while network.now < Network().now + 21 * SECOND:
        network.block()
    third = granted(network, 1)

    assert (first.code, third.code) == (0, 0)
    assert (second.codespace, second.code) == ("feegrant", 2)
    assert "period spend limit exceeded" in second.text or "fee limit exceeded" in second.text


def test_two_sign_one_transaction_and_each_message_is_its_owners() -> None:
    network = Network()
    network.send(payment(50_000))
    tenants, treasurys = payment(3, to=STRANGER, sender=TENANT), deposit_grant(5_000_000)
    draft = Draft(messages=[treasurys, tenants], sequence=1)

    raw = network.sign_together(draft, {TREASURY: 1, TENANT: 0})
    outcome = network.chain.broadcast(raw)
    network.block()

    assert outcome.code == 0, outcome.text
    assert network.credit() == 5_000_000
    assert network.balance(STRANGER) == 3
    assert [network.sequence(who) for who in (TREASURY, TENANT)] == [2, 1]


@pytest.mark.parametrize("missing", ["signer_infos", "signatures"])
def test_everyone_whose_message_it_is_must_sign(missing: str) -> None:
    network = Network()
    network.send(payment(50_000))
    draft = Draft(messages=[payment(3), payment(3, to=STRANGER, sender=TENANT)], sequence=1)
    raw = pb.tx.TxRaw.FromString(network.sign_together(draft, {TREASURY: 1, TENANT: 0}))
    if missing == "signatures":
        del raw.signatures[1]
    else:
        info = pb.tx.AuthInfo.FromString(raw.auth_info_bytes)
        del info.signer_infos[1]
        raw.auth_info_bytes = info.SerializeToString()

    outcome = network.chain.broadcast(raw.SerializeToString())

    assert (outcome.codespace, outcome.code) == ("sdk", 4)
    assert auth.account(network.chain.reading(), TENANT.address).sequence == 0
