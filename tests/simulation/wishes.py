"""What users want, drawn from the seed: the events that the API functions would send to the signer."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.budget import Budget
from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from random import Random

CREATE: Final = "/akash.deployment.v1beta4.MsgCreateDeployment"
UPDATE: Final = "/akash.deployment.v1beta4.MsgUpdateDeployment"
CLOSE: Final = "/akash.deployment.v1beta4.MsgCloseDeployment"
DEPOSIT: Final = "/akash.escrow.v1.MsgAccountDeposit"

Event = dict[str, Any]


@dataclass
class User:
    """`credit` and `fees` are what the wallet is opened with; `budgets` are of the user's API keys, None for
    one that was deleted after it was let in."""

    user_id: str
    credit: int
    fees: int
    budgets: dict[str, Budget | None]
    address: str = ""
    dseqs: list[int] = field(default_factory=list)
    running: list[int] = field(default_factory=list)

    def some_dseq(self, rng: Random) -> int:
        """Mostly one that the user knows to be there."""
        return rng.choice(self.running if self.running and rng.random() < 0.85 else self.dseqs)

    def heard(self, event: Event) -> None:
        """The transaction was committed."""
        [message] = event["messages"]
        if message["type_url"] == CREATE:
            self.running.append(int(message["value"]["id"]["dseq"]))


def user(number: int, rng: Random) -> User:
    def budget() -> Budget:
        return Budget(
            total=MicroUsd(rng.randrange(1_000_000, 5_000_000)) if rng.random() < 0.7 else None,
            per_day=MicroUsd(rng.randrange(1_000_000, 4_000_000)) if rng.random() < 0.5 else None,
        )

    user_id = f"user-{number}"
    return User(
        user_id=user_id,
        credit=rng.choice((0, 2_000_000, 6_000_000, 20_000_000)),
        fees=rng.choice((12_000, 40_000, 1_000_000)),
        budgets={f"{user_id}-key-1": budget(), f"{user_id}-key-2": budget(), f"{user_id}-key-gone": None},
    )


def transaction(user: User, number: int, rng: Random) -> Event:
    """One wish of a user who has a wallet."""
    [key_id] = rng.choices(sorted(user.budgets), (10, 10, 1))
    message, moved = _message(user, number, rng)
    cap = moved + rng.choice((-1, *[0] * 12, 500_000))
    event = _event(user, str(number), message, max(cap, 0))
    if rng.random() < 0.7:
        event["key_id"] = key_id
    return event


EVERYTHING: Final = -50_000_000
DELTAS: Final = (1_000_000, 2_500_000, 4_000_000, -700_000, -5_000_000, EVERYTHING)


def changes_of_credit(name: str, deltas: dict[str, int]) -> Event:
    """Purchases, or what is taken back, by user; several in one event are one transaction of the treasury."""
    changes = [
        {"change_id": f"{name}-{user_id}", "user_id": user_id, "delta": str(delta)}
        for user_id, delta in deltas.items()
    ]
    return {"request_id": name, "changes": changes}


def closing(user: User, dseq: int) -> Event:
    return _event(user, f"close-{dseq}", _of(user, CLOSE, dseq, {}), 0)


def _event(user: User, name: str, message: dict[str, Any], cap: int) -> Event:
    return {
        "intent_id": f"{user.user_id}-{name}",
        "request_id": f"request-{user.user_id}-{name}",
        "user_id": user.user_id,
        "role": "wallet",
        "messages": [message],
        "limits": {"deposit_max": str(cap)},
    }


def _message(user: User, number: int, rng: Random) -> tuple[dict[str, Any], int]:
    kinds = (CREATE, CREATE, DEPOSIT, DEPOSIT, CLOSE, CLOSE, UPDATE)
    kind = rng.choice(kinds if user.running or (user.dseqs and rng.random() < 0.2) else (CREATE,))
    amount = rng.choice((500_000, 700_000, 1_300_001))
    hashed = base64.b64encode(hashlib.sha256(f"{user.user_id} {number}".encode()).digest()).decode()
    if kind == CREATE:
        user.dseqs.append(1_000 + number)
        value = {"groups": [_GROUP], "hash": hashed, **_deposit(amount)}
        return _of(user, CREATE, user.dseqs[-1], value), amount
    dseq = user.some_dseq(rng)
    if kind == DEPOSIT:
        account = {"scope": "deployment", "xid": f"{user.address}/{dseq}"}
        return {
            "type_url": DEPOSIT,
            "value": {"signer": user.address, "id": account, **_deposit(amount)},
        }, amount
    return _of(user, kind, dseq, {"hash": hashed} if kind == UPDATE else {}), 0


_GROUP: Final = {
    "name": "web",
    "resources": [{"count": 1, "price": {"denom": "uact", "amount": "1000000000000000000"}}],
}


def _of(user: User, type_url: str, dseq: int, value: dict[str, Any]) -> dict[str, Any]:
    return {"type_url": type_url, "value": {"id": {"owner": user.address, "dseq": str(dseq)}, **value}}


def _deposit(amount: int) -> dict[str, Any]:
    return {"deposit": {"amount": {"denom": "uact", "amount": str(amount)}, "sources": ["grant"]}}
