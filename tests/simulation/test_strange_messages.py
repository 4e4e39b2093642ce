"""Messages with anything in their fields: the chain refuses in words of its own, and its books add up."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from sandbox.chain import codec, pb
from sandbox.chain.books import Books
from sandbox.chain.errors import ChainError
from sandbox.chain.transaction import Transaction
from tests.unit.chain import factories as make
from tests.unit.chain.world import AUDITOR, PROVIDER, TENANT, TREASURY

MESSAGES = 400
TEXTS = [
    "",
    "x",
    "akash1bad",
    TENANT,
    PROVIDER,
    TREASURY,
    "-1",
    "0",
    "1",
    "1" * 40,
    "uakt",
    "uact",
    "é",
    "1e5",
]
NUMBERS = [0, 1, 2, 5, 10_001, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1, -1, -(2**31), -(2**63)]
BYTES = [b"", b"\x00", bytes(32), b"\xff" * 33, b"5", b"-5", b"9" * 23]


def changed(random: Random, message: Any) -> None:
    """Change something somewhere in a message, however deep."""
    field = random.choice(message.DESCRIPTOR.fields)
    is_list = field.label == field.LABEL_REPEATED
    if field.message_type:
        listed = getattr(message, field.name)
        if not is_list:
            changed(random, listed) if listed.DESCRIPTOR.fields else None
        elif not listed or random.random() < 0.3:
            listed.add()
        elif random.random() < 0.3:
            del listed[random.randrange(len(listed))]
        else:
            changed(random, random.choice(listed))
        return
    value = strange(random, field)
    try:
        getattr(message, field.name).append(value) if is_list else setattr(message, field.name, value)
    except ValueError:
        return  # out of the field's range: it cannot be written, so it cannot be sent


def strange(random: Random, field: Any) -> Any:
    if field.type == field.TYPE_STRING:
        return random.choice(TEXTS)
    if field.type == field.TYPE_BYTES:
        return random.choice(BYTES)
    if field.type == field.TYPE_BOOL:
        return random.random() < 0.5
    return random.choice([0, 1, 2, 3, 99] if field.type == field.TYPE_ENUM else NUMBERS)


def sound(random: Random) -> Any:
    """A message that a market knows."""
    bid, group = make.bid().id, make.group_id(1, 1)
    lease = pb.market_v1.LeaseID.FromString(bid.SerializeToString())
    akt = pb.coin.Coin(denom="uakt", amount="50000000")
    allowance = codec.pack(pb.feegrant.BasicAllowance(spend_limit=[akt]))
    pair = {"granter": TREASURY, "grantee": TENANT}
    kinds = (
        make.create(random.choice([1, 2])),
        make.close(1),
        make.top_up(1_000),
        make.bid(),
        make.lease(),
        make.withdraw(),
        make.provider(PROVIDER),
        pb.deployment.MsgUpdateDeployment(id=make.deployment_id(1), hash=bytes(32)),
        pb.deployment.MsgCloseGroup(id=group),
        pb.deployment.MsgPauseGroup(id=group),
        pb.deployment.MsgStartGroup(id=group),
        pb.market.MsgCloseBid(id=bid, reason="lease_closed_reason_unstable"),
        pb.market.MsgCloseLease(id=lease),
        pb.market.MsgLeaseStartReclaim(id=lease, reason="lease_closed_reason_unstable"),
        pb.audit.MsgSignProviderAttributes(owner=PROVIDER, auditor=AUDITOR),
        pb.audit.MsgDeleteProviderAttributes(owner=PROVIDER, auditor=AUDITOR, keys=["a"]),
        pb.bme.MsgMintACT(owner=TREASURY, to=TREASURY, coins_to_burn=akt),
        pb.bank_tx.MsgSend(from_address=TREASURY, to_address=PROVIDER, amount=[akt]),
        pb.authz_tx.MsgExec(grantee=TENANT, msgs=[codec.pack(make.close(1))]),
        pb.authz_tx.MsgRevoke(**pair, msg_type_url="/akash.escrow.v1.MsgAccountDeposit"),
        pb.feegrant_tx.MsgGrantAllowance(**pair, allowance=allowance),
        pb.feegrant_tx.MsgRevokeAllowance(**pair),
        pb.cert.MsgCreateCertificate(owner=TENANT, cert=b"x", pubkey=b"y"),
    )
    return random.choice(kinds)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_strange_is_refused_and_no_coin_comes_or_goes(seed: int) -> None:
    random = Random(seed)  # noqa: S311  a seed for tests, no secret
    world = make.leased()
    taken = 0
    for _ in range(MESSAGES):
        message = sound(random)
        for _ in range(random.choice([0, 1, 1, 2, 3])):
            changed(random, message)
        try:
            world.send(decoded(message))
            taken += 1
        except ChainError as refusal:
            assert refusal.codespace and refusal.code

    Books(world.store)
    assert 0 < taken < MESSAGES


def decoded(message: Any) -> Any:
    """As the chain reads it out of a transaction. Raises ChainError."""
    body = pb.tx.TxBody(messages=[codec.pack(message)])
    raw = pb.tx.TxRaw(body_bytes=body.SerializeToString(), signatures=[b""])
    return Transaction.decode(raw.SerializeToString()).messages[0]
