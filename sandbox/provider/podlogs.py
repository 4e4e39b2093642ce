"""What a lease's pods have logged and what happened to them, by the seconds since they started."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sandbox.provider import cluster as clusters
from sandbox.provider.cluster import Workload
from sandbox.provider.config import DEFAULT_LINES, NODE, Behaviour, PodEvent
from sandbox.provider.manifest import Service

RETAINED_LINES: Final = 10_000
"""Kubernetes rotates a container's log after some megabytes; this is about one."""
CRASH_LINES: Final = ("starting {image}", "{service} failed: exit status 1")
_BACK_OFF: Final = PodEvent(
    "kubelet",
    "BackOff",
    "Back-off restarting failed container {service} in pod {pod}",
    NODE,
    kind="Warning",
    started=True,
)
_ROUNDING: Final = 1e-9

Event = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """One replica. `began`: Unix seconds of its start; `counted_from`: from when its later lines count."""

    name: str
    service: Service
    began: float
    counted_from: float
    behaviour: Behaviour

    def lines(self, until: float) -> list[str]:
        """The retained log at that moment."""
        if until < self.began:
            return []
        count = 0 if self.behaviour.follow_only else self._followed(until)
        first = max(count - RETAINED_LINES, 0)
        return [*self._opening(), *(self._follow(number) for number in range(first, count))]

    def lines_between(self, after: float, until: float) -> list[str]:
        """What was logged after the one moment and not after the other."""
        opening = self._opening() if after < self.began <= until else []
        numbers = range(self._followed(after), self._followed(until))
        return [*opening, *map(self._follow, numbers)]

    def next_line(self, after: float) -> float:
        """When the next line comes, or the log's end."""
        if after < self.began:
            return self.began
        return self.counted_from + (self._followed(after) + 1) * self.behaviour.follow_seconds

    def has_ended(self, now: float) -> bool:
        limit = self.behaviour.follow_limit
        return limit is not None and now >= self.counted_from + (limit + 1) * self.behaviour.follow_seconds

    def _followed(self, until: float) -> int:
        if until < self.counted_from or clusters.crashes(self.service):
            return 0
        count = int((until - self.counted_from) / self.behaviour.follow_seconds + _ROUNDING)
        return count if self.behaviour.follow_limit is None else min(count, self.behaviour.follow_limit)

    def _opening(self) -> list[str]:
        if clusters.crashes(self.service):
            return self._formatted(CRASH_LINES)
        return self._formatted(self.behaviour.log_lines.get(self.service["name"], DEFAULT_LINES))

    def _follow(self, number: int) -> str:
        return self._formatted((self.behaviour.follow_line,), number=number)[0]

    def _formatted(self, lines: tuple[str, ...], **more: int) -> list[str]:
        words = {"image": self.service["image"], "service": self.service["name"], "pod": self.name, **more}
        return [line.format_map(words) for line in lines]


def pods(workload: Workload, behaviour: Behaviour, services: frozenset[str] | None, now: float) -> list[Pod]:
    """The pods of some services of a workload, or of all, for somebody who looks now."""
    began = workload.since + behaviour.start_seconds
    return [
        Pod(name, service, began, max(began, now) if behaviour.follow_only else began, behaviour)
        for service in workload.services
        if services is None or service["name"] in services
        for name in workload.pods(service, behaviour.pod_suffixes)
    ]


def events(workload: Workload, behaviour: Behaviour, until: float) -> list[tuple[float, Event]]:
    """What Kubernetes has noted by then, oldest first, each with its time."""
    found = [each for service in workload.services for each in _events(workload, service, behaviour)]
    return sorted((each for each in found if each[0] <= until), key=lambda each: each[0])


def _events(workload: Workload, service: Service, behaviour: Behaviour) -> Iterator[tuple[float, Event]]:
    names = workload.pods(service, behaviour.pod_suffixes)
    noted = (*behaviour.events, *((_BACK_OFF,) if clusters.crashes(service) else ()))
    for place, pod in enumerate(names):
        words = {
            "namespace": workload.namespace,
            "service": service["name"],
            "image": service["image"],
            "pod": pod,
            "set": pod.rpartition("-")[0],
            "count": len(names),
        }
        for each in noted:
            if place and each.once:
                continue
            after = behaviour.start_seconds if each.started else behaviour.create_seconds
            yield workload.since + after, event(each, words)


def event(noted: PodEvent, words: dict[str, Any]) -> Event:
    """As the stream carries it: who noted it is left out where nobody is named."""
    name = words["pod"] if noted.of == "Pod" else words["service"]
    who = {"reportingController": noted.controller, "reportingInstance": noted.instance}
    return {
        "type": noted.kind,
        **{key: value for key, value in who.items() if value},
        "reason": noted.reason,
        "note": noted.note.format_map(words),
        "object": {"kind": noted.of, "namespace": words["namespace"], "name": name},
    }
