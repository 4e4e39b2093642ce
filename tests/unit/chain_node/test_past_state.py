"""Queries of the state as it was (x-cosmos-block-height)."""

from __future__ import annotations

import pytest

from sandbox.chain import past
from tests.unit.chain_node.network import TENANT, TREASURY, Network, payment

BALANCE = f"/cosmos/bank/v1beta1/balances/{TENANT.address}/by_denom"


def balance_at(network: Network, height: str) -> str:
    answer = network.gateway.answer("GET", BALANCE, {"denom": "uakt"}, height=height)
    assert answer.status == 200, answer.body
    assert answer.height == int(height or network.chain.tip.height)
    return str(answer.body["balance"]["amount"])


def test_every_height_answers_with_its_own_state() -> None:
    network = Network()
    network.send(payment(5))
    first = network.chain.tip.height
    network.block()
    network.send(payment(7))

    heights = [str(height) for height in range(first - 1, network.chain.tip.height + 1)]

    assert [balance_at(network, height) for height in [*heights, "", "0"][:-1]] == ["0", "5", "5", "12", "12"]


def test_reading_the_past_leaves_the_present_as_it_is() -> None:
    network = Network()
    network.send(payment(5))
    before = network.chain.store.pairs()

    balance_at(network, "1")

    assert network.chain.store.pairs() == before


@pytest.mark.parametrize(
    ("height", "status", "words"),
    [
        ("99", 500, "codespace sdk code 26: invalid height: cannot query with height in the future"),
        ("-1", 500, "codespace sdk code 18: invalid request: cannot query with height < 0"),
        (
            "x",
            500,
            'codespace sdk code 18: invalid request: Baseapp.RegisterGRPCServer: invalid height header "x"',
        ),
    ],
)
def test_a_height_that_is_none_is_refused(height: str, status: int, words: str) -> None:
    answer = Network().gateway.answer("GET", BALANCE, {"denom": "uakt"}, height=height)

    assert answer.status == status
    assert answer.body["message"].startswith(words)


def test_what_is_too_old_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "KEPT_CHANGES", 2)
    network = Network()
    for amount in range(1, 5):
        network.send(payment(amount))
    tip = network.chain.tip.height

    answer = network.gateway.answer("GET", BALANCE, {"denom": "uakt"}, height="1")

    assert answer.body["message"].endswith(f"version does not exist (latest height: {tip})")
    assert balance_at(network, str(tip - 1)) == "6"
    assert network.balance(TREASURY) > 0
