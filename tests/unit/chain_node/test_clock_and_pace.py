"""The chain's time, and when its blocks are due."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.chain.clock import FASTEST, Clock
from sandbox.chain.numbers import SECOND
from sandbox.chain.pace import CATCH_UP, MOST_BLOCKS_A_SECOND, Pace

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_700_000_000 * SECOND


class Wall:
    """Real time that a test moves."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> int:
        return self.moment

    def passes(self, seconds: float) -> None:
        self.moment += round(seconds * SECOND)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def clock(wall: Wall) -> Clock:
    return Clock(wall)


def paced(clock: Clock, block_time: int = SECOND) -> Pace:
    return Pace(clock, block_time)


def test_an_undisturbed_clock_is_the_walls(wall: Wall, clock: Clock) -> None:
    wall.passes(1.5)

    assert clock.now() == wall.moment


def test_a_fast_clock_counts_from_when_it_was_made_fast(wall: Wall, clock: Clock) -> None:
    wall.passes(10)
    clock.run_at(60)
    wall.passes(2)

    assert clock.now() == START + (10 + 120) * SECOND
    assert clock.real_seconds(60 * SECOND) == 1


def test_a_jump_stays_and_a_corrected_wall_goes_nowhere_back(wall: Wall, clock: Clock) -> None:
    clock.jump(3600 * SECOND)
    wall.passes(-500)
    before = clock.now()
    wall.passes(1)

    assert before == START + 3600 * SECOND
    assert clock.now() == before + SECOND


def test_a_kept_chain_goes_on_after_its_last_block(wall: Wall, clock: Clock) -> None:
    clock.not_before(START + 77)
    clock.not_before(START - 5)
    wall.passes(1)

    assert clock.now() == START + 77 + SECOND


@pytest.mark.parametrize("factor", [0, -1, FASTEST * 2, float("nan")])
def test_a_clock_runs_forward_and_not_without_end(clock: Clock, factor: float) -> None:
    with pytest.raises(ValueError, match="factor of time"):
        clock.run_at(factor)


def test_time_does_not_jump_back(clock: Clock) -> None:
    with pytest.raises(ValueError, match="does not go back"):
        clock.jump(-1)


def test_blocks_are_due_once_every_block_time(wall: Wall, clock: Clock) -> None:
    pace = paced(clock)

    wall.passes(0.5)
    early = list(pace.take())
    wall.passes(2.6)
    due = list(pace.take())
    again = list(pace.take())

    assert early == []
    assert due == [START + second * SECOND for second in (1, 2, 3)]
    assert again == []


def test_a_fast_clock_has_its_blocks_at_the_same_distance(wall: Wall, clock: Clock) -> None:
    pace = paced(clock, 6 * SECOND)
    pace.set_times(600, 6 * SECOND)
    wall.passes(1)

    times = list(pace.take())

    assert len(times) == 100
    assert {later - earlier for earlier, later in zip(times, times[1:], strict=False)} == {6 * SECOND}


def test_a_machine_that_slept_makes_up_for_seconds_only(wall: Wall, clock: Clock) -> None:
    pace = paced(clock)
    wall.passes(8 * 3600)

    times = list(pace.take())

    assert len(times) <= CATCH_UP + 1
    assert times[-1] <= clock.now()


def test_stopped_blocks_do_not_come_later(wall: Wall, clock: Clock) -> None:
    pace = paced(clock)
    pace.stop()
    wall.passes(5)
    stopped = list(pace.take())
    pace.resume()
    wall.passes(1)

    assert stopped == []
    assert list(pace.take()) == [START + 6 * SECOND]


def test_a_jump_comes_in_blocks_and_the_usual_ones_go_on_behind_it(wall: Wall, clock: Clock) -> None:
    pace = paced(clock)

    count = pace.jump(60 * SECOND, 6 * SECOND)
    jumped = list(pace.take())
    wall.passes(1)

    assert count == len(jumped) == 10
    assert (jumped[0], jumped[-1]) == (START + 6 * SECOND, START + 60 * SECOND)
    assert list(pace.take()) == [START + 61 * SECOND]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pace: pace.jump(0), "longer than nothing"),
        (lambda pace: pace.jump(367 * 24 * 3600 * SECOND), "at most 366 days"),
        (lambda pace: pace.jump(366 * 24 * 3600 * SECOND, SECOND), "31622400 blocks at once"),
        (lambda pace: pace.set_times(1, 0), "takes some time"),
        (lambda pace: pace.set_times(100_000, SECOND), f"{MOST_BLOCKS_A_SECOND} are the most"),
        (lambda pace: pace.stop() or pace.jump(SECOND), "resume them first"),
    ],
)
def test_what_nobody_could_keep_is_refused(
    clock: Clock, change: Callable[[Pace], object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        change(paced(clock))


def test_waiting_ends_with_a_change() -> None:
    async def test() -> list[int]:
        pace = paced(Clock(), 3600 * SECOND)
        waiting = asyncio.create_task(pace.wait())
        await asyncio.sleep(0)
        pace.jump(7200 * SECOND)
        await waiting
        await pace.wait()
        return list(pace.take())

    assert len(asyncio.run(test())) == 2
