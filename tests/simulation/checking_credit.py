"""After a run: each wallet's credit is what was granted to it, less what it deposited, and what came back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway_signing.books_dynamo import DynamoBooks

from tests.simulation.processes import MAX_FEE_UAKT

if TYPE_CHECKING:
    from tests.simulation.ledger import Included
    from tests.simulation.wishes import Event, User
    from tests.simulation.world import World


def check_credit(world: World, users: list[User], told: list[tuple[Event, int]]) -> None:
    """`told`: the changes of credit that callers heard were done, and what they came to."""
    client: Any = world.dynamo
    books = DynamoBooks(client, "books")
    for event, delta in told:
        applied = books.applied(event["change_id"])
        if applied is None or applied.delta != delta or not _is_as_asked(int(event["delta"]), delta):
            world.violated(f"{event['change_id']} of {event['delta']} was told as {delta}: {applied}")
    _check_fees(world)
    _check_grants(world)
    for user in users:
        row = world.dynamo.tables["wallets"].items.get((user.user_id,))
        if row is not None:
            _check_wallet(world, books, user, row["address"]["S"])


def _check_wallet(world: World, books: DynamoBooks, user: User, address: str) -> None:
    book = books.of(address)
    if book is not None and book.change is not None:
        world.violated(f"the book of {user.user_id} is still open: {book.change}")
        return
    granted, moved = _granted(world, user, address), _moved(world.ledger.all(), address)
    credit = world.ledger.last.state.grants.get((world.treasury, address), 0)
    if credit != granted + moved:
        world.violated(f"{user.user_id} has a credit of {credit}: granted {granted}, moved {moved}")


def _check_fees(world: World) -> None:
    """Every wallet that is ready can pay for its next transactions."""
    for item in world.dynamo.tables["wallets"].items.values():
        if "state" in item and item["state"]["S"] == "ready":
            left = world.ledger.last.state.allowances.get((world.treasury, item["address"]["S"]), 0)
            if left < MAX_FEE_UAKT:
                world.violated(f"{item['user_id']['S']} has {left} uakt left for fees")


def _check_grants(world: World) -> None:
    """No grant wrote over a deposit: until that is put right the wallet could spend the same credit again.

    What a grant finds may be more than it was reckoned from, for refunds come when they like, never less.
    """
    expected: dict[str, dict[str, int]] = {}
    for item in world.dynamo.tables["intents"].items.values():
        reckoned = json.loads(item["expects"]["S"]) if "expects" in item else {}
        hashes = json.loads(item["former_hashes"]["S"]) if "former_hashes" in item else []
        for tx_hash in [*hashes, item.get("tx_hash", {"S": ""})["S"]]:
            expected[tx_hash] = reckoned
    for one in world.ledger.all():
        for line in one.journal:
            reckoned = expected.get(one.transaction.hash, {})
            if line.kind in {"granted", "revoked"} and line.before < reckoned.get(line.wallet, 0):
                world.violated(f"{one.transaction.hash[:8]} wrote over a deposit of {line.wallet}: {line}")


def _granted(world: World, user: User, address: str) -> int:
    """The changes that are done. An opening that nobody heard of the end of counts as the chain has it."""
    rows = [item for item in world.dynamo.tables["books"].items.values() if "delta" in item]
    done = {item["id"]["S"]: int(item["delta"]["N"]) for item in rows if item["address"]["S"] == address}
    if any(name.startswith("done#open-") for name in done):
        return sum(done.values())
    intents = world.dynamo.tables["intents"].items.values()
    opened = [
        sum(limit["amount"] != "" and int(limit["amount"]) for limit in _limits(item["messages"]["S"]))
        for item in intents
        if item["intent_id"]["S"].startswith(f"open-wallet-{user.user_id}-")
        and item["state"]["S"] == "committed"
    ]
    return sum(opened) + sum(done.values())


def _limits(messages: str) -> list[dict[str, Any]]:
    grants = [one["value"]["grant"] for one in json.loads(messages) if "grant" in one["value"]]
    return [limit for grant in grants for limit in grant["authorization"]["spend_limits"]]


def _moved(included: list[Included], address: str) -> int:
    """Refunds less deposits, by the chain's own journal: also the refunds that raised no grant."""
    signs = {"refunded": 1, "deposited": -1}
    return sum(
        signs.get(line.kind, 0) * line.amount
        for one in included
        for line in one.journal
        if line.wallet == address
    )


def _is_as_asked(asked: int, delta: int) -> bool:
    """A wallet with less than was to be taken lost less."""
    return delta == asked if asked >= 0 else asked <= delta <= 0
