"""Events and answers (JSON) of the functions that look after credit, fees and unfinished intents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors

from slipway_signing.books import BookMoved
from slipway_signing.credit import MAX_BATCH, Wanted
from slipway_signing.events import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway_signing.books import Applied, Books
    from slipway_signing.credit import Credit
    from slipway_signing.fees import Fees
    from slipway_signing.sweeping import Sweeper
    from slipway_signing.wallets import WalletStore

SEND_SECONDS: Final = 65.0
"""One whole run of the treasury's signer: the upkeep begins no transaction with less time left."""

_DELTA: Final = re.compile(r"-?[0-9]{1,20}")


def change_credit(
    event: Mapping[str, Any], *, credit: Credit, wallets: WalletStore, time_left: Callable[[], float]
) -> dict[str, Any]:
    """`{request_id, changes: [{change_id, user_id, delta}]}` → `{changes: [{change_id, state, …}]}`.

    `state` is `done` (with the `delta` that it came to), `pending` (ask again with the same ids) or
    `rejected` with an `error`. `delta` is uact as text, with a minus to take.
    """
    try:
        wanted = _changes(event, wallets)
    except errors.SlipwayError as error:
        return {"changes": [], "error": errors.to_wire(error)}
    if len(wanted) == 1:
        outcomes = [_outcome(credit, wanted[0], time_left)]
    else:
        outcomes = credit.change_many(wanted, text(event, "request_id"), time_left)
    return {"changes": [_told(one, outcome) for one, outcome in zip(wanted, outcomes, strict=True)]}


def sweep(sweeper: Sweeper, time_left: Callable[[], float]) -> dict[str, Any]:
    """The answer of functions/signer/sweep.py."""
    swept = sweeper.run(time_left)
    return {"found": swept.found, "ended": swept.ended}


def upkeep(
    event: Mapping[str, Any],
    *,
    credit: Credit,
    books: Books,
    fees: Fees,
    time_left: Callable[[], float],
) -> dict[str, Any]:
    """The answer of functions/signer/upkeep.py."""
    wanted = event.get("look_after")
    answer: dict[str, Any] = {}
    if wanted in {None, "credit"}:
        answer |= _finish(credit, books, time_left)
    if wanted in {None, "fees"}:
        answer |= {"renewed": fees.renew_low(time_left, reserve_seconds=SEND_SECONDS)}
    return answer


def _finish(credit: Credit, books: Books, time_left: Callable[[], float]) -> dict[str, Any]:
    """One book's trouble does not keep the others waiting."""
    looked, failed = 0, []
    for book in books.open_books():
        if time_left() < SEND_SECONDS:
            break
        looked += 1
        try:
            credit.restore(book, time_left)
        except BookMoved:
            continue
        except errors.SlipwayError as error:
            failed.append({"address": book.address, "error": errors.to_wire(error)})
    return {"books": looked, "failed": failed}


def _changes(event: Mapping[str, Any], wallets: WalletStore) -> list[Wanted]:
    found = event.get("changes")
    if not isinstance(found, list) or not 0 < len(found) <= MAX_BATCH:
        raise errors.PolicyRefused(rule="event_form", what="changes")
    return [_wanted(one, wallets, text(event, "request_id")) for one in found]


def _wanted(one: Mapping[str, Any], wallets: WalletStore, request_id: str) -> Wanted:
    delta = one.get("delta")
    if not isinstance(delta, str) or not _DELTA.fullmatch(delta):
        raise errors.PolicyRefused(rule="event_form", what="delta")
    row = wallets.get(text(one, "user_id"))
    if row is None:
        raise errors.WalletNotFound
    if row.state == "opening":
        raise errors.WalletOpening
    return Wanted(
        change_id=text(one, "change_id"),
        user_id=row.user_id,
        address=row.address,
        granter=row.granter,
        delta=int(delta),
        request_id=request_id,
    )


def _outcome(credit: Credit, wanted: Wanted, time_left: Callable[[], float]) -> Applied | errors.SlipwayError:
    try:
        return credit.change(wanted, time_left)
    except errors.SlipwayError as error:
        return error


_ASK_AGAIN: Final = (errors.TransactionPending, errors.ChainUnavailable, errors.SignerUnavailable)


def _told(wanted: Wanted, outcome: Applied | errors.SlipwayError) -> dict[str, Any]:
    if isinstance(outcome, errors.SlipwayError):
        state = "pending" if isinstance(outcome, _ASK_AGAIN) else "rejected"
        return {"change_id": wanted.change_id, "state": state, "error": errors.to_wire(outcome)}
    return {
        "change_id": wanted.change_id,
        "state": "done",
        "delta": str(outcome.delta),
        "height": outcome.height,
    }
