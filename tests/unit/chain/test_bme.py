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


def _priced(vault: int = 20_000_000_000) -> World:
    """A world with an oracle, and a vault whose AKT is worth more than all ACT."""
    return World(oracle={"akt/usd": "0.5"}, bme_vault=str(vault))


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
    minted = 50_000_000 // 2 * 9975 // 10_000
    assert world.balance(TREASURY) - before == minted
    assert world.balance(TREASURY, "uakt") == 950_000_000
    [entry] = world.query(LEDGER)["records"]
    record = entry["executed_record"]
    assert entry["status"] == "ledger_record_status_executed"
    assert record["minted"]["coin"] == {"denom": "uact", "amount": str(minted)}
    assert record["spread"] == {"denom": "uact", "amount": str(25_000_000 - minted)}
    assert record["remint_credit_accrued"]["coin"]["amount"] == "50000000"
    assert (record["burned"], record["remint_credit_issued"]) == (None, None)


def test_a_mint_below_the_minimum_is_canceled_and_given_back() -> None:
    world = _priced()
    world.send(_mint(1_000_000))

    world.pass_blocks(10)

    record = world.query(LEDGER, filters__status="ledger_record_status_canceled")["records"][0]
    assert record["canceled_record"]["cancel_reason"] == "minimum_mint"
    assert world.balance(TREASURY, "uakt") == 1_000_000_000


def test_act_is_burned_back_at_the_price_out_of_what_minting_left() -> None:
    world = _priced()
    world.send(_mint(50_000_000))
    world.pass_blocks(10)
    supply = world.supply()
    act = pb.coin.Coin(denom="uact", amount="10000000")

    world.send(pb.bme.MsgBurnACT(owner=TREASURY, to=TREASURY, coins_to_burn=act))
    world.pass_blocks(10)

    state = world.query("/akash/bme/v1/vault")["vault_state"]
    assert world.balance(TREASURY, "uakt") == 950_000_000 + 20_000_000
    assert state["total_burned"][0] == {"denom": "uact", "amount": "10000000"}
    assert state["remint_credits"] == [{"denom": "uakt", "amount": "30000000"}]
    assert world.supply() == supply | {"uact": supply["uact"] - 10_000_000}


def test_too_little_collateral_halts_minting_and_lets_act_go_back() -> None:
    world = _priced(vault=1_000_000_000)
    act = pb.coin.Coin(denom="uact", amount="10000000")

    status = world.query("/akash/bme/v1/status")
    refused = world.refusal(_mint(50_000_000))
    world.send(pb.bme.MsgBurnACT(owner=TREASURY, to=TREASURY, coins_to_burn=act))
    world.pass_blocks(10)

    assert (status["status"], status["mints_allowed"]) == ("mint_status_halt_cr", False)
    assert status["collateral_ratio"] == f"0.125{'0' * 15}"
    assert refused == ("bme", 6, "circuit breaker is active")
    assert world.balance(TREASURY, "uakt") == 1_000_000_000 + 20_000_000


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
        (_mint(0), ("bme", 8, "amount must not be 0: invalid amount")),
        (_mint(1, to=RIVAL), ("bme", 3, "owner and to addresses must match: unauthorized")),
        (_mint(1, denom="uact"), ("bme", 9, "invalid swap route uact -> uact: invalid denomination")),
        (_mint(-1), ("sdk", 10, "invalid coins: negative coin amount: -1: invalid coins")),
    ],
)
def test_a_mint_is_refused_for_its_form_before_the_price_is_asked_for(
    message: Any, expected: tuple[str, int, str]
) -> None:
    assert World().refusal(message) == expected
