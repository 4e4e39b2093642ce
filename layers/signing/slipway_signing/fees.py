"""Fee allowances: every wallet's fees are paid by the treasury, out of an allowance that the chain counts
down.

An allowance that a transaction drained to nothing is deleted by the chain, and one that is too small for
the next fee is as good as none. So allowances are renewed on a schedule before they run low, several
wallets in one transaction, and at once where a wallet's transaction was refused for want of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from slipway.domain import errors

from slipway_signing import grants, tx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from slipway_signing.intents import Intent
    from slipway_signing.treasury_port import TreasuryReads
    from slipway_signing.wallets import WalletRow, WalletStore

LOW_PART: Final = 4
"""An allowance under a quarter of what it began with is renewed: at one look in ten minutes that is early."""

MAX_BATCH: Final = 20
"""Wallets renewed by one transaction: two messages each, about a million gas."""

WINDOW_NS: Final = 60 * tx.NANOSECONDS
"""Repairs of one wallet within a minute are one intent, however many of its transactions ask for it."""


@dataclass(frozen=True, slots=True)
class Fees:
    """`amount` is what an allowance begins with, in uakt; `max_fee` what one transaction may cost."""

    chain: TreasuryReads
    treasury: grants.Treasury
    wallets: WalletStore
    amount: int
    max_fee: int
    now_ns: Callable[[], int]

    def mend(self, intent: Intent) -> bool:
        """Whether the wallet of a refused intent has an allowance now. Never raises: a wallet that cannot be
        helped is told that its fees cannot be paid."""
        row = self.wallets.get(intent.user_id) if intent.user_id else None
        if row is None:
            return False
        try:
            found = self.chain.allowance(row.granter, row.address)
            if found is not None and not self._is_low(found):
                return True
            window = self.now_ns() // WINDOW_NS
            answer = self._send([(row, found)], f"fees-{row.address}-{window}", intent.request_id)
        except errors.SlipwayError:
            return False
        return bool(answer["state"] == "committed")

    def renew_low(self, time_left: Callable[[], float], *, reserve_seconds: float) -> int:
        """Renew every ready wallet's allowance that is low or gone; how many were.

        Begins no transaction with less than `reserve_seconds` left. Raises the outages.
        """
        renewed = 0
        low = self._low()
        while time_left() > reserve_seconds and (batch := list(islice(low, MAX_BATCH))):
            name = f"fees-{self.now_ns() // WINDOW_NS}-{batch[0][0].address}-{len(batch)}"
            answer = self._send(batch, name, name)
            renewed += len(batch) if answer["state"] == "committed" else 0
        return renewed

    def _low(self) -> Iterator[tuple[WalletRow, int | None]]:
        known: dict[str, Mapping[str, int]] = {}
        for row in self.wallets.all():
            if row.state == "ready":
                if row.granter not in known:
                    known[row.granter] = self.chain.allowances(row.granter)
                found = known[row.granter].get(row.address)
                if found is None or self._is_low(found):
                    yield row, found

    def _is_low(self, found: int) -> bool:
        return found < max(self.amount // LOW_PART, self.max_fee)

    def _send(
        self, batch: Iterable[tuple[WalletRow, int | None]], intent_id: str, request_id: str
    ) -> dict[str, str]:
        messages = [
            message
            for row, found in batch
            for message in grants.fees(row.granter, row.address, self.amount, renew=found is not None)
        ]
        return self.treasury.send(
            intent_id=intent_id,
            request_id=request_id,
            user_id=None,
            messages=messages,
            deposit_max=0,
            expects={},
        )
