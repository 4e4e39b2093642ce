"""What must hold at every moment, watched while the run goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway_signing import tx

if TYPE_CHECKING:
    from tests.simulation.expressions import Item
    from tests.simulation.world import World


def watch(world: World) -> None:
    world.network.received = lambda raw: _only_stored_bytes(world, raw)
    world.kms.watch = lambda digest: _only_logged_digests(world, digest)
    world.dynamo.watch = lambda table, item: _written(world, table, item)


def _only_stored_bytes(world: World, raw: bytes) -> None:
    """A node is given nothing that no intent holds."""
    tx_hash = tx.tx_hash(raw)
    for item in world.dynamo.tables["intents"].items.values():
        if item.get("tx_bytes", {}).get("B") == raw or tx_hash in _former(item):
            return
    world.violated(f"bytes were sent that no intent holds: {tx_hash[:8]}")


def _only_logged_digests(world: World, digest: bytes) -> None:
    """A key is used for nothing that the log does not allow."""
    for item in world.dynamo.tables["log"].items.values():
        about = item["about"]["S"]
        if item["verdict"]["S"] == "signs" and json.loads(about)["digest"] == digest.hex():
            return
    world.violated(f"a digest was signed that the log does not allow: {digest.hex()[:8]}")


def _written(world: World, table: str, item: Item) -> None:
    if table == "intents":
        has = {name: next(iter(value.values())) for name, value in item.items()}
        hashed, error = has.get("tx_hash", "")[:8], has.get("error", "")
        world.trace(
            f"   {has['intent_id']} v{has['version']} {has['state']} attempt {has['attempt']} {hashed}{error}"
        )
    else:
        world.trace(f"   {table}: {_brief(item)}")


def _former(item: Item) -> list[str]:
    found: list[str] = json.loads(item.get("former_hashes", {}).get("S", "[]"))
    return found


def _brief(item: Item) -> dict[str, Any]:
    return {name: next(iter(value.values())) for name, value in item.items() if name not in {"about", "prev"}}
