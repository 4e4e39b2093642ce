"""Changes of the chain's state that no transaction makes: what a test would otherwise have to wait for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.chain.errors import ChainError
from sandbox.chain.modules import authz, escrow_accounts, escrow_settling, feegrant
from sandbox.chain.numbers import dec_text
from sandbox.control.commands import CommandRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.chain.context import Context
    from sandbox.chain.modules.escrow_accounts import Account, Payment


@dataclass
class ExpiredGrants:
    """Grants and allowances to an account end just before the block, which removes them as it always does."""

    grantee: str
    granter: str | None = None
    grants: int = field(default=0, init=False)
    allowances: int = field(default=0, init=False)

    def __call__(self, ctx: Context) -> None:
        moment = ctx.time - 1
        self.grants = authz.expire(ctx, self.grantee, moment, self.granter)
        self.allowances = feegrant.expire(ctx, self.grantee, moment, self.granter)


@dataclass
class DrainedEscrow:
    """The leases of a deployment have earned what its escrow holds, but for so many blocks.

    Nothing vanishes: the money is where it would be had the blocks passed, to be withdrawn by the providers.
    """

    owner: str
    dseq: int
    blocks_left: int = 0
    funds: list[dict[str, str]] = field(default_factory=list, init=False)

    def __call__(self, ctx: Context) -> None:
        account, payments = self._open_account(ctx)
        escrow_settling.settle(account, payments, ctx.height - account.state.settled_at)
        blocks = max(_covered(account, payments) - self.blocks_left, 0)
        escrow_settling.settle(account, payments, blocks)
        account.state.settled_at = ctx.height
        escrow_accounts.put(ctx, escrow_accounts.ACCOUNTS, account)
        for payment in payments:
            escrow_accounts.put(ctx, escrow_accounts.PAYMENTS, payment)
        self.funds = [
            {"denom": one.denom, "amount": dec_text(int(one.amount))} for one in account.state.funds
        ]

    def _open_account(self, ctx: Context) -> tuple[Account, list[Payment]]:
        """Raises CommandRefusedError for an account that nothing flows out of, or that is dry already."""
        path, name = f"{escrow_accounts.DEPLOYMENT}/{self.owner}/{self.dseq}", f"{self.owner}/{self.dseq}"
        try:
            account = escrow_accounts.account(ctx, path)
        except ChainError as error:
            raise CommandRefusedError(f"deployment {name}: {error.text}") from error
        if account.state.state != escrow_accounts.OPEN:
            raise CommandRefusedError(f"the escrow of {name} is not open")
        payments = escrow_accounts.payments_of(ctx, path, (escrow_accounts.OPEN,))
        if not payments:
            raise CommandRefusedError(f"deployment {name} has no lease that its escrow pays")
        if _covered(account, payments) < ctx.height - account.state.settled_at:
            raise CommandRefusedError(f"the escrow of {name} has run dry already")
        return account, payments


def _covered(account: Account, payments: Sequence[Payment]) -> int:
    """Blocks that the funds pay for all payments together."""
    rates: dict[str, int] = {}
    for payment in payments:
        rate = payment.state.rate
        rates[rate.denom] = rates.get(rate.denom, 0) + int(rate.amount)
    funds = {fund.denom: int(fund.amount) for fund in account.state.funds}
    return min(funds.get(denom, 0) // rate for denom, rate in rates.items())
