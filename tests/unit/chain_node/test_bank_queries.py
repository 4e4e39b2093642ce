"""Balances and the supply over REST."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chain_node.network import RICH, TENANT, TREASURY, Network, payment

BANK = "/cosmos/bank/v1beta1"
OWN = f"{BANK}/balances/{TREASURY.address}"


def test_balances_come_by_the_page_in_the_order_of_their_denominations() -> None:
    network = Network()

    first = network.get(OWN, **{"pagination.limit": "1", "pagination.count_total": "true"})
    second = network.get(OWN, **{"pagination.key": first["pagination"]["next_key"]})

    assert [coin["denom"] for coin in first["balances"] + second["balances"]] == ["uact", "uakt"]
    assert first["pagination"]["total"] == "2"
    assert second["pagination"] == {"next_key": None, "total": "0"}


def test_what_nobody_has_is_nothing() -> None:
    network = Network()

    assert network.get(f"{BANK}/balances/{TENANT.address}")["balances"] == []
    assert network.get(f"{OWN}/by_denom", denom="unknown")["balance"] == {"denom": "unknown", "amount": "0"}


def test_the_supply_stays_when_coins_move() -> None:
    network = Network()
    before = network.get(f"{BANK}/supply")

    network.send(payment(5))

    assert network.get(f"{BANK}/supply") == before
    assert network.get(f"{BANK}/supply/by_denom", denom="uact")["amount"] == {
        "denom": "uact",
        "amount": str(RICH),
    }


@pytest.mark.parametrize(
    ("path", "params", "code", "message"),
    [
        (f"{OWN}/by_denom", {}, 3, "invalid denom: "),
        (f"{OWN}/by_denom", {"denom": "x"}, 3, "invalid denom: x"),
        (f"{BANK}/supply/by_denom", {"denom": "1uakt"}, 3, "invalid denom: 1uakt"),
        (
            OWN,
            {"pagination.offset": "1", "pagination.key": "dWFrdA=="},
            3,
            "paginate: invalid request, either offset or key is expected, got both",
        ),
        (OWN, {"pagination.limit": "-1"}, 3, 'strconv.ParseUint: parsing "-1": invalid syntax'),
    ],
)
def test_a_question_is_refused(path: str, params: dict[str, str], code: int, message: str) -> None:
    found: Any = Network().get(path, **params)

    assert (found["code"], found["message"]) == (code, message)


def test_an_address_that_is_none_is_looked_at_before_or_after_the_denomination() -> None:
    network = Network()

    balance = network.get(f"{BANK}/balances/akash1bad/by_denom")
    spendable = network.get(f"{BANK}/spendable_balances/akash1bad/by_denom")

    assert balance["message"] == "invalid denom: "
    assert spendable["message"].startswith("invalid address: ")
