"""provider-gateway.md §2.7; recording 12."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.provider import migration
from sandbox.provider.answers import Answer, Refusal
from sandbox.provider.chain_view import LeaseId
from tests.unit.provider.running import LEASE, Running
from tests.unit.provider.world import expose, service

HOST = "a.example.com"
OTHER = LeaseId(replace(LEASE.order, dseq=6), LEASE.provider)


@pytest.fixture
def running() -> Running:
    """Two deployments of one owner that ask for the same host, which the first has."""
    found = Running.of(service(expose=[expose(22, ip="mine"), expose(80, hosts=[HOST])]))
    found.cluster.deploy(OTHER, found.workload.group, 1000.0)
    return found


def _hosts(running: Running, *names: str, dseq: int = 6, owner: str = LEASE.owner) -> Answer:
    body = {"hostnames_to_migrate": list(names), "destination_dseq": dseq, "destination_gseq": 1}
    return migration.hosts(running.cluster, owner, json.dumps(body).encode())


def _refused(ask: Any, *arguments: Any, **more: Any) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        ask(*arguments, **more)
    return refused.value.answer.status, refused.value.answer.body.decode()


def test_a_host_moves_to_another_deployment_and_back(running: Running) -> None:
    moved = _hosts(running, HOST)

    assert (moved.status, moved.body) == (200, b'{"transferred":["a.example.com"]}')
    assert running.cluster.holder(HOST) == OTHER
    _hosts(running, HOST, dseq=5)
    assert running.cluster.holder(HOST) == LEASE


def test_a_body_that_says_nothing_is_refused_without_a_word(running: Running) -> None:
    assert _refused(migration.hosts, running.cluster, LEASE.owner, b"x") == (422, "")
    assert _refused(migration.endpoints, running.cluster, LEASE.owner, b"") == (422, "")
    assert _refused(migration.hosts, running.cluster, LEASE.owner, b"{}") == (400, "")


def test_the_destination_must_be_the_callers(running: Running) -> None:
    text = "destination deployment does not exist\n"

    assert _refused(_hosts, running, HOST, dseq=99) == (400, text)
    assert _refused(_hosts, running, HOST, owner="another") == (400, text)


def test_the_host_must_be_asked_for_there(running: Running) -> None:
    text = 'the hostname "no.example.com" is not used by this deployment\n'

    assert _refused(_hosts, running, HOST, "no.example.com") == (400, text)
    assert running.cluster.holder(HOST) == LEASE


def test_endpoints_move_by_name(running: Running) -> None:
    def move(name: str) -> Answer:
        body = {"endpoints_to_migrate": [name], "destination_dseq": 6, "destination_gseq": 1}
        return migration.endpoints(running.cluster, LEASE.owner, json.dumps(body).encode())

    assert move("mine").body == b'{"transferred":["mine"]}'
    text = 'the endpoint "no" does not exist in the destination deployment\n'
    assert _refused(move, "no") == (400, text)
