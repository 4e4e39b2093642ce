"""The simulation finds every planted bug; one that it did not find would show that it proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation.hunting import WITHIN_SEEDS, Hunted, hunts
from tests.simulation.mutants import MUTANTS, changed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future


@pytest.fixture(scope="module")
def hunted() -> Iterator[dict[str, Future[Hunted]]]:
    with hunts(list(MUTANTS)) as futures:
        yield futures


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_bug_is_found(mutant: str, hunted: dict[str, Future[Hunted]]) -> None:
    result = hunted[mutant].result()

    assert result.found, f"not within {WITHIN_SEEDS} seeds: {result.said}"


def test_a_mutant_follows_the_code_or_is_refused() -> None:
    [change] = MUTANTS["expires after one look"]

    with pytest.raises(ValueError, match="stands 0 times"):
        changed("nothing of it is here", [change])
