"""Users: they open a wallet, want things of it, ask again where nobody answers, and lose patience."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tests.simulation import wishes
from tests.simulation.checker import Told
from tests.simulation.functions import CREDIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.simulation.functions import Functions
    from tests.simulation.wishes import Event, User
    from tests.simulation.world import World

DEFINITE: Final = frozenset({"committed", "rejected", "expired"})

PACES: Final = ((0.1,), (0.1, 2.0, 12.0), (12.0, 25.0))
"""Seconds between two wishes of a user: all at once, now and then, one after the other."""

PARTING_SECONDS: Final = 15.0
"""What is taken from a leaving user has mostly landed before the deployments are closed."""


@dataclass
class Living:
    """`told` is what callers heard of transactions, `applied` of changes of credit that are done."""

    world: World
    functions: Functions
    rng: Random
    users: list[User]
    told: list[Told] = field(default_factory=list)
    applied: list[tuple[Event, int]] = field(default_factory=list)

    def life(self, user: User) -> None:
        """Opens the wallet, then wants several things, some of them at the same time."""
        if not self._opened(user):
            return
        pauses = self.rng.choice(PACES)
        for number in range(self.rng.randrange(1, 8)):
            if self.rng.random() < 0.2:
                self._spawn(f"token of {user.user_id}", partial(self._ask_for_token, user))
            if self.rng.random() < 0.3:
                deltas = {one.user_id: self.rng.choice(wishes.DELTAS) for one in self._some_users(user)}
                self._change(f"change-{user.user_id}-{number}", deltas)
            else:
                self._transact(user, wishes.transaction(user, number, self.rng))
            self.world.scheduler.pause(self.rng.choice(pauses))
        if self.rng.random() < 0.3:
            self._part(user)

    def _part(self, user: User) -> None:
        """Everything is taken back, and what runs is closed: its refunds find no grant."""
        self._change(f"part-{user.user_id}", {user.user_id: wishes.EVERYTHING})
        self.world.scheduler.pause(PARTING_SECONDS)
        for dseq in user.running[:2]:
            self._transact(user, wishes.closing(user, dseq))

    def _change(self, name: str, deltas: dict[str, int]) -> None:
        self._spawn(name, partial(self._ask_for_credit, wishes.changes_of_credit(name, deltas)))

    def _transact(self, user: User, event: Event) -> None:
        self._spawn(event["intent_id"], partial(self._ask, user, event))

    def _spawn(self, name: str, asks: Callable[[], None]) -> None:
        """One caller, or two of them who want the very same."""
        for caller in range(self.rng.choice((1, 1, 2))):
            self.world.scheduler.spawn(f"{name} caller {caller}", asks, delay=self.rng.uniform(0.0, 3.0))

    def _some_users(self, user: User) -> list[User]:
        """The user alone, or with everybody else who has a wallet."""
        others = [one for one in self.users if one is not user and one.address]
        return [user, *others] if self.rng.random() < 0.3 else [user]

    def _opened(self, user: User) -> bool:
        event = {
            "request_id": f"request-{user.user_id}-open",
            "user_id": user.user_id,
            "credit": str(user.credit),
            "fees": str(user.fees),
        }
        for _ in range(8):
            answer = self.functions.invoke("open", event) or {"state": "unknown"}
            self.world.trace(f"opening {answer}")
            if answer["state"] == "ready":
                user.address = answer["address"]
                return True
            self.world.scheduler.pause(self.rng.uniform(1.0, 20.0))
        return False

    def _ask(self, user: User, event: Event) -> None:
        """One caller, who asks again until there is a definite answer, or loses patience."""
        for _ in range(self.rng.randrange(1, 4)):
            answer = self.functions.invoke("sign", event)
            self.world.trace(f"told {event['intent_id']}: {_brief(answer)}")
            if answer is not None:
                self.told.append(Told(event["intent_id"], answer))
                if answer["state"] == "committed":
                    user.heard(event)
                if answer["state"] in DEFINITE:
                    return
            self.world.scheduler.pause(self.rng.uniform(0.2, 20.0))

    def _ask_for_credit(self, event: Event) -> None:
        for _ in range(self.rng.randrange(1, 4)):
            answer = self.functions.invoke("credit", event, seconds=CREDIT_SECONDS)
            self.world.trace(f"told {event['request_id']}: {answer}")
            for asked, told in zip(event["changes"], answer["changes"] if answer else (), strict=False):
                if told["state"] == "done":
                    self.applied.append((asked, int(told["delta"])))
            if answer and all(told["state"] == "done" for told in answer["changes"]):
                return
            self.world.scheduler.pause(self.rng.uniform(0.2, 20.0))

    def _ask_for_token(self, user: User) -> None:
        """A provider that is shown one must find the wallet's key on the chain."""
        event = {
            "request_id": f"token-{user.user_id}",
            "user_id": user.user_id,
            "provider": self.world.treasury,
            "scope": "status",
        }
        answer = self.functions.invoke("token", event)
        known = any(one.transaction.signer == user.address for one in self.world.ledger.all())
        if answer and "token" in answer and not known:
            self.world.violated(f"{user.user_id} was given a token before its first transaction")


def _brief(answer: dict[str, Any] | None) -> str:
    return "nothing" if answer is None else f"{answer['state']} {answer['tx'] or ''} {answer['error'] or ''}"
