"""The chain answers the whole recorded walk as the real node did."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.replay.chain_walk import replay
from tests import recordings

FILES = {
    "01-reads-on-an-empty-chain": 58,
    "02-treasury-grants": 64,
    "03-unordered-transactions-and-the-ante-handler": 56,
    "04-create-deployment-and-its-refusals": 105,
    "05-providers-bids-leases": 200,
    "06-running-dry-and-topping-up": 131,
    "07-certificates": 22,
    "08-lists-pages-and-searches": 24,
    "09-neighbours": 162,
}
"""Every file and how many exchanges it has: none may be left out unseen."""


@pytest.fixture(scope="module")
def played() -> dict[str, list[list[str]]]:
    """The differences of each exchange, by file."""
    found: dict[str, list[list[str]]] = {}
    for exchange, differences in replay(recordings.path("chain")):
        lines = [
            f"{exchange.place} {exchange.name}: {each.path}: {each.recorded!r} != {each.replayed!r}"
            for each in differences
        ]
        found.setdefault(exchange.file, []).append(lines)
    return found


def test_every_exchange_is_played(played: dict[str, list[list[str]]]) -> None:
    assert Counter({file: len(exchanges) for file, exchanges in played.items()}) == Counter(FILES)


@pytest.mark.parametrize("file", FILES)
def test_a_recording_is_answered_as_the_node_did(played: dict[str, list[list[str]]], file: str) -> None:
    assert [line for lines in played[file] for line in lines] == []
