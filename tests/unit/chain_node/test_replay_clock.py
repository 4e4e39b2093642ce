"""How high the recorded chain was, told by its answers."""

from __future__ import annotations

from typing import Any

from sandbox.chain.numbers import SECOND
from sandbox.replay.chain_clock import Clock
from sandbox.replay.chain_recording import Exchange

START = 1_700_000_000 * SECOND  # 2023-11-14T22:13:20Z


def exchange(seconds: float, answer: Any, *, method: str = "GET", height: int | None = None) -> Exchange:
    return Exchange(
        file="01",
        line=1,
        name="a test",
        at=START + int(seconds * SECOND),
        method=method,
        path="/",
        query={},
        body=None,
        status=200,
        content_type="application/json",
        answer=answer,
        height=height,
    )


def response(digest: str, height: int = 0, timestamp: str = "") -> Any:
    found = {"txhash": digest, "code": 0, "height": str(height), "timestamp": timestamp}
    return {"tx_response": found}


def test_an_answer_tells_the_block_it_was_read_from() -> None:
    clock = Clock(START, [exchange(5, {}, height=4), exchange(9, {}, height=8)])

    assert clock.heights == [4, 8]


def test_a_transaction_came_before_the_block_that_holds_it() -> None:
    walk = [
        exchange(5, {}, height=4),
        exchange(8, response("AA"), method="POST"),
        exchange(10, response("AA", 8, "2023-11-14T22:13:28Z"), height=8),
    ]

    assert Clock(START, walk).heights == [4, 7, 8]


def test_what_tells_nothing_came_at_the_height_of_its_time() -> None:
    walk = [
        exchange(4, response("AA", 2, "2023-11-14T22:13:22Z"), height=2),
        exchange(12, {"code": 2}),
        exchange(20, response("BB", 18, "2023-11-14T22:13:38Z"), height=18),
    ]

    # The second block was at 2.5 s, the eighteenth at 18.5 s: the ninth, at 9.5 s, could be read at 12 s.
    assert Clock(START, walk).heights == [2, 9, 18]


def test_times_are_told_to_the_second_or_exactly_or_lie_between() -> None:
    walk = [
        exchange(4, response("AA", 2, "2023-11-14T22:13:22Z"), height=2),
        exchange(9, {"block": {"header": {"height": "6", "time": "2023-11-14T22:13:26.250Z"}}}, height=6),
    ]

    clock = Clock(START, walk)

    times = [clock.time_of(height) - START for height in (0, 1, 2, 6, 4, 7)]
    assert times == [int(seconds * SECOND) for seconds in (0, 1.25, 2.5, 6.25, 4.375, 7.25)]
