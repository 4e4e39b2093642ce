"""What the control port can be told, and what a telling must look like: one model for each command."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sandbox.chain import bech32
from sandbox.chain.clock import FASTEST
from sandbox.chain.disturbances import LONGEST_DELAY, MOST_REQUESTS
from sandbox.chain.numbers import SECOND

DAY: Final = 24 * 3600 * SECOND
_UNITS: Final = {
    "ms": SECOND // 1000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
    "d": DAY,
}


class CommandRefusedError(ValueError):
    """A command that is none, or that cannot be done; the text says why."""


def duration(text: Any) -> Any:
    """`30d`, `12h`, `5m`, `6s`, `50ms` or `1.5s` in nanoseconds. Raises ValueError."""
    match = (
        re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)", text) if isinstance(text, str) else None
    )
    if not match:
        raise ValueError(f"{text!r} is no duration like 30d, 12h, 6s or 50ms")
    return round(Decimal(match[1]) * _UNITS[match[2]])


def _address(text: str) -> str:
    try:
        bech32.decode(text)
    except bech32.Bech32Error as error:
        raise ValueError(f"{text!r} is no address: {error}") from error
    return text


Duration = Annotated[int, BeforeValidator(duration)]
Address = Annotated[str, BeforeValidator(_address)]


class Command(BaseModel):
    """Names that a command does not know are refused, not passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StopBlocks(Command):
    """No more blocks: transactions wait, time stands still for whoever reads it from the chain."""


class ResumeBlocks(Command):
    """Blocks come again; those of the time between never will."""


class Speed(Command):
    """So many seconds of the chain in a real one; `block_time` is how much of its time a block takes."""

    factor: float = Field(gt=0, le=FASTEST)
    block_time: Duration | None = Field(default=None, gt=0)


class Jump(Command):
    """Let time have passed at once, with all its blocks."""

    by: Duration = Field(gt=0, le=366 * DAY)
    block_time: Duration | None = Field(default=None, gt=0)


class Disturb(Command):
    """Answers to requests whose path begins with `path` come late, fail with a status, or never come."""

    path: str = Field(default="/", max_length=300)
    status: int | None = Field(default=None, ge=400, le=599)
    delay: Duration = Field(default=0, ge=0, le=int(LONGEST_DELAY) * SECOND)
    hang: bool = False
    next: int | None = Field(default=None, ge=1, le=MOST_REQUESTS)


class Clear(Command):
    """End all disturbances."""


class Kill(Command):
    """End a provider, whose state stays."""

    provider: str = Field(max_length=100)


class Restart(Command):
    """Start a provider again, with the state it had."""

    provider: str = Field(max_length=100)


class TariffFactor(Command):
    """So many times the usual prices, from the next bid on: of one provider, or of all."""

    factor: Decimal = Field(gt=0, le=1_000_000)
    provider: str | None = Field(default=None, max_length=100)


class ExpireGrants(Command):
    """End the deposit grants and fee allowances to an account: of one granter, or of all."""

    grantee: Address
    granter: Address | None = None


class Drain(Command):
    """Pay the leases of a deployment until its escrow covers no more than so many blocks."""

    owner: Address
    dseq: int = Field(gt=0, lt=2**64)
    blocks_left: int = Field(default=0, ge=0, le=10**9)


class Wait(Command):
    """Let real time pass; in scripts."""

    time: Duration = Field(gt=0, le=3600 * SECOND, alias="for")


COMMANDS: Final[dict[str, type[Command]]] = {
    "stop-blocks": StopBlocks,
    "resume-blocks": ResumeBlocks,
    "speed": Speed,
    "jump": Jump,
    "disturb": Disturb,
    "clear": Clear,
    "kill": Kill,
    "restart": Restart,
    "tariff": TariffFactor,
    "expire-grants": ExpireGrants,
    "drain": Drain,
    "wait": Wait,
}
"""By name: of the path, of the command line and of a line in a script."""


def parse(name: str, arguments: Any) -> Command:
    """Raises CommandRefusedError with every mistake named."""
    kind = COMMANDS.get(name)
    if kind is None:
        raise CommandRefusedError(f"no command is called {name!r}; there are {', '.join(COMMANDS)}")
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        raise CommandRefusedError("; ".join(_mistake(found) for found in error.errors())) from error


def parse_line(line: str) -> Command | None:
    """A line of a script: `jump by=30d block_time=6s`. None for one that is empty or only a comment."""
    words = line.partition("#")[0].split()
    if not words:
        return None
    pairs = [word.partition("=") for word in words[1:]]
    for name, sign, _ in pairs:
        if not sign:
            raise CommandRefusedError(f"{name!r} is no argument like by=30d")
    return parse(words[0], {name: value for name, _, value in pairs})


def _mistake(found: Any) -> str:
    place = ".".join(str(part) for part in found["loc"])
    text = str(found["msg"]).removeprefix("Value error, ")
    return f"{place}: {text}" if place else text
