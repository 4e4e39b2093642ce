"""x/escrow: what an account's payments have earned since it was last settled.

It changes the objects, not the store. Amounts are scaled by 10^18. The oldest deposit is spent first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.chain.modules.escrow_accounts import OPEN, OVERDRAWN
from sandbox.chain.numbers import ONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.chain.modules.escrow_accounts import Account, Payment


def settle(account: Account, payments: Iterable[Payment], blocks: int) -> bool:
    """Move what `blocks` cost from the account to its payments; says whether the money did not suffice.

    Each payment is paid in whole coins: a fraction of what the blocks cost stays with the account.
    """
    is_overdrawn = False
    for payment in payments:
        owed = _owed(payment, blocks)
        paid = deduct(account.state, payment.state.rate.denom, owed)
        _add(payment.state.balance, paid)
        payment.is_changed = owed > 0
        payment.state.state = OPEN if paid == owed else OVERDRAWN
        if paid < owed:
            is_overdrawn = True
            _add(payment.state.unsettled, owed - paid)
    account.is_changed = True
    return is_overdrawn


def _owed(payment: Payment, blocks: int) -> int:
    if payment.was == OVERDRAWN:
        unsettled = int(payment.state.unsettled.amount)
        payment.state.unsettled.amount = "0"
        return unsettled
    return int(payment.state.rate.amount) * blocks // ONE * ONE


def deduct(state: Any, denom: str, owed: int) -> int:
    """Take from the deposits, oldest first, and let the funds go below zero by what is missing."""
    left, rest = owed, []
    for deposit in state.deposits:
        have = int(deposit.balance.amount)
        taken = min(have, left) if deposit.balance.denom == denom else 0
        left -= taken
        deposit.balance.amount = str(have - taken)
        if have - taken:
            rest.append(deposit)
    _replace(state.deposits, rest)
    _add(_of(state.transferred, denom), owed - left)
    _add(_of(state.funds, denom), -owed)
    return owed - left


def _of(listed: Any, denom: str) -> Any:
    return next(found for found in listed if found.denom == denom)


def _add(coin: Any, amount: int) -> None:
    coin.amount = str(int(coin.amount) + amount)


def _replace(listed: Any, kept: list[Any]) -> None:
    copies = [type(found).FromString(found.SerializeToString()) for found in kept]
    del listed[:]
    listed.extend(copies)
