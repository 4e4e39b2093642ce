"""The simulation's command line."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.simulation.hunting import VIOLATED, WITHIN_SEEDS, hunts
from tests.simulation.mutants import MUTANTS, installed
from tests.simulation.run import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_SHOWN: Final = 10
"""Failing seeds that are printed; each names what is wrong and how to see it."""


@dataclass
class Summary:
    runs: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.runs += 1
        self.injected.update(outcome.injected)
        self.states.update(outcome.states)
        if outcome.violations:
            self.failed.append(outcome)


def one(seed: int) -> Outcome:
    return Run(seed).outcome()


def outcomes(seeds: Sequence[int], jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        yield from map(one, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(one, seeds, chunksize=10)


def summed(found: Iterable[Outcome], *, first_only: bool = False) -> Summary:
    summary = Summary()
    for outcome in found:
        summary.add(outcome)
        if first_only and summary.failed:
            break
    return summary


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    if asked.trace:
        return _traced(asked.seed)
    seeds = range(asked.first, asked.first + asked.seeds) if asked.seed is None else [asked.seed]
    began = time.monotonic()
    summary = summed(outcomes(seeds, min(asked.jobs, len(seeds))), first_only=asked.until_failure)
    _print(summary, time.monotonic() - began)
    missed = _hunted() if asked.mutants else []
    return VIOLATED if summary.failed or missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--trace", action="store_true", help="print every step of --seed")
    parser.add_argument("--until-failure", action="store_true", help="stop at the first seed that fails")
    parser.add_argument("--mutants", action="store_true", help="and find every planted bug")
    parser.add_argument("--mutant", choices=MUTANTS, metavar="NAME", help="with this bug planted")
    return parser


def _traced(seed: int) -> int:
    outcome = Run(seed, trace=print).outcome()
    for violation in outcome.violations:
        print(f"VIOLATED {violation}")
    return VIOLATED if outcome.violations else 0


def _hunted() -> list[str]:
    """The planted bugs that were not found."""
    missed = []
    with hunts(list(MUTANTS)) as futures:
        for mutant, future in futures.items():
            result = future.result()
            runs = result.said.split(" ", 1)[0]
            print(f"{mutant}: {f'found by run {runs}' if result.found else 'NOT FOUND'}")
            missed += [] if result.found else [f"{mutant} within {WITHIN_SEEDS} seeds"]
    return missed


def _print(summary: Summary, seconds: float) -> None:
    print(f"{summary.runs} runs in {seconds:.0f} s, {len(summary.failed)} failed")
    print("faults injected:", _listed(summary.injected))
    print("intents' ends:  ", _listed(summary.states))
    for outcome in summary.failed[:MAX_SHOWN]:
        print(f"\nseed {outcome.seed}:", *outcome.violations[:MAX_SHOWN], sep="\n  ")
        planted = "".join(f' --mutant "{name}"' for name in installed)
        print(f"  replay: {sys.executable} -m tests.simulation --seed {outcome.seed} --trace{planted}")


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counted.items()))
