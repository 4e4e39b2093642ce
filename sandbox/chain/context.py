"""What a message sees while it runs: the state, its block, the gas it has, the events it made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from sandbox.chain import codec, jsonpb
from sandbox.chain.gas import GasMeter, MeteredStore

if TYPE_CHECKING:
    from sandbox.chain.genesis import Genesis
    from sandbox.chain.store import KV


class Mode(Enum):
    """Why a transaction runs."""

    CHECK = "check"
    DELIVER = "deliver"
    SIMULATE = "simulate"


@dataclass(frozen=True, slots=True)
class Event:
    """A type and its attributes in order."""

    type: str
    attributes: tuple[tuple[str, str], ...]

    def render(self, *, index: bool) -> dict[str, Any]:
        listed = [{"key": key, "value": value, "index": index} for key, value in self.attributes]
        return {"type": self.type, "attributes": listed}


@dataclass(slots=True)
class Context:
    """One transaction's or one query's view of the chain. `time` is nanoseconds since 1970."""

    kv: KV
    height: int
    time: int
    genesis: Genesis
    mode: Mode = Mode.DELIVER
    meter: GasMeter = field(default_factory=GasMeter)
    events: list[Event] = field(default_factory=list)

    @property
    def store(self) -> MeteredStore:
        return MeteredStore(self.kv, self.meter)

    def emit(self, kind: str, **attributes: str) -> None:
        self.events.append(Event(kind, tuple(attributes.items())))

    def emit_typed(self, message: Any) -> None:
        """A typed event: its fields in order of name, each as JSON text."""
        names = sorted(found.name for found in message.DESCRIPTOR.fields)
        rendered = jsonpb.render(message)
        pairs = ((name, json.dumps(rendered[name], separators=(",", ":"))) for name in names)
        self.events.append(Event(codec.url_of(message)[1:], tuple(pairs)))

    def emit_named(self, kind: str, **fields: str) -> None:
        """A typed event whose fields are all text."""
        self.emit(kind, **{name: json.dumps(fields[name]) for name in sorted(fields)})
