"""Two answers, value by value, and what of a difference does not count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.replay.chain_recording import Exchange

GAS_TOLERANCE: Final = 0.25
_ABSENT: Final = "(absent)"
_GO_PLACE: Final = re.compile(r"\[[\w./@-]+\.go:\d+\]")
_STACK: Final = re.compile(r"stack:\n.*", re.DOTALL)
_BLOCK_TIME: Final = re.compile(r"block time: [-0-9]+ [0-9:.]+ \+0000 UTC")
_GAS: Final = re.compile(r"(?<=with gas used: ')\d+(?=')|(?<=gasUsed: )\d+")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two answers differ: `path` is empty for the status, a dotted name within the body otherwise."""

    path: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class Allowance:
    """A difference that does not count, and why."""

    reason: str
    covers: Callable[[Exchange, Difference], bool]


def differences(recorded: Any, replayed: Any, path: str = "body") -> Iterator[Difference]:
    """Every value that is not the same, at its own path."""
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        for key in sorted({*recorded, *replayed}):
            yield from differences(recorded.get(key, _ABSENT), replayed.get(key, _ABSENT), f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(replayed, list) and len(recorded) == len(replayed):
        for place, (one, other) in enumerate(zip(recorded, replayed, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif type(recorded) is not type(replayed) or recorded != replayed:
        yield Difference(path, recorded, replayed)


def counted(exchange: Exchange, status: int, content_type: str, body: Any) -> list[Difference]:
    """The differences to the recorded answer that no allowance covers."""
    found = [
        *differences(exchange.status, status, "status"),
        *differences(exchange.content_type, content_type, "content_type"),
        *differences(exchange.answer, body),
    ]
    return [each for each in found if not any(one.covers(exchange, each) for one in ALLOWANCES)]


def _gas_figure(_: Exchange, found: Difference) -> bool:
    if found.path.endswith(".gas_used"):
        return _is_near(found.recorded, found.replayed)
    if not isinstance(found.recorded, str) or not isinstance(found.replayed, str):
        return False
    figures = [_GAS.findall(text) for text in (found.recorded, found.replayed)]
    return _plain(found.recorded) == _plain(found.replayed) and all(
        _is_near(one, other) for one, other in zip(*figures, strict=True)
    )


def _is_near(recorded: Any, replayed: Any) -> bool:
    if not str(recorded).isdigit() or not str(replayed).isdigit():
        return False
    return abs(int(replayed) - int(recorded)) <= GAS_TOLERANCE * int(recorded)


def _plain(text: str) -> str:
    """A text without what may differ in it: gas figures, places in Go's sources, a stack, a block's time."""
    text = _STACK.sub("stack:", _GO_PLACE.sub("[…]", text))
    return _GAS.sub("…", _BLOCK_TIME.sub("block time: …", text))


def _within(paths: str, fields: str) -> Callable[[Exchange, Difference], bool]:
    where, what = re.compile(paths), re.compile(fields)
    return lambda exchange, found: bool(where.search(exchange.path) and what.search(found.path))


ALLOWANCES: Final[tuple[Allowance, ...]] = (
    Allowance("what a text says of gas (25 %), Go's sources, a stack or a block's nanoseconds", _gas_figure),
    Allowance(
        "who the node is and what it was built from",
        _within("/node_info$", r"\.(default_node_info|application_version)\."),
    ),
    Allowance(
        "hashes and votes of blocks: they come of keys and of all the state of a real validator",
        _within(
            "/blocks/|/node/v1beta1/status$",
            r"\.(hash|(app|last_commit|validators?|next_validators|consensus)_hash|signature|timestamp"
            r"|proposer_address|validator_address)$",
        ),
    ),
)
