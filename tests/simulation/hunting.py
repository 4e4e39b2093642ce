"""Finds each planted bug: a process a mutant, which runs seeds until one of them fails."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

ROOT: Final = Path(__file__).parents[2]

WITHIN_SEEDS: Final = 200
VIOLATED: Final = 3
"""The exit status of a simulation that found something; a crash has another."""


@dataclass(frozen=True)
class Hunted:
    """`said` is what the simulation printed."""

    mutant: str
    found: bool
    said: str


def hunt(mutant: str) -> Hunted:
    asked = ["--mutant", mutant, "--seeds", str(WITHIN_SEEDS), "--jobs", "1", "--until-failure"]
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "tests.simulation", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Hunted(mutant, done.returncode == VIOLATED, done.stdout + done.stderr)


@contextmanager
def hunts(mutants: Sequence[str]) -> Iterator[dict[str, Future[Hunted]]]:
    """All of them at once, as far as there are processors."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield {mutant: pool.submit(hunt, mutant) for mutant in mutants}
