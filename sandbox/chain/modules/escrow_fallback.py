"""x/escrow: providers paid in AKT where ACT ran out and none can be minted (akash-chain.md §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chain import bech32, pb
from sandbox.chain.errors import ChainError
from sandbox.chain.modules import bank, bme, escrow_settling
from sandbox.chain.modules.escrow_accounts import OPEN, OVERDRAWN
from sandbox.chain.numbers import ONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.chain.context import Context
    from sandbox.chain.modules.escrow_accounts import Account, Payment


def settle_in_akt(ctx: Context, module: str, account: Account, payments: Sequence[Payment]) -> None:
    """Pay what is missing out of the account's AKT, at the oracle's price, while the mint is halted.

    What the AKT does not suffice for stays owed; a payment that is met is open again.
    """
    funds = next((found for found in account.state.funds if found.denom == bme.AKT), None)
    if funds is None or int(funds.amount) <= 0 or bme.status(ctx) < pb.bme.mint_status_halt_cr:
        return
    try:
        rate = bme.price(ctx)
    except ChainError:
        return
    for payment in payments:
        owed = int(payment.state.unsettled.amount)
        if payment.state.state != OVERDRAWN or not owed:
            continue
        needed = owed * ONE // rate
        paid = escrow_settling.deduct(account.state, bme.AKT, needed)
        _hand_over(ctx, module, payment, paid)
        left = owed - paid * rate // ONE
        payment.state.unsettled.amount = str(max(left, 0))
        payment.is_changed = True
        if paid < needed:
            funds.amount = "0"
            return
        payment.state.unsettled.amount = "0"
        payment.state.state = OPEN


def _hand_over(ctx: Context, module: str, payment: Payment, paid: int) -> None:
    if whole := paid // ONE:
        bank.send(ctx, bech32.module_address(module), payment.state.owner, {bme.AKT: whole})
