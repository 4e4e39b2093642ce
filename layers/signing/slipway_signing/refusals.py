"""What the chain's refusals are to us (`refusal_rows`), and which of them are worth another try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.domain import errors

from slipway_signing.refusal_rows import ROWS

if TYPE_CHECKING:
    from slipway_signing.chain_port import Refusal
    from slipway_signing.refusal_rows import Row

_OUT_OF_GAS: Final = ("sdk", 11)
_MEMPOOL_FULL: Final = ("sdk", 20)

_BY_CODE: Final[dict[tuple[str, int], list[Row]]] = {}
for _row in ROWS:
    _BY_CODE.setdefault((_row.codespace, _row.code), []).append(_row)

_LONGEST_FIRST: Final = sorted(ROWS, key=lambda row: -len(row.words))


def is_busy(refusal: Refusal) -> bool:
    """The mempool is full: the bytes were not taken, and may be a moment later."""
    return (refusal.codespace, refusal.code) == _MEMPOOL_FULL


def is_timing(refusal: Refusal) -> bool:
    """Only the timeout was wrong: taken already by another transaction, or passed before it was sent."""
    return isinstance(to_error(refusal), errors.TransactionExpired)


def is_about_fees(refusal: Refusal) -> bool:
    """The wallet's fee allowance is missing, spent or run out: the treasury can renew it."""
    return "does not allow to pay fees" in refusal.log or refusal.codespace == "feegrant"


def is_out_of_gas(refusal: Refusal) -> bool:
    return (refusal.codespace, refusal.code) == _OUT_OF_GAS


def to_error(refusal: Refusal) -> errors.SlipwayError:
    """The domain error of a refusal; `TransactionRejected` where no row knows it. Never carries the log."""
    row = row_of(refusal)
    if row is None:
        return errors.TransactionRejected(codespace=refusal.codespace or "simulation", number=refusal.code)
    return row.make()


def row_of(refusal: Refusal) -> Row | None:
    """The row that knows a refusal."""
    text = refusal.log.lower()
    if refusal.codespace in {"", "undefined"}:
        return next((row for row in _LONGEST_FIRST if row.words in text), None)
    rows = _BY_CODE.get((refusal.codespace, refusal.code), [])
    if len(rows) == 1:
        return rows[0]
    return next((row for row in rows if row.words in text), None)
