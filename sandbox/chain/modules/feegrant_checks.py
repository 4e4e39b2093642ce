"""x/feegrant: what an allowance must be like before it is granted (ValidateBasic of each kind)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import codec, coins
from sandbox.chain.errors import INVALID_COINS, INVALID_REQUEST, Refusal
from sandbox.chain.numbers import of_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable

INVALID_DURATION: Final = Refusal("feegrant", 4, "invalid duration")
NO_ALLOWANCE: Final = Refusal("feegrant", 5, "no allowance")
NO_MESSAGES: Final = Refusal("feegrant", 6, "allowed messages are empty")


def check(inner: Any) -> None:
    """Of an unpacked allowance of any kind."""
    if hasattr(inner, "allowed_messages"):
        _check_allowed(inner)
    elif hasattr(inner, "basic"):
        _check_periodic(inner)
    else:
        _check_basic(inner)


def _check_allowed(inner: Any) -> None:
    if not inner.HasField("allowance"):
        raise NO_ALLOWANCE.wrap("allowance should not be empty")
    if not inner.allowed_messages:
        raise NO_MESSAGES.wrap("allowed messages shouldn't be empty")
    check(codec.unpack(inner.allowance))


def _check_periodic(inner: Any) -> None:
    _check_basic(inner.basic)
    _check_coins(inner.period_spend_limit, "spend amount is invalid")
    if not inner.period_spend_limit:
        raise INVALID_COINS.wrap("spend limit must be positive")
    _check_coins(inner.period_can_spend, "can spend amount is invalid")
    limited = {coin.denom for coin in inner.basic.spend_limit}
    if limited and not {coin.denom for coin in inner.period_spend_limit} <= limited:
        raise INVALID_COINS.wrap("period spend limit has different currency than basic spend limit")
    if of_timestamp(inner.period) < 0:
        raise INVALID_DURATION.wrap("negative clock step")


def _check_basic(inner: Any) -> None:
    _check_coins(inner.spend_limit, "send amount is invalid")
    if of_timestamp(inner.expiration) < 0:
        raise INVALID_DURATION.wrap("expiration time cannot be negative")


def _check_coins(found: Iterable[Any], words: str) -> None:
    listed = list(found)
    if listed and not coins.are_valid(listed):
        shown = ",".join(f"{coin.amount}{coin.denom}" for coin in listed)
        raise INVALID_COINS.wrap(f"{words}: {shown}")


def check_expiry(expiry: int | None, now: int) -> None:
    """An allowance that is over already is refused (sdk/18)."""
    if expiry is not None and expiry < now:
        raise INVALID_REQUEST.wrap("expiration is before current block time")
