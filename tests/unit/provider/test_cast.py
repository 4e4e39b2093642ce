"""The sandbox's providers against the examples that the demo deploys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slipway.sdl.compiler import compile_sdl

from sandbox.demo.journey import KNOWN_BAD
from sandbox.provider import bidding, cast
from sandbox.provider.chain_view import Order, OrderId

if TYPE_CHECKING:
    from sandbox.provider.config import ProviderConfig

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))


def _bidders(spec: dict[str, Any]) -> dict[str, int]:
    order = Order(OrderId("owner", 1, 1, 1), spec)
    bids = {each.name: bidding.bid_on(order, each, each.name) for each in cast.CAST if _serves(each, spec)}
    return {name: int(bid.value["price"]["amount"]) for name, bid in bids.items() if bid}


def _serves(config: ProviderConfig, spec: dict[str, Any]) -> bool:
    return bidding.can_serve(spec, config, {})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_group_of_every_example_gets_a_good_bid(example: Path) -> None:
    for group in compile_sdl(example.read_text()).groups:
        assert set(_bidders(group.rest())) - {KNOWN_BAD}, group.name


def test_the_bad_one_bids_lowest_where_it_bids_at_all() -> None:
    specs = [group.rest() for path in EXAMPLES for group in compile_sdl(path.read_text()).groups]

    tempted = [_bidders(spec) for spec in specs if KNOWN_BAD in _bidders(spec)]

    assert tempted
    assert all(min(prices, key=lambda name: prices[name]) == KNOWN_BAD for prices in tempted)


def test_they_differ_in_price_region_and_offer() -> None:
    assert len({each.tariff for each in cast.CAST}) == len(cast.CAST) >= 4
    assert len({each.attributes["region"] for each in cast.CAST}) >= 2
    assert any(each.inventory.gpus for each in cast.CAST)


def test_genesis_gives_each_its_coins() -> None:
    accounts = cast.genesis_accounts()

    assert [account["name"] for account in accounts] == [each.name for each in cast.CAST]
    assert len({account["address"] for account in accounts}) == len(accounts)
    assert all({coin["denom"] for coin in account["balances"]} == {"uact", "uakt"} for account in accounts)
