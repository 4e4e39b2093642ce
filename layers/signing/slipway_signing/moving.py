"""Moving a wallet to another custody, step by step; every step may be repeated.

1. The wallet stops: from here on nothing new is signed for it.
2. Nothing of its is under way, and it has no deployment: an escrow would refund to the old address for ever.
3. Its credit is taken (SignerChangeCredit), all of it; how much is in the books.
4. It gets a new key and address (SignerOpenWallet with a `custody`), and its credit there.

A move that stopped half-way is finished by the same command; `undo` lets a stopped wallet sign again, as
long as its credit was not taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.books import Books
    from slipway_signing.intents import IntentStore
    from slipway_signing.treasury_port import TreasuryReads
    from slipway_signing.wallets import Custody, WalletRow, WalletStore

MAX_UNFINISHED: Final = 1_000
"""More intents than a busy stack has under way at once."""

_EVER: Final = "9999"
"""After every time that an intent can have been made at."""


class NotMovable(Exception):
    """Why the wallet cannot be moved now, for the operator."""


@dataclass(frozen=True, slots=True)
class Mover:
    """`change_credit` and `open_wallet` invoke the stack's functions; `fees` is the new allowance, in
    uakt."""

    wallets: WalletStore
    intents: IntentStore
    books: Books
    chain: TreasuryReads
    change_credit: Callable[[dict[str, Any]], dict[str, Any]]
    open_wallet: Callable[[dict[str, Any]], dict[str, Any]]
    fees: int

    def move(self, user_id: str, custody: Custody) -> WalletRow:
        """The wallet with its new key, ready. Raises NotMovable, and what the chain raises."""
        row = self._row(user_id)
        if row.state == "ready":
            if row.custody == custody:
                raise NotMovable(f"the wallet is in custody {custody} already")
            self.wallets.change_state(user_id, before="ready", after="moving")
            row = self._row(user_id)
        if row.state == "moving":
            self._must_rest(row)
            self._take(row)
        return self._opened(self._row(user_id), custody)

    def undo(self, user_id: str) -> None:
        """Let a stopped wallet sign again. Raises NotMovable where its credit was taken."""
        row = self._row(user_id)
        if row.state != "moving" or self.books.applied(_taking(row)) is not None:
            raise NotMovable("only a wallet that was stopped and still has its credit can be let go")
        self.wallets.change_state(user_id, before="moving", after="ready")

    def _row(self, user_id: str) -> WalletRow:
        row = self.wallets.get(user_id)
        if row is None:
            raise NotMovable("no such wallet")
        return row

    def _must_rest(self, row: WalletRow) -> None:
        under_way = self.intents.unfinished(before=_EVER, limit=MAX_UNFINISHED)
        if any(one.user_id == row.user_id for one in under_way):
            raise NotMovable("a transaction is under way; run the command again in a minute or two")
        if self.chain.has_deployments(row.address):
            raise NotMovable("the wallet has an active deployment: close it, or let the wallet go (undo)")

    def _take(self, row: WalletRow) -> None:
        """All of its credit; what came of it is in the books."""
        book = self.books.of(row.address)
        known = book.height if book else 0
        standing = self.chain.standing(row.granter, row.address, at_least=known)
        change = {"change_id": _taking(row), "user_id": row.user_id, "delta": str(-standing.credit)}
        answer = self.change_credit({"request_id": _taking(row), "changes": [change]})
        if [told["state"] for told in answer["changes"]] != ["done"]:
            raise NotMovable(f"its credit could not be taken: {answer}")

    def _opened(self, row: WalletRow, custody: Custody) -> WalletRow:
        """From the books, how much it had: this may be another day's run of the command."""
        taken = self.books.applied(_taking(row, before=row.state == "opening"))
        if taken is None:
            raise NotMovable("the books do not know what credit was taken")
        event = {
            "request_id": taken.change_id,
            "user_id": row.user_id,
            "custody": custody,
            "credit": str(-taken.delta),
            "fees": str(self.fees),
        }
        answer = self.open_wallet(event)
        if answer["state"] != "ready":
            raise NotMovable(f"the new key's wallet is not open yet; run the command again: {answer}")
        return self._row(row.user_id)


def _taking(row: WalletRow, *, before: bool = False) -> str:
    """The change that takes a generation's credit."""
    return f"move-{row.user_id}-{row.generation - 1 if before else row.generation}"
