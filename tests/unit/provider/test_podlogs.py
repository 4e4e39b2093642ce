"""What pods log and what happens to them; provider-gateway.md §4.2 and §4.3."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.provider import podlogs
from tests.unit.provider.running import BEHAVIOUR, SINCE, Running
from tests.unit.provider.world import service

if TYPE_CHECKING:
    from sandbox.provider.podlogs import Pod


def _pod(now: float = 0.0, image: str = "nginx", **changed: Any) -> Pod:
    running = Running.of(service(image=image))
    (pod,) = podlogs.pods(running.workload, replace(BEHAVIOUR, **changed), None, SINCE + now)
    return pod


def test_a_pod_logs_nothing_before_it_has_started() -> None:
    assert _pod().lines(SINCE + 2.9) == []


def test_a_log_begins_with_its_lines_and_goes_on() -> None:
    pod = _pod(log_lines={"web": ("{service} of {image}",)}, follow_line="{service} {number}")

    assert pod.lines(SINCE + 3) == ["web of nginx"]
    assert pod.lines(SINCE + 3 + 20) == ["web of nginx", "web 0", "web 1"]


def test_following_sees_every_line_once() -> None:
    pod = _pod(log_lines={"web": ("first",)}, follow_line="{number}")
    moments = [SINCE, SINCE + 2, SINCE + 3, SINCE + 14, SINCE + 33.5]

    seen = [pod.lines_between(after, until) for after, until in zip(moments, moments[1:], strict=False)]

    assert seen == [[], ["first"], ["0"], ["1", "2"]]


def test_the_next_line_is_known_beforehand() -> None:
    pod = _pod()

    assert pod.next_line(SINCE) == SINCE + 3
    assert pod.next_line(SINCE + 3) == SINCE + 13


def test_an_old_log_is_cut_at_its_beginning() -> None:
    pod = _pod(log_lines={"web": ()}, follow_line="{number}")

    lines = pod.lines(SINCE + 3 + 10 * 20_000)

    assert (len(lines), lines[-1]) == (podlogs.RETAINED_LINES, "19999")


def test_a_log_that_is_written_only_for_its_followers() -> None:
    pod = _pod(100, log_lines={"web": ("first",)}, follow_line="{number}", follow_only=True, follow_limit=2)

    assert pod.lines(SINCE + 1000) == ["first"]
    assert pod.lines_between(SINCE + 100, SINCE + 200) == ["0", "1"]
    assert not pod.has_ended(SINCE + 129) and pod.has_ended(SINCE + 130)


def test_a_crashing_pod_says_so_and_nothing_more() -> None:
    pod = _pod(image="crash")

    assert pod.lines(SINCE + 1000)[-1] == "web failed: exit status 1"
    assert pod.lines_between(SINCE + 3, SINCE + 1000) == []


def test_only_the_asked_services_pods_are_shown() -> None:
    running = Running.of(service("api"), service("web", count=2))

    names = [pod.name for pod in podlogs.pods(running.workload, BEHAVIOUR, frozenset({"web"}), SINCE)]

    assert len(set(names)) == 2 and all(name.startswith("web-") for name in names)


def test_events_come_as_the_pods_do() -> None:
    running = Running.of(service(count=2))

    early = [event["reason"] for _, event in podlogs.events(running.workload, BEHAVIOUR, SINCE + 2)]
    late = [event["reason"] for _, event in podlogs.events(running.workload, BEHAVIOUR, SINCE + 3)]

    assert early == ["ScalingReplicaSet", "Scheduled", "Pulling", "Scheduled", "Pulling"]
    assert late[5:] == ["Pulled", "Created", "Started"] * 2


def test_an_event_names_its_object_in_the_leases_namespace() -> None:
    running = Running.of()

    (_, event), *_ = podlogs.events(running.workload, BEHAVIOUR, SINCE + 2)

    assert event["object"] == {
        "kind": "Deployment", "namespace": running.workload.namespace, "name": "web"
    }  # fmt: skip
    assert "reportingInstance" not in event and event["type"] == "Normal"


def test_a_crashing_pod_is_backed_off_from() -> None:
    running = Running.of(service(image="crash"))

    reasons = [event["reason"] for _, event in podlogs.events(running.workload, BEHAVIOUR, SINCE + 3)]

    assert "BackOff" in reasons
