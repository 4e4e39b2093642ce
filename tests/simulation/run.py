"""One seed: a few users, what they want, and everything that goes wrong; then calm, and the checker."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from slipway.domain.errors import SlipwayError

from tests.simulation import wishes
from tests.simulation.checker import check
from tests.simulation.checking_credit import check_credit
from tests.simulation.functions import Functions
from tests.simulation.handlers import HANDLERS
from tests.simulation.living import Living
from tests.simulation.processes import Process
from tests.simulation.scheduler import Hung, Killed
from tests.simulation.watching import watch
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

SWEEP_SECONDS: Final = 60.0
STORM_SWEEPS: Final = 3
"""For so long things go wrong."""

CALM_SWEEPS: Final = 6
"""For so long after the storm everything must have come to its end."""

EXPECTED: Final = (type(None), Killed, ClientError, BotoCoreError, SlipwayError)
"""How a function may end: with an answer, by its death, or by an error of what it asked."""


@dataclass
class Outcome:
    seed: int
    violations: list[str] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)


class Run:
    def __init__(self, seed: int, *, trace: Callable[[str], None] | None = None) -> None:
        self.world = World(seed, trace=trace)
        rng = random.Random(self.world.rng.getrandbits(64))  # noqa: S311 (a repeat must be the same)
        self.users = [wishes.user(number, rng) for number in range(rng.choice((1, 2, 2)))]
        for user in self.users:
            for key_id, budget in user.budgets.items():
                if budget is not None:
                    self.world.give_key(user.user_id, key_id, budget)
        self.functions = Functions(self.world, HANDLERS, self._process)
        self.living = Living(self.world, self.functions, rng, self.users)
        watch(self.world)

    def outcome(self) -> Outcome:
        scheduler = self.world.scheduler
        for user in self.users:
            scheduler.spawn(user.user_id, partial(self.living.life, user))
        scheduler.spawn("schedule", self._schedule)
        try:
            scheduler.run()
        except Hung as hung:
            return self._ended(Counter(), f"the run does not end: {hung}")
        for task in scheduler.finished:
            if not isinstance(task.error, EXPECTED):
                self.world.violated(f"{task.name} broke: {task.error!r}")
        states = check(self.world, self.living.told)
        check_credit(self.world, self.users, self.living.applied)
        return self._ended(states)

    def _ended(self, states: Counter[str], *violations: str) -> Outcome:
        found = [*self.world.violations, *violations]
        return Outcome(self.world.seed, found, self.world.effects.injected, states)

    def _process(self, number: int) -> Process:
        return Process(self.world, number, self.functions)

    def _schedule(self) -> None:
        """The sweeper's and the treasury's: in the storm, and after it until all is still."""
        for number in range(STORM_SWEEPS + CALM_SWEEPS):
            if number == STORM_SWEEPS:
                self.world.heal()
            self.world.scheduler.pause(SWEEP_SECONDS)
            self.functions.start("sweep", {})
            self.functions.start("upkeep", {})
