"""How the recorded provider was set up, in the ordinary settings of ours."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sandbox.provider.config import Behaviour, Exec, Faults, Inventory, PodEvent, ProviderConfig, Tariff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.replay.gateway_recording import Exchange

SPEED: Final = 20
"""A recorded stream of a minute takes three seconds here."""
LONG_LINE: Final = "x" * 70_005
_NEVER: Final = math.inf

_NODES: Final = Inventory(
    cpu_milli=5000,
    memory=32 << 30,
    storage=512 << 30,
    nodes=2,
    persistent=10 << 30,
    system=(100, 0, 1 << 30, 10 << 30),
    shows_pods=False,
)
_COMMANDS: Final = {
    "both": Exec(((False, b"to stdout\n"), (True, b"to stderr\n"))),
    "bytes": Exec(((False, b"\x00\x01\xff\xfe\n"), (False, b"z" * 5000))),
    "exit137": Exec(((True, b"Killed\n"),), exit_code=137),
    "failexec": Exec(error="command execution failed"),
    "boom": Exec(error=""),
    "size": Exec(sizes=2),
    "sleep": Exec(((False, b"slept\n"),), seconds=25 / SPEED),
}


def settings(exchanges: Iterable[Exchange]) -> ProviderConfig:
    """Of the walks that ran against the provider's usual set-up."""
    lines = _lines(
        next(each for each in exchanges if each.file.startswith("07") and each.name == "all lines")
    )
    behaviour = Behaviour(
        apply_seconds=0.05,
        create_seconds=0.05,
        start_seconds=0.05,
        follow_seconds=1.5 / SPEED,
        log_lines={"web": lines, "worker": lines, "huge": ("before", LONG_LINE, "after")},
        follow_line="follow {service} {number}",
        follow_only=True,
        follow_limit=20,
        ping_seconds=10 / SPEED,
        commands=_COMMANDS,
        confirm_seconds=12.0,
        pod_suffixes=("6c9f7d8b5c-x2k4p", "6c9f7d8b5d-m8n5q"),
        events=_events(_named(exchanges, "08", "no parameters")),
        watch_begins_empty=True,
    )
    return ProviderConfig(
        "recorded",
        Tariff(Decimal(0), Decimal(0), Decimal(0)),
        {"capabilities/storage/1/class": "beta2"},
        inventory=_NODES,
        behaviour=behaviour,
        public_host="provider.local",
        blocked_hosts=("blocked.example.com", ".blocked.example.org"),
    )


def for_walk(usual: ProviderConfig, file: str) -> ProviderConfig:
    """What the recorder changed for some of the walks: their first lines say so."""
    match file[:2]:
        case "14" | "15" | "16":
            chatty = replace(usual.behaviour, follow_limit=None)
            return replace(usual, public_certificate=True, behaviour=chatty)
        case "17" | "18":
            return replace(usual, static_hosts=False, manifest_seconds=20.0)
    return usual


def for_exchange(config: ProviderConfig, exchange: Exchange) -> ProviderConfig:
    """What the recorder did to its Kubernetes before an exchange, which the exchange's name tells."""
    usual = config.behaviour
    states: dict[str, tuple[Behaviour, Faults]] = {
        "no replica is ready": (replace(usual, start_seconds=_NEVER), Faults()),
        "manifest there, no workloads": (
            replace(usual, create_seconds=_NEVER, start_seconds=_NEVER),
            Faults(),
        ),
        "no pods": (replace(usual, create_seconds=_NEVER, start_seconds=_NEVER), Faults()),
        "no namespace": (usual, Faults(no_namespaces=True)),
        "connection refused": (usual, Faults(cluster="dial tcp 10.96.0.1:443: connect: connection refused")),
        "apiserver not ready": (usual, Faults(cluster="apiserver not ready")),
        "another error": (usual, Faults(cluster="etcdserver: request timed out")),
    }
    behaviour, faults = states.get(exchange.name.partition(":")[0], (usual, Faults()))
    return replace(config, behaviour=behaviour, faults=faults)


def late_event(exchange: Exchange) -> dict[str, Any]:
    """What the recorder put into its Kubernetes while somebody followed the events."""
    event: dict[str, Any] = json.loads(exchange.frames()[0].payload)
    return event


def _named(exchanges: Iterable[Exchange], file: str, name: str) -> Exchange:
    return next(each for each in exchanges if each.file.startswith(file) and each.name == name)


def _events(exchange: Exchange) -> tuple[PodEvent, ...]:
    """The events that the recorder gave each pod, as formats."""
    texts = [frame.payload for frame in exchange.frames() if frame.kind == "text"]
    return tuple(_event(json.loads(text)) for text in texts)


def _event(found: dict[str, Any]) -> PodEvent:
    about, note = found["object"], found["note"].replace("{", "{{").replace("}", "}}")
    if about["kind"] == "Pod":
        note = note.replace(about["name"], "{pod}")
    note = note.replace(about["namespace"], "{namespace}").replace("web", "{service}")
    return PodEvent(
        found["reportingController"],
        found["reason"],
        note,
        found.get("reportingInstance", ""),
        found["type"],
        of=about["kind"],
    )


def _lines(exchange: Exchange) -> tuple[str, ...]:
    """The lines of a recorded log, as formats; bytes that are not UTF-8 as `surrogateescape` reads them."""
    whole = b"".join(frame.payload for frame in exchange.frames()).decode()
    messages = [json.loads(line, object_pairs_hook=_message) for line in whole.split("\n") if line]
    return tuple(text.replace("{", "{{").replace("}", "}}") for text in messages)


def _message(pairs: list[tuple[str, Any]]) -> str:
    return str(dict(pairs)["message"]).replace("\ufffd", "\udcff")
