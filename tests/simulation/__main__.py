"""`python -m tests.simulation --seeds 2000`, or `--seed 17 --trace` for one of them."""

from __future__ import annotations

import sys

from tests.simulation import mutants

MUTANT = "--mutant"

if __name__ == "__main__":
    arguments = sys.argv[1:]
    if MUTANT in arguments:
        # Before anything of the code is imported.
        place = arguments.index(MUTANT)
        mutants.install(arguments[place + 1])
        del arguments[place : place + 2]
    from tests.simulation.command import main

    sys.exit(main(arguments))
