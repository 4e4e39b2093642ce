"""One run's world: time, faults, tables, KMS and chain; what a seed decides of it, and what is watched."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from slipway.domain.budget import DAY_LIMIT, TOTAL_LIMIT, key_place
from slipway_signing.address import address_of

from tests.simulation.dynamo import Dynamo
from tests.simulation.faults import Effects
from tests.simulation.kms import Kms, key_id, public_key
from tests.simulation.ledger import Ledger
from tests.simulation.network import Network
from tests.simulation.rest import SimulatedTransport
from tests.simulation.rules import State
from tests.simulation.scheduler import SECOND, START_NS, Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.budget import Budget

TABLES: Final = {
    "intents": ("intent_id",),
    "budgets": ("key_id",),
    "keys": ("pk", "sk"),
    "wallets": ("user_id",),
    "books": ("id",),
    "flights": ("address", "flight"),
    "log": ("chain", "seq"),
}
"""Names and keys."""

GAS_PRICE: Final = Decimal("0.025")
TREASURY_UACT: Final = 1_000_000_000
TREASURY_UAKT: Final = 1_000_000_000


class World:
    def __init__(self, seed: int, *, trace: Callable[[str], None] | None = None) -> None:
        self.seed = seed
        self.scheduler = Scheduler()
        self.rng = random.Random(seed)  # noqa: S311 (a repeat must be the same)
        self.tracing = trace
        self.effects = Effects(self.scheduler, self._fork(), self.trace)
        self.dynamo = Dynamo(self.effects, TABLES)
        self.kms = Kms(self.effects, self._fork())
        self.kms.keys.append(key_id(0))
        self.treasury_key33, _ = public_key(0)
        self.treasury = address_of(self.treasury_key33)
        ledger = Ledger(
            self._fork(),
            self._genesis(),
            self.scheduler.now_ns - 6 * SECOND,
            self.rng.choice((0.05, 0.2, 0.45)),
        )
        self.network = Network(ledger, self.effects)
        self.transport = SimulatedTransport(self.network, self.effects)
        self.violations: list[str] = []

    @property
    def ledger(self) -> Ledger:
        return self.network.ledger

    def trace(self, line: str) -> None:
        if self.tracing is not None:
            since = (self.scheduler.now_ns - START_NS) / SECOND
            self.tracing(f"{since:9.3f} {self.scheduler.who:<30} {line}")

    def give_key(self, user_id: str, key_id: str, budget: Budget) -> None:
        """The user has an API key from here on."""
        pk, sk = key_place(user_id, key_id)
        limits = {TOTAL_LIMIT: budget.total, DAY_LIMIT: budget.per_day}
        item = {name: {"N": str(limit)} for name, limit in limits.items() if limit is not None}
        self.dynamo.tables["keys"].items[pk, sk] = {"pk": {"S": pk}, "sk": {"S": sk}, **item}

    def heal(self) -> None:
        """From here on nothing goes wrong any more."""
        self.trace("-- healed")
        self.effects.on = False

    def violated(self, what: str) -> None:
        self.trace(f"## {what}")
        self.violations.append(what)

    def _fork(self) -> random.Random:
        return random.Random(self.rng.getrandbits(64))  # noqa: S311

    def _genesis(self) -> State:
        state = State()
        state.know(self.treasury)
        state.receive(self.treasury, "uact", TREASURY_UACT)
        state.receive(self.treasury, "uakt", TREASURY_UAKT)
        return state
