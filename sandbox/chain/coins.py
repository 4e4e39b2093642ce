"""Amounts by denomination, printed and sorted as the SDK does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import slipway_signing.pb  # noqa: F401  puts the Cosmos messages on the path
from cosmos.base.v1beta1.coin_pb2 import Coin

from sandbox.chain.errors import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

Coins = dict[str, int]
_DENOM = re.compile(r"[a-zA-Z][a-zA-Z0-9/:._-]{2,127}")


def of(messages: Iterable[Any]) -> Coins:
    """Coins of protobuf messages, added up by denomination."""
    found: Coins = {}
    for message in messages:
        found[message.denom] = found.get(message.denom, 0) + int(message.amount or 0)
    return found


def messages(coins: Coins) -> list[Any]:
    return [Coin(denom=denom, amount=str(coins[denom])) for denom in sorted(coins) if coins[denom]]


def text(coins: Coins) -> str:
    return ",".join(f"{coins[denom]}{denom}" for denom in sorted(coins))


def covers(have: Coins, want: Coins) -> bool:
    return all(have.get(denom, 0) >= amount for denom, amount in want.items())


def minus(have: Coins, less: Coins) -> Coins:
    left = {denom: amount - less.get(denom, 0) for denom, amount in have.items()}
    return {denom: amount for denom, amount in left.items() if amount}


def plus(have: Coins, more: Coins) -> Coins:
    return {denom: have.get(denom, 0) + more.get(denom, 0) for denom in {*have, *more}}


def are_valid(found: Iterable[Any]) -> bool:
    """Positive amounts of well-formed denominations, each once and in order (sdk.Coins.Validate)."""
    listed = list(found)
    names = [coin.denom for coin in listed]
    amounts = all(re.fullmatch(r"[0-9]+", coin.amount) and int(coin.amount) > 0 for coin in listed)
    return amounts and names == sorted(set(names)) and all(is_denom(name) for name in names)


def is_denom(text: str) -> bool:
    """sdk.ValidateDenom."""
    return bool(_DENOM.fullmatch(text))


def is_valid(coin: Any) -> bool:
    """sdk.Coin.IsValid."""
    return is_denom(coin.denom) and int(coin.amount or 0) >= 0


def check_coin(coin: Any) -> None:
    """sdk.Coin.Validate: an error without a code (undefined/1)."""
    if not is_denom(coin.denom):
        raise plain(f"invalid denom: {coin.denom}")
    if not coin.amount:
        raise plain("amount is nil")
    if int(coin.amount) < 0:
        raise plain(f"negative coin amount: {coin.amount}")


def parse(found: str) -> Coins:
    """ "10uakt,5uact" as coins."""
    pairs = (re.fullmatch(r"([0-9.]+)([a-z].*)", part) for part in found.split(",") if part)
    return {pair.group(2): int(pair.group(1)) for pair in pairs if pair}
