"""x/bme: minting ACT for AKT."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import pb
from sandbox.chain.rest.status import RestError
from tests.unit.chain.world import RIVAL, TREASURY, World

LEDGER = "/akash/bme/v1/ledger"
STALLED = (
    "collections: not found: key 'akt/usd' of type github.com/cosmos/gogoproto/akash.oracle.v2.PriceHealth"
)


def _mint(amount: int, **changes: Any) -> Any:
    burned = pb.coin.Coin(denom=changes.pop("denom", "uakt"), amount=str(amount))
    fields = {"owner": TREASURY, "to": TREASURY, "coins_to_burn": burned} | changes
    return pb.bme.MsgMintACT(**fields)


def _priced() -> World:
    return World(oracle={"akt/usd": "0.5"})


def test_without_an_oracle_nothing_is_minted() -> None:
    world = World()

    refusal = world.refusal(_mint(50_000_000))
    with pytest.raises(RestError) as status:
        world.query("/akash/bme/v1/status")

    assert refusal == ("oracle.v2", 4, f"{STALLED}: price stalled")
    assert (status.value.status, status.value.message) == (
        500,
        f"codespace oracle.v2 code 4: price stalled: {STALLED}",
    )
    assert world.query(LEDGER)["records"] == []


def test_a_mint_waits_for_the_epoch_and_pays_the_spread() -> None:
    world = _priced()
    before = world.balance(TREASURY)
    world.send(_mint(50_000_000))
    pending = world.query(LEDGER, filters__source=TREASURY)["records"]

    world.pass_blocks(10)

    assert [entry["status"] for entry in pending] == ["ledger_record_status_pending"]
    assert world.balance(TREASURY) - before == 50_000_000 // 2 * 9975 // 10_000
    assert world.balance(TREASURY, "uakt") == 950_000_000
    assert [entry["status"] for entry in world.query(LEDGER)["records"]] == ["ledger_record_status_executed"]


def test_a_mint_below_the_minimum_is_canceled_and_given_back() -> None:
    world = _priced()
    world.send(_mint(1_000_000))

    world.pass_blocks(10)

    record = world.query(LEDGER, filters__status="ledger_record_status_canceled")["records"][0]
    assert record["canceled_record"]["cancel_reason"] == "minimum_mint"
    assert world.balance(TREASURY, "uakt") == 1_000_000_000


def test_act_is_burned_back_at_the_price() -> None:
    world = _priced()
    world.send(_mint(50_000_000))
    world.pass_blocks(10)
    act = pb.coin.Coin(denom="uact", amount="10000000")

    world.send(pb.bme.MsgBurnACT(owner=TREASURY, to=TREASURY, coins_to_burn=act))
    world.pass_blocks(10)

    state = world.query("/akash/bme/v1/vault")["vault_state"]
    assert world.balance(TREASURY, "uakt") == 950_000_000 + 20_000_000
    assert state["total_burned"] == [
        {"denom": "uact", "amount": "10000000"},
        {"denom": "uakt", "amount": "50000000"},
    ]


def test_the_vault_starts_with_the_act_there_is() -> None:
    vault = World().query("/akash/bme/v1/vault")["vault_state"]

    assert vault["balances"] == [{"denom": "uact", "amount": "4000000000"}]
    assert vault["remint_credits"] == [{"denom": "uakt", "amount": "0"}]


def test_a_healthy_status_allows_minting() -> None:
    status = _priced().query("/akash/bme/v1/status")

    assert (status["status"], status["mints_allowed"]) == ("mint_status_healthy", True)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (_mint(0), ("bme", 8, "invalid amount")),
        (_mint(1, to=RIVAL), ("sdk", 7, "owner and to must be the same address: invalid address")),
        (_mint(1, denom="uact"), ("bme", 9, "expected uakt, got uact: invalid denom")),
    ],
)
def test_a_mint_is_refused(message: Any, expected: tuple[str, int, str]) -> None:
    assert _priced().refusal(message) == expected
