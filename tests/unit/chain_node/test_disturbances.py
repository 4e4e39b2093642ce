"""What a request runs into on a disturbed node."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.chain.disturbances import MOST, Disturbance, Disturbances


def disturbed(*listed: Disturbance) -> Disturbances:
    found = Disturbances()
    for one in listed:
        found.add(one)
    return found


def met(disturbances: Disturbances, *paths: str) -> list[int | None]:
    async def test() -> list[int | None]:
        return [await disturbances.meet(path) for path in paths]

    return asyncio.run(test())


def test_only_paths_that_begin_so_are_disturbed() -> None:
    found = disturbed(Disturbance(path="/cosmos/tx", status=503))

    assert met(found, "/cosmos/tx/v1beta1/txs", "/cosmos/bank", "/cosmos/tx") == [503, None, 503]


def test_the_next_few_are_disturbed_and_then_nobody() -> None:
    found = disturbed(Disturbance(status=500, left=2))

    assert met(found, "/a", "/b", "/c") == [500, 500, None]
    assert list(found) == []


def test_the_oldest_that_matches_counts() -> None:
    found = disturbed(
        Disturbance(path="/a", status=500, left=1),
        Disturbance(path="/", status=429),
    )

    assert met(found, "/a", "/a", "/b") == [500, 429, 429]


def test_a_delayed_answer_is_the_nodes_own() -> None:
    assert met(disturbed(Disturbance(delay=0.001)), "/a") == [None]


def test_a_request_hangs_until_the_disturbances_are_cleared() -> None:
    async def test() -> tuple[bool, int, int | None]:
        found = disturbed(Disturbance(hang=True))
        request = asyncio.create_task(found.meet("/a"))
        for _ in range(5):
            await asyncio.sleep(0)
        is_held = not request.done()
        cleared = found.clear()
        return is_held, cleared, await request

    assert asyncio.run(test()) == (True, 1, 504)


def test_a_request_that_is_given_up_holds_nothing() -> None:
    async def test() -> int:
        found = disturbed(Disturbance(hang=True, left=1))
        request = asyncio.create_task(found.meet("/a"))
        await asyncio.sleep(0)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        return found.clear()

    assert asyncio.run(test()) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"path": "cosmos", "status": 500}, "begins with a slash"),
        ({"status": 200}, "from 400 to 599"),
        ({"status": 600}, "from 400 to 599"),
        ({"delay": -1.0}, "a delay is at most"),
        ({"delay": 301.0}, "a delay is at most"),
        ({"status": 500, "left": 0}, "from 1 to"),
        ({"hang": True, "status": 500}, "either hangs or fails"),
        ({}, "say what goes wrong"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Disturbance(**fields)


def test_there_are_not_too_many_at_once() -> None:
    found = disturbed(*(Disturbance(status=500) for _ in range(MOST)))

    with pytest.raises(ValueError, match="clear them first"):
        found.add(Disturbance(status=500))
