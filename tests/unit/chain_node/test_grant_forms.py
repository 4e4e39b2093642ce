"""What x/feegrant, x/authz and x/bank refuse for its form, in the chain's words (Cosmos SDK 0.53)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import bech32, codec, pb
from sandbox.chain.numbers import SECOND
from tests.unit.chain_node.network import TENANT, TREASURY, Draft, Network, deposit_grant, fee_grant, payment


def coins(amount: int, denom: str = "uakt") -> list[Any]:
    return [pb.coin.Coin(denom=denom, amount=str(amount))]


def allowance(inner: Any) -> Any:
    return pb.feegrant_tx.MsgGrantAllowance(
        granter=TREASURY.address, grantee=TENANT.address, allowance=codec.pack(inner)
    )


def periodic(**changes: Any) -> Any:
    basic = changes.pop("basic", pb.feegrant.BasicAllowance(spend_limit=coins(100)))
    limits = {"period_spend_limit": coins(10), "period_can_spend": coins(10)} | changes
    period = pb.duration.Duration(seconds=limits.pop("seconds", 60))
    return pb.feegrant.PeriodicAllowance(basic=basic, period=period, **limits)


def allowed(*urls: str, **changes: Any) -> Any:
    inner = {"allowance": codec.pack(pb.feegrant.BasicAllowance())} | changes
    return pb.feegrant.AllowedMsgAllowance(allowed_messages=urls, **inner)


def basic(amount: int, denom: str = "uakt") -> Any:
    return pb.feegrant.BasicAllowance(spend_limit=coins(amount, denom))


@pytest.mark.parametrize(
    ("inner", "codespace", "code", "text"),
    [
        (basic(0), "sdk", 10, "send amount is invalid: 0uakt: invalid coins"),
        (basic(1, "!"), "sdk", 10, "send amount is invalid: 1!: invalid coins"),
        (periodic(period_spend_limit=[]), "sdk", 10, "spend limit must be positive: invalid coins"),
        (periodic(period_spend_limit=coins(0)), "sdk", 10, "spend amount is invalid: 0uakt: invalid coins"),
        (
            periodic(period_spend_limit=coins(1, "uact")),
            "sdk",
            10,
            "period spend limit has different currency than basic spend limit: invalid coins",
        ),
        (periodic(seconds=-1), "feegrant", 4, "negative clock step: invalid duration"),
        (allowed(), "feegrant", 6, "allowed messages shouldn't be empty: allowed messages are empty"),
        (allowed("/x", allowance=None), "feegrant", 5, "allowance should not be empty: no allowance"),
        (
            allowed("/x", allowance=codec.pack(basic(0))),
            "sdk",
            10,
            "send amount is invalid: 0uakt: invalid coins",
        ),
    ],
)
def test_an_allowance_that_allows_nothing_sensible_is_refused(
    inner: Any, codespace: str, code: int, text: str
) -> None:
    refused = Network().send(allowance(inner))

    assert (refused.codespace, refused.code) == (codespace, code)
    assert refused.text == f"failed to execute message; message index: 0: {text}"


def test_an_allowance_that_is_over_already_is_refused_and_makes_no_account() -> None:
    network = Network()

    refused = network.send(fee_grant(5, expiration=network.now - SECOND))

    assert (refused.codespace, refused.code) == ("sdk", 18)
    assert refused.text.endswith("expiration is before current block time: invalid request")
    assert network.get(f"/cosmos/auth/v1beta1/account_info/{TENANT.address}")["code"] == 5


@pytest.mark.parametrize(
    ("scopes", "text"),
    [
        ([0], 'invalid scope "invalid": invalid authz scope'),
        ([9], 'invalid scope "9": invalid authz scope'),
    ],
)
def test_a_deposit_grant_names_scopes_that_there_are(scopes: Any, text: str) -> None:
    message = deposit_grant(5)
    authorization = pb.escrow.DepositAuthorization(scopes=scopes, spend_limits=coins(5, "uact"))
    message.grant.authorization.CopyFrom(codec.pack(authorization))

    refused = Network().send(message)

    assert (refused.codespace, refused.code) == ("escrow", 17)
    assert refused.text.endswith(text)


def test_a_malformed_grantee_is_told_in_gos_words() -> None:
    message = deposit_grant(5)
    message.grantee = "akash1bad"

    refused = Network().send(message)

    assert (refused.codespace, refused.code) == ("sdk", 7)
    assert refused.text.endswith(
        "invalid grantee address: decoding bech32 failed: invalid separator index 5: invalid address"
    )


@pytest.mark.parametrize("module", ["escrow", "bme", "fee_collector", "gov"])
def test_modules_take_no_coins_from_outside(module: str) -> None:
    message = payment()
    message.to_address = bech32.module_address(module)

    refused = Network().send(message)

    assert (refused.codespace, refused.code) == ("sdk", 4)
    assert refused.text.endswith(f"{message.to_address} is not allowed to receive funds: unauthorized")


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"amount": []}, 10, ": invalid coins"),
        ({"amount": coins(0)}, 10, "0uakt: invalid coins"),
        ({"to_address": ""}, 7, "invalid to address: empty address string is not allowed: invalid address"),
    ],
)
def test_a_payment_is_refused_for_its_form(changes: dict[str, Any], code: int, text: str) -> None:
    fields = {"from_address": TREASURY.address, "to_address": TENANT.address, "amount": coins(1)} | changes

    refused = Network().send(pb.bank_tx.MsgSend(**fields))

    assert (refused.codespace, refused.code) == ("sdk", code)
    assert refused.text.endswith(text)


def test_a_signer_that_has_no_address_is_no_transaction() -> None:
    message = payment()
    message.from_address = "akash1bad"
    network = Network()
    raw = network.sign(Draft(messages=[message]))

    refused = network.chain.broadcast(raw)

    words = "decoding bech32 failed: invalid separator index 5"
    assert (refused.codespace, refused.code) == ("sdk", 2)
    assert refused.text == f"{words}: tx parse error: tx parse error"
