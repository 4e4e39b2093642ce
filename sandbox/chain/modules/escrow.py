"""x/escrow: accounts that hold deposits, and the payments that flow out of them by the block.

Nothing happens by itself: an account is settled when a transaction touches it. What closes tells the market
(`escrow_hooks`), whose own closing comes back here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, coins, pb
from sandbox.chain.errors import Refusal, panic
from sandbox.chain.modules import (
    auth,
    authz,
    bank,
    escrow_accounts,
    escrow_deposits,
    escrow_fallback,
    escrow_hooks,
    escrow_settling,
)
from sandbox.chain.modules.escrow_accounts import CLOSED, OPEN, OVERDRAWN, Account, Payment
from sandbox.chain.numbers import ONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.chain.context import Context

ACCOUNT_EXISTS: Final = Refusal("escrow", 1, "account exists")
ACCOUNT_CLOSED: Final = Refusal("escrow", 2, "account closed")
ACCOUNT_OVERDRAWN: Final = Refusal("escrow", 4, "account overdrawn")
INVALID_DENOMINATION: Final = Refusal("escrow", 5, "invalid denomination")
PAYMENT_EXISTS: Final = Refusal("escrow", 6, "payment exists")
PAYMENT_CLOSED: Final = Refusal("escrow", 7, "payment closed")
RATE_ZERO: Final = Refusal("escrow", 9, "payment rate zero")
INVALID_DEPOSIT: Final = Refusal("escrow", 16, "invalid deposit")
MODULE: Final = "escrow"


def create_account(ctx: Context, path: str, owner: str, depositors: Sequence[Any]) -> None:
    """Open an account with its first deposits."""
    if escrow_accounts.has_account(ctx, path):
        raise ACCOUNT_EXISTS.error()
    state = pb.escrow_types.AccountState(owner=owner, state=OPEN, settled_at=ctx.height)
    account = Account(path, state, OPEN)
    _take_in(ctx, account, depositors)
    escrow_accounts.put(ctx, escrow_accounts.ACCOUNTS, account)


def deposit(ctx: Context, path: str, depositors: Sequence[Any]) -> None:
    """Add deposits. An open account is not settled by it; an overdrawn one pays what it owes and stays so."""
    account = escrow_accounts.account(ctx, path)
    if account.state.state == CLOSED:
        raise ACCOUNT_CLOSED.error()
    _take_in(ctx, account, depositors)
    if account.state.state == OVERDRAWN:
        _pay_debt(ctx, account)
    else:
        _save_account(ctx, account)


def close_account(ctx: Context, path: str) -> None:
    """Settle, pay the providers, refund the depositors; an account that cannot pay ends overdrawn."""
    account = escrow_accounts.account(ctx, path)
    if account.state.state == CLOSED:
        raise ACCOUNT_CLOSED.error()
    payments, _ = _settle(ctx, account)
    account.is_changed = True
    if account.state.state == OPEN:
        account.state.state = CLOSED
    for payment in payments:
        _close_payment(ctx, payment)
    _save(ctx, account, payments)


def create_payment(ctx: Context, path: str, owner: str, rate: Any) -> None:
    """Start paying a provider by the block. Raises escrow/4, /5, /6 or /9."""
    account = escrow_accounts.account(ctx, path.rsplit("/", 3)[0])
    _, is_overdrawn = _settle(ctx, account)
    if is_overdrawn:
        raise ACCOUNT_OVERDRAWN.error()
    if all(funds.denom != rate.denom for funds in account.state.funds):
        raise INVALID_DENOMINATION.error()
    if not int(rate.amount or 0):
        raise RATE_ZERO.error()
    if escrow_accounts.has_payment(ctx, path):
        raise PAYMENT_EXISTS.error()
    # As the chain does: what this settlement moved to other payments is not written to them, and is lost.
    _save(ctx, account, ())
    nothing = pb.coin.DecCoin(denom=rate.denom, amount="0")
    withdrawn = pb.coin.Coin(denom=rate.denom, amount="0")
    state = pb.escrow_types.PaymentState(
        owner=owner, state=OPEN, rate=rate, balance=nothing, unsettled=nothing, withdrawn=withdrawn
    )
    escrow_accounts.put(ctx, escrow_accounts.PAYMENTS, Payment(path, state, OPEN))


def withdraw_payment(ctx: Context, path: str) -> None:
    """Pay a provider what it has earned; where the money does not suffice everything closes."""
    payment = escrow_accounts.payment(ctx, path)
    account = escrow_accounts.account(ctx, payment.account)
    if payment.state.state != OPEN:
        raise PAYMENT_CLOSED.error()
    payments, is_overdrawn = _settle(ctx, account)
    if not is_overdrawn:
        settled = _among(payments, payment)
        if settled is None:  # settled in this block before: the chain has no answer to that
            raise panic(f"couldn't find payment {payment.printed}")
        _pay_out(ctx, settled)
    _save(ctx, account, payments)


def close_payment(ctx: Context, path: str) -> None:
    """Stop paying a provider, after paying what it has earned."""
    payment = escrow_accounts.payment(ctx, path)
    account = escrow_accounts.account(ctx, payment.account)
    if payment.state.state == CLOSED:
        raise PAYMENT_CLOSED.error()
    payments, _ = _settle(ctx, account)
    settled = _among(payments, payment)
    if account.state.state != OVERDRAWN and settled:
        _close_payment(ctx, settled)
    account.is_changed = True
    _save(ctx, account, payments)


def validate_deposit(message: Any) -> None:
    """The account's id first, then what is put in."""
    escrow_accounts.check_id(message.id)
    if not int(message.deposit.amount.amount or 0):
        raise INVALID_DEPOSIT.error()
    escrow_deposits.check_sources(message.deposit)


def msg_deposit(ctx: Context, message: Any) -> None:
    """MsgAccountDeposit: anybody may deposit into any account."""
    scope = pb.escrow_id.Scope.Name(message.id.scope)
    depositors = escrow_deposits.authorize(ctx, message.signer, message.deposit, scope)
    deposit(ctx, escrow_accounts.path_of(message.id), depositors)


def _settle(ctx: Context, account: Account) -> tuple[list[Payment], bool]:
    """The payments that were settled, and whether the account is overdrawn. Raises escrow/2 when closed."""
    if account.state.state == CLOSED:
        raise ACCOUNT_CLOSED.error()
    if int(account.state.funds[0].amount) < 0:
        return [], True
    blocks = 0
    if account.state.state != OVERDRAWN:
        blocks = ctx.height - account.state.settled_at
        account.state.settled_at = ctx.height
    account.is_changed = True
    # Twice in a block: the chain leaves the open payments out of the second settlement, and of its closing.
    states = (OVERDRAWN, OPEN) if blocks else (OVERDRAWN,)
    payments = escrow_accounts.payments_of(ctx, account.path, states)
    if not escrow_settling.settle(account, payments, blocks):
        return payments, False
    escrow_fallback.settle_in_akt(ctx, MODULE, account, payments)
    if all(payment.state.state != OVERDRAWN for payment in payments):
        return payments, False
    account.state.state = OVERDRAWN
    for payment in payments:
        payment.state.state = OVERDRAWN
        _pay_out(ctx, payment)
    return payments, True


def _pay_debt(ctx: Context, account: Account) -> None:
    payments, is_overdrawn = _settle(ctx, account)
    for payment in payments:
        _close_payment(ctx, payment)
    if not is_overdrawn:
        account.state.state = CLOSED
    _save(ctx, account, payments)


def _close_payment(ctx: Context, payment: Payment) -> None:
    payment.is_changed = True
    if payment.state.state == OPEN:
        payment.state.state = CLOSED
    _pay_out(ctx, payment)


def _among(payments: Sequence[Payment], wanted: Payment) -> Payment | None:
    """The settled one of the same path."""
    return next((payment for payment in payments if payment.path == wanted.path), None)


def _pay_out(ctx: Context, payment: Payment) -> None:
    """Send a provider the whole coins of its balance."""
    state = payment.state
    whole = int(state.balance.amount) // ONE
    if not whole:
        return
    bank.send(ctx, bech32.module_address(MODULE), state.owner, {state.balance.denom: whole})
    state.withdrawn.amount = str(int(state.withdrawn.amount or 0) + whole)
    state.balance.amount = str(int(state.balance.amount) - whole * ONE)
    payment.is_changed = True


def _take_in(ctx: Context, account: Account, depositors: Sequence[Any]) -> None:
    """Move the depositors' coins to the module. Funds below zero start from zero; settling finds the debt."""
    state = account.state
    for depositor in depositors:
        denom, amount = depositor.balance.denom, int(depositor.balance.amount)
        if all(funds.denom != denom for funds in state.funds):
            state.funds.append(pb.escrow_types.Balance(denom=denom, amount="0"))
            state.transferred.append(pb.coin.DecCoin(denom=denom, amount="0"))
        funds = next(funds for funds in state.funds if funds.denom == denom)
        module = auth.ensure_module(ctx, MODULE)
        bank.send(ctx, depositor.owner, module, {denom: amount // ONE})
        funds.amount = str(max(int(funds.amount), 0) + amount)
    state.deposits.extend(depositors)
    account.is_changed = True


def _save(ctx: Context, account: Account, payments: Sequence[Payment]) -> None:
    if account.is_changed:
        _save_account(ctx, account)
    for payment in payments:
        if payment.is_changed:
            _save_payment(ctx, payment)


def _save_account(ctx: Context, account: Account) -> None:
    """Write an account; one that is over gives its deposits back and tells the market."""
    if account.state.state == OPEN:
        escrow_accounts.put(ctx, escrow_accounts.ACCOUNTS, account)
        return
    for depositor in account.state.deposits:
        _refund(ctx, account.state, depositor)
    del account.state.deposits[:]
    escrow_accounts.put(ctx, escrow_accounts.ACCOUNTS, account)
    escrow_hooks.account_over(ctx, account)


def _save_payment(ctx: Context, payment: Payment) -> None:
    escrow_accounts.put(ctx, escrow_accounts.PAYMENTS, payment)
    if payment.state.state != OPEN:
        escrow_hooks.payment_over(ctx, payment)


def _refund(ctx: Context, state: Any, depositor: Any) -> None:
    """Send the rest of a deposit back to who made it, and raise the grant that it came from."""
    denom, amount = depositor.balance.denom, int(depositor.balance.amount)
    refund: coins.Coins = {denom: amount // ONE}
    bank.send(ctx, bech32.module_address(MODULE), depositor.owner, refund)
    if depositor.source == escrow_deposits.Source.grant:
        authz.give_back(ctx, depositor.owner, state.owner, refund)
    funds = next(funds for funds in state.funds if funds.denom == denom)
    funds.amount = str(int(funds.amount) - amount)
