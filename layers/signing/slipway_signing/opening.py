"""Opening a wallet: its key, its row, and the treasury's grants that make it known to the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors

from slipway_signing import grants
from slipway_signing.address import address_of
from slipway_signing.books import Applied, Book, BookMoved
from slipway_signing.wallets import WalletRow, WalletStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from slipway_signing.books import Books
    from slipway_signing.custody import KeyMaker

CLAIM_SECONDS: Final = 60
"""How long one call may be the only one that makes a user's key; more than making it takes."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How far it has come. `error` says why the wallet is not ready, in the form of `errors.to_wire`."""

    address: str
    state: str
    error: dict[str, Any] | None = None


class WalletOpener:
    """`granter` is the treasury's address."""

    def __init__(
        self,
        *,
        wallets: WalletStore,
        keys: KeyMaker,
        treasury: grants.Treasury,
        books: Books,
        granter: str,
        now: Callable[[], datetime],
    ) -> None:
        self._wallets = wallets
        self._keys = keys
        self._treasury = treasury
        self._books = books
        self._granter = granter
        self._now = now

    def open(self, user_id: str, *, request_id: str, credit: int, fees: int) -> Opening:
        """The user's wallet, with `credit` uact to deposit and `fees` uakt to pay fees with.

        A repeat or a race makes nothing twice: the key is found by its alias, the row is written once, the
        grants are one intent. A grant that failed for good is tried anew by the next call.
        Raises SignerUnavailable, and WalletOpening where another call is making the key.
        """
        row = self._wallets.get(user_id) or self._new_row(user_id)
        if row.state == "ready":
            return Opening(address=row.address, state="ready")
        if row.state == "moving":
            raise errors.WalletOpening
        answer = self._treasury.send(
            intent_id=f"open-wallet-{user_id}-{row.opening_attempt}",
            request_id=request_id,
            user_id=user_id,
            messages=grants.opening(row.granter, row.address, credit_uact=credit, fees_uakt=fees),
            deposit_max=credit,
            expects={row.address: 0},
        )
        return self._after(row, answer)

    def _new_row(self, user_id: str) -> WalletRow:
        now = self._now()
        if not self._wallets.claim_opening(user_id, now=int(now.timestamp()), lasts=CLAIM_SECONDS):
            raise errors.WalletOpening
        made = self._keys.key_for(user_id, generation=1)
        return self._wallets.open(
            WalletRow(
                user_id=user_id,
                address=address_of(made.public_key),
                public_key=made.public_key,
                key_id=made.key_id,
                custody=made.custody,
                sealed=made.sealed,
                granter=self._granter,
                created_at=now.isoformat(),
            )
        )

    def _after(self, row: WalletRow, answer: dict[str, Any]) -> Opening:
        if answer["state"] == "committed":
            self._book(row, answer)
            self._wallets.mark_ready(row.user_id)
            return Opening(address=row.address, state="ready")
        if answer["state"] in {"rejected", "expired"}:
            self._wallets.next_opening(row.user_id, failed=row.opening_attempt)
        error = answer.get("error") or errors.to_wire(errors.WalletOpening())
        return Opening(address=row.address, state=row.state, error=error)

    def _book(self, row: WalletRow, answer: dict[str, Any]) -> None:
        """The wallet's first credit, and the height from which on it is to be seen."""
        height = answer["tx"]["height"]
        granted = grants.granted_in(answer["messages"])
        applied = Applied(f"open-{row.address}", row.user_id, row.address, granted, height)
        blank = Book(address=row.address, user_id=row.user_id, granter=row.granter)
        try:
            self._books.close(blank.closed(height=height, revoked_at=0), applied)
        except BookMoved:
            if self._books.of(row.address) is None:  # nobody was here before: the write was only in the way
                raise errors.SignerUnavailable from None
