"""provider-gateway.md §2.2, §2.4 to §2.6; recordings 05, 06, 11 and 15."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.provider.answers import Answer, Refusal
from sandbox.provider.cluster import static_host
from sandbox.provider.config import Faults, Inventory
from sandbox.provider.status import Statuses, provider_status
from tests.unit.provider.running import CONFIG, LEASE, Running, decoded
from tests.unit.provider.world import expose, group, group_spec, service


def _lease(statuses: Statuses) -> Any:
    return json.loads(statuses.lease(LEASE).body)


def _refused(ask: Any, *arguments: Any) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        ask(*arguments)
    answer: Answer = refused.value.answer
    return answer.status, answer.body.decode()


def test_a_lease_comes_up_step_by_step() -> None:
    running = Running.of()

    assert _refused(running.after(0.9).lease, LEASE) == (404, "")
    assert _refused(running.after(1).lease, LEASE) == (404, "kube: no deployments for lease\n")
    assert _lease(running.after(2))["services"]["web"]["available"] == 0
    assert _lease(running.after(3))["services"]["web"]["available"] == 1


def test_the_status_of_a_running_service_is_complete() -> None:
    running = Running.of(service(count=2))

    assert _lease(running.after(3)) == {
        "services": {
            "web": {
                "name": "web",
                "available": 2,
                "total": 2,
                "uris": _lease(running.after(3))["services"]["web"]["uris"],
                "observed_generation": 1,
                "replicas": 2,
                "updated_replicas": 2,
                "ready_replicas": 2,
                "available_replicas": 2,
            }
        },
        "forwarded_ports": {},
        "ips": None,
    }


def test_host_names_are_the_tenants_and_the_providers_own() -> None:
    running = Running.of(service(expose=[expose(hosts=["a.example.com"])]))

    uris = _lease(running.after(3))["services"]["web"]["uris"]

    assert uris == sorted(["a.example.com", static_host(LEASE, "web", "test.sandbox.local")])


def test_a_service_that_nobody_reaches_from_outside_has_no_uris() -> None:
    inner = service("db", id=2, expose=[{**expose(3306), "global": False}])
    running = Running.of(inner, service("web"))

    assert _lease(running.after(3))["services"]["db"]["uris"] is None
    assert json.loads(running.after(3).service(LEASE, "db").body)["uris"] is None


def test_other_ports_are_forwarded_from_ports_of_the_node() -> None:
    running = Running.of(service(expose=[expose(22), expose(53, proto="UDP"), expose(80)]))

    forwarded = _lease(running.after(3))["forwarded_ports"]["web"]

    assert [(each["port"], each["proto"]) for each in forwarded] == [(22, "TCP"), (53, "UDP")]
    assert len({each["externalPort"] for each in forwarded}) == 2
    assert all(each["host"] == "test.sandbox.local" for each in forwarded)


def test_leased_ips_have_gos_keys() -> None:
    running = Running.of(service(expose=[expose(22, externalPort=2222, ip="mine"), expose(80)]))

    (leased,) = _lease(running.after(3))["ips"]["web"]

    assert (leased["Port"], leased["ExternalPort"], leased["Protocol"]) == (22, 2222, "TCP")


def test_a_crashing_image_never_becomes_available() -> None:
    running = Running.of(service(image="example/crash:1"))

    status = _lease(running.after(1000))["services"]["web"]

    assert (status["available"], status["ready_replicas"], status["total"]) == (0, 0, 1)


def test_an_update_is_another_generation_whose_pods_start_anew() -> None:
    running = Running.of()
    changed = {**running.workload.group, "services": [{**running.workload.services[0], "image": "new"}]}
    running.cluster.deploy(LEASE, changed, 1100.0)

    status = _lease(running.after(100.5))["services"]["web"]

    assert (status["observed_generation"], status["available"]) == (2, 0)
    assert _lease(running.after(103))["services"]["web"]["available"] == 1


def test_what_is_not_there_has_its_own_words() -> None:
    running = Running.of()
    gone = replace(LEASE, provider="another")

    assert _refused(running.after(3).lease, gone) == (404, "")
    assert _refused(running.after(3).manifest, gone) == (404, "lease not found\n")
    assert _refused(running.after(3).service, gone, "web") == (404, "kube: lease not found\n")
    assert _refused(running.after(3).service, LEASE, "no") == (404, "kube: no service for that lease\n")


@pytest.mark.parametrize(
    ("text", "status"),
    [("dial tcp: connect: connection refused", 503), ("apiserver not ready", 503), ("timed out", 500)],
)
def test_a_failing_kubernetes_is_503_or_500(text: str, status: int) -> None:
    running = Running.of(config=replace(CONFIG, faults=Faults(cluster=text)))

    assert _refused(running.after(3).lease, LEASE) == (status, f"{text}\n")
    assert _refused(running.after(3).manifest, LEASE) == (status, f"{text}\n")
    assert _refused(running.after(3).service, LEASE, "web") == (status, f"kube: internal error: {text}\n")


def test_a_lost_namespace_is_a_lost_lease() -> None:
    running = Running.of(config=replace(CONFIG, faults=Faults(no_namespaces=True)))

    assert _refused(running.after(3).lease, LEASE) == (404, "kube: lease not found\n")


def test_the_provider_tells_what_it_has_and_what_is_taken() -> None:
    running = Running.of()
    running.cluster.config = replace(CONFIG, inventory=Inventory(nodes=1))
    waiting = replace(LEASE.order, dseq=6)

    answer = provider_status(
        running.after(3), "akash1provider", reserved={waiting: group_spec(group())}, orders=1, deployments=2
    )

    status = json.loads(answer.body)
    (node,) = status["cluster"]["inventory"]["available"]["nodes"]
    (active,), (pending,) = (status["cluster"]["inventory"][name] for name in ("active", "pending"))
    assert active == pending == {
        "cpu": 500, "gpu": 0, "memory": 512 << 20, "storage_ephemeral": 1 << 30
    }  # fmt: skip
    assert status["cluster"]["leases"] == 1
    assert (status["bidengine"], status["manifest"]) == ({"orders": 1}, {"deployments": 2})
    assert status["address"] == "akash1provider"
    assert node["allocatable"]["cpu"] - node["available"]["cpu"] == 1000


def test_the_notice_before_a_reclamation_is_told_in_nanoseconds() -> None:
    running = Running.of()
    silent = provider_status(running.after(3), "a", reserved={}, orders=0, deployments=0)
    running.cluster.config = replace(CONFIG, reclamation_seconds=86400)

    told = provider_status(running.after(3), "a", reserved={}, orders=0, deployments=0)

    assert "reclamation_window" not in json.loads(silent.body)
    assert json.loads(told.body)["reclamation_window"] == 86_400_000_000_000
    assert told.body.index(b"reclamation_window") < told.body.index(b'"address"')


def test_of_a_stateful_service_those_count_that_exist() -> None:
    kept = service()
    attributes = [{"key": "class", "value": "beta2"}, {"key": "persistent", "value": "true"}]
    kept["resources"]["storage"].append({"name": "data", "size": {"val": "1"}, "attributes": attributes})

    status = _lease(Running.of(kept).after(2))["services"]["web"]

    assert (status["available"], status["available_replicas"]) == (1, 1)
    assert status["ready_replicas"] == 0


def test_two_http_services_of_a_lease_have_hosts_of_their_own() -> None:
    running = Running.of(
        service("api", expose=[expose(hosts=["api.example.com"])]), service("web", id=2, expose=[expose()])
    )

    services = _lease(running.after(3))["services"]

    own = {name: static_host(LEASE, name, CONFIG.domain) for name in ("api", "web")}
    assert services["api"]["uris"] == sorted(["api.example.com", own["api"]])
    assert services["web"]["uris"] == [own["web"]]
    alone = json.loads(running.after(3).service(LEASE, "web").body)
    assert alone["uris"] == sorted(["api.example.com", *own.values()])


def test_a_host_may_go_from_one_service_to_another_in_an_update() -> None:
    def services(first: list[str] | None, second: list[str] | None) -> list[dict[str, Any]]:
        return [
            service("api", expose=[expose(hosts=first)]),
            service("web", id=2, expose=[expose(hosts=second)]),
        ]

    running = Running.of(*services(["a.example.com"], None))
    running.cluster.deploy(LEASE, decoded(group(*services(None, ["a.example.com"]))), 1100.0)

    status = _lease(running.after(103))["services"]

    assert "a.example.com" in status["web"]["uris"]
    assert "a.example.com" not in status["api"]["uris"]


def test_ports_of_the_node_are_not_given_twice() -> None:
    running = Running.of(service(expose=[expose(22), expose(80)]))
    other = replace(LEASE, provider="another")
    again = running.cluster.deploy(other, running.workload.group, 1100.0)

    assert set(again.ports.values()).isdisjoint(running.workload.ports.values())
