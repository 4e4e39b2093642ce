"""The state before the first block: the genesis file's accounts, balances and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chain import messages, pb
from sandbox.chain.genesis import DELEGATION
from sandbox.chain.modules import auth, bank

if TYPE_CHECKING:
    from sandbox.chain.context import Context

_BONDED = "bonded_tokens_pool"


def write_first_state(ctx: Context) -> None:
    genesis = ctx.genesis
    for account in genesis.accounts:
        auth.save(ctx, pb.auth.BaseAccount(address=account.address, account_number=account.number))
        bank.mint(ctx, account.address, account.balances)
    for name, number in genesis.module_accounts.items():
        auth.ensure_module(ctx, name, number)
    numbers = [*(account.number for account in genesis.accounts), *genesis.module_accounts.values()]
    auth.set_next_number(ctx, max(numbers, default=-1) + 1)
    auth.set_params(ctx)
    _bond(ctx)
    messages.init_genesis(ctx)


def _bond(ctx: Context) -> None:
    """The validator's genesis transaction: its stake leaves its balance, its account has signed once."""
    for account in ctx.genesis.accounts:
        if account.is_validator:
            pool = auth.ensure_module(ctx, _BONDED)
            bank.send(ctx, account.address, pool, {"uakt": DELEGATION})
            signed = auth.account(ctx, account.address)
            signed.sequence = 1
            auth.save(ctx, signed)
    ctx.events.clear()
