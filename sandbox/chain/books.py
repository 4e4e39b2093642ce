"""The books of the money: what must add up after every block, kept from what each block changed.

supply of a denomination            = all balances of it
balance of the escrow module        ≥ what is left of deposits + what payments have earned and not been paid
funds of an account that is not dry = what is left of its deposits
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, pb
from sandbox.chain.modules import bank, escrow, escrow_accounts
from sandbox.chain.numbers import ONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.chain.store import Store

_MODULE: Final = bech32.decode(bech32.module_address(escrow.MODULE))


class BooksWrongError(AssertionError):
    """Money came from nowhere, or is gone."""


class Books:
    """A second set of books, beside the chain's own. Escrow amounts are scaled by 10^18 as on the wire.

    `stranded` is what the escrow module holds for nobody: the chain loses what a lease has earned when a
    second lease of its deployment begins. It can only grow.
    """

    def __init__(self, store: Store) -> None:
        self._balances: dict[tuple[bytes, str], int] = {}
        self._held: dict[bytes, Counter[str]] = {}
        self._in_module: Counter[str] = Counter()
        self.supply: Counter[str] = Counter()
        self.in_balances: Counter[str] = Counter()
        self.in_escrow: Counter[str] = Counter()
        self.stranded: Counter[str] = Counter()
        self.write(dict(store.pairs()))

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Take a block's changes over and check the whole. Raises BooksWrongError."""
        for key, value in changes.items():
            if found := bank.balance_in(key):
                self._write_balance(found, int(value or 0))
            elif denom := bank.supply_in(key):
                self.supply[denom] = int(value or 0)
            elif key.startswith(escrow_accounts.ACCOUNTS):
                self._hold(key, _left_of_deposits(value))
            elif key.startswith(escrow_accounts.PAYMENTS):
                self._hold(key, _unpaid(value))
        if changes:
            self.check()

    def check(self) -> None:
        """Raises BooksWrongError."""
        for denom in {*self.supply, *self.in_balances}:
            if self.in_balances[denom] != self.supply[denom]:
                found = f"{self.in_balances[denom]}, the supply {self.supply[denom]} {denom}"
                raise BooksWrongError(f"all balances are {found}")
        for denom in {*self.in_escrow, *self._in_module}:
            left = self._in_module[denom] * ONE - self.in_escrow[denom]
            if left < self.stranded[denom]:
                raise BooksWrongError(f"escrow lacks {self.stranded[denom] - left} {denom} of what it owes")
            self.stranded[denom] = left

    def _write_balance(self, found: tuple[bytes, str], amount: int) -> None:
        if amount < 0:
            raise BooksWrongError(f"{bech32.encode(found[0])} has {amount}{found[1]}")
        self.in_balances[found[1]] += amount - self._balances.pop(found, 0)
        if amount:
            self._balances[found] = amount
        if found[0] == _MODULE:
            self._in_module[found[1]] = amount

    def _hold(self, key: bytes, amounts: Counter[str]) -> None:
        self.in_escrow.subtract(self._held.pop(key, Counter()))
        self.in_escrow.update(amounts)
        if amounts:
            self._held[key] = amounts


def _left_of_deposits(value: bytes | None) -> Counter[str]:
    """Raises BooksWrongError where the funds say otherwise."""
    if value is None:
        return Counter()
    state = pb.escrow_types.AccountState.FromString(value)
    left = _sum(deposit.balance for deposit in state.deposits)
    for fund in state.funds:
        if int(fund.amount) >= 0 and int(fund.amount) != left[fund.denom]:
            raise BooksWrongError(f"funds of {fund.amount} {fund.denom}, but deposits of {left[fund.denom]}")
    return left


def _unpaid(value: bytes | None) -> Counter[str]:
    if value is None:
        return Counter()
    return _sum([pb.escrow_types.PaymentState.FromString(value).balance])


def _sum(found: Iterable[Any]) -> Counter[str]:
    amounts: Counter[str] = Counter()
    for one in found:
        if int(one.amount or 0):
            amounts[one.denom] += int(one.amount)
    return amounts
