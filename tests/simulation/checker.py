"""After a run, when all is still: the chain held against the tables, and both against what was told."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.budget import DAY_LIMIT, TOTAL_LIMIT, TOTAL_SUM, day_sum, key_place
from slipway_signing import signing_log
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.signing_log_verifying import verify

if TYPE_CHECKING:
    from slipway_signing.intents import Intent

    from tests.simulation.ledger import Included
    from tests.simulation.world import World


LIMITS: Final = frozenset({TOTAL_LIMIT, DAY_LIMIT})


@dataclass(frozen=True)
class Told:
    """What a caller was told of an intent."""

    intent_id: str
    answer: dict[str, Any]


@dataclass
class Found:
    """The end of a run: intents by id, and the chain's transactions by the intent that holds their bytes."""

    world: World
    intents: dict[str, Intent]
    landed: dict[str, list[Included]]


def check(world: World, told: list[Told]) -> Counter[str]:
    """Notes every violation with the world. Returns which states the intents ended in."""
    found = Found(world, _intents(world), defaultdict(list))
    _whose(found)
    for intent in found.intents.values():
        _one_end(found, intent)
    _told_right(found, told)
    _budgets(found)
    _log(found)
    return Counter(intent.state for intent in found.intents.values())


def _intents(world: World) -> dict[str, Intent]:
    client: Any = world.dynamo
    store = DynamoIntents(client, "intents", "budgets")
    ids = [item["intent_id"]["S"] for item in world.dynamo.tables["intents"].items.values()]
    found = (store.get(intent_id) for intent_id in ids)
    return {intent.intent_id: intent for intent in found if intent is not None}


def _whose(found: Found) -> None:
    """Every transaction of the chain belongs to exactly one intent, and says so in its memo."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for intent in found.intents.values():
        for tx_hash in filter(None, (intent.tx_hash, *intent.former_hashes)):
            owners[tx_hash].append(intent.intent_id)
    for one in found.world.ledger.all():
        ids = owners[one.transaction.hash]
        if len(set(ids)) != 1:
            found.world.violated(
                f"the transaction {one.transaction.hash[:8]} belongs to {ids or 'no intent'}"
            )
        for intent_id in ids:
            found.landed[intent_id].append(one)
            if one.transaction.memo != found.intents[intent_id].request_id:
                found.world.violated(f"the memo of {intent_id} is not its request's id")


def _one_end(found: Found, intent: Intent) -> None:
    """It has ended, and as the chain has it."""
    ran = [one for one in found.landed[intent.intent_id] if one.refusal is None]
    if len(ran) > 1:
        found.world.violated(f"{intent.intent_id} was committed {len(ran)} times")
    if not intent.ended:
        found.world.violated(f"{intent.intent_id} is still {intent.state}")
    elif (intent.state == "committed") != bool(ran):
        found.world.violated(f"{intent.intent_id} is {intent.state}, and {len(ran)} of it ran on the chain")
    elif ran and (ran[0].transaction.hash, ran[0].height) != (intent.tx_hash, intent.height):
        found.world.violated(f"{intent.intent_id} names another transaction than the chain")
    if intent.state == "rejected" and intent.height:
        _refused_there(found, intent)


def _refused_there(found: Found, intent: Intent) -> None:
    one = found.world.ledger.where.get(intent.tx_hash)
    if one is None or one.refusal is None or one.height != intent.height:
        found.world.violated(f"{intent.intent_id} was rejected in a block that says nothing of it")


def _told_right(found: Found, told: list[Told]) -> None:
    """A definite answer is the end, whoever got it."""
    for one in told:
        intent, state = found.intents.get(one.intent_id), one.answer["state"]
        if state == "pending":
            continue
        if intent is None:
            if state != "rejected":
                found.world.violated(f"somebody was told {state} of {one.intent_id}, which is no intent")
        elif state != intent.state:
            found.world.violated(f"somebody was told {state} of {one.intent_id}, which is {intent.state}")
        elif (one.answer["tx"] or {}).get("hash", intent.tx_hash) != intent.tx_hash:
            found.world.violated(f"somebody was told another transaction of {one.intent_id}")


def _budgets(found: Found) -> None:
    """The sums of a key with a budget are what its intents moved on the chain, and that is within the budget.
    A key that is gone moves nothing."""
    moved: Counter[tuple[str, str]] = Counter()
    limits: dict[str, dict[str, int]] = {}
    for intent in found.intents.values():
        if not intent.key_id:
            continue
        on_chain = _deposited(found, intent)
        key = found.world.dynamo.tables["keys"].items.get(key_place(intent.user_id or "", intent.key_id))
        if key is None and on_chain:
            found.world.violated(f"{intent.intent_id} moved {on_chain} for a key that is gone")
        if key is None or not LIMITS & key.keys():
            continue
        limits[intent.key_id] = {name: int(key[name]["N"]) for name in LIMITS if name in key}
        moved[intent.key_id, TOTAL_SUM] += on_chain
        moved[intent.key_id, day_sum(intent.counted.day if intent.counted else "")] += on_chain
    for (key_id, period), amount in moved.items():
        limit = limits[key_id].get(TOTAL_LIMIT if period == TOTAL_SUM else DAY_LIMIT)
        if limit is not None and amount > limit:
            found.world.violated(f"{key_id} moved {amount} in {period}, its limit is {limit}")
        counted = _sum(found.world, key_id, period)
        if counted != amount:
            found.world.violated(f"{key_id} moved {amount} in {period}, {counted} is counted")


def _deposited(found: Found, intent: Intent) -> int:
    lines = (line for one in found.landed[intent.intent_id] for line in one.journal)
    return sum(line.amount for line in lines if line.kind == "deposited")


def _sum(world: World, key_id: str, period: str) -> int:
    item = world.dynamo.tables["budgets"].items.get((key_id,), {})
    return int(item[period]["N"]) if period in item else 0


def _log(found: Found) -> None:
    """The export verifies, every signature kept is anchored in it, and every ended intent was decided on."""
    client: Any = found.world.dynamo
    entries = list(DynamoLog(client, "log").entries())
    lines = [signing_log.line(entry) for entry in entries]
    anchors = [
        json.dumps({"anchor": intent.logged, "intent_id": intent.intent_id})
        for intent in found.intents.values()
        if intent.logged
    ]
    for fault in verify([*lines, *anchors]).faults:
        found.world.violated(f"the signing log: {fault}")
    decided = {entry.subject for entry in entries}
    for intent in found.intents.values():
        if intent.tx_bytes and not intent.logged:
            found.world.violated(f"{intent.intent_id} was signed without an entry in the log")
        if intent.state == "rejected" and intent.intent_id not in decided:
            found.world.violated(f"{intent.intent_id} was refused without an entry in the log")
