"""The signer under everything that can go wrong; `make simulate` runs many more seeds."""

from __future__ import annotations

from tests.simulation.command import one, summed
from tests.simulation.faults import KINDS
from tests.simulation.network import TROUBLES
from tests.simulation.run import Run

SEEDS = 150


def test_what_was_promised_holds_whatever_goes_wrong() -> None:
    summary = summed(map(one, range(1, SEEDS + 1)))

    assert {outcome.seed: outcome.violations for outcome in summary.failed} == {}
    assert set(summary.injected) == {*KINDS, *TROUBLES}
    assert set(summary.states) == {"committed", "rejected", "expired"}


def test_a_seed_gives_the_same_run_again() -> None:
    first, again = list[str](), list[str]()

    Run(7, trace=first.append).outcome()
    Run(7, trace=again.append).outcome()

    assert len(first) > 100
    assert first == again
