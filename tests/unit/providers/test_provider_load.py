"""GET /status of providers: what it adds up to, and what no provider would say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slipway.adapters.provider_faults import AnswerUnreadable
from slipway.adapters.provider_load import provider_status
from slipway.domain.provider import ProviderStatus, Resources

from tests import recordings

UNIT = {"cpu": 500, "gpu": 1, "memory": 10, "storage_ephemeral": 20, "storage": {"beta2": 5, "beta3": 6}}


def status(**inventory: Any) -> bytes:
    cluster = {"leases": 2, "inventory": inventory}
    return json.dumps(
        {"cluster": cluster, "manifest": {"deployments": 1}, "bidengine": {"orders": 0}}
    ).encode()


def test_units_and_nodes_are_added_up() -> None:
    nodes = [{"name": "n", "allocatable": {"cpu": 9}, "available": {"cpu": 100, "memory": 7}}] * 2
    storage = [{"class": "beta2", "size": 1000}, {"class": "beta3", "size": 1}]

    found = provider_status(status(active=[UNIT, UNIT], available={"nodes": nodes, "storage": storage}))

    assert found == ProviderStatus(
        leases=2,
        deployments=1,
        active=Resources(cpu=1000, gpu=2, memory=20, ephemeral=40, persistent=22),
        pending=Resources(),
        available=Resources(cpu=200, memory=14, persistent=1001),
    )


def test_the_recorded_status_is_read() -> None:
    exchanges = {each["name"]: each for each in recordings.load("gateway/01-public.jsonl")[1]}
    body = exchanges["status"]["response"]["body"]

    found = provider_status(json.dumps(body).encode())

    assert (found.leases, found.deployments) == (body["cluster"]["leases"], body["manifest"]["deployments"])
    assert found.pending.cpu == sum(unit["cpu"] for unit in body["cluster"]["inventory"]["pending"])
    assert found.available == Resources(
        cpu=2300,
        memory=28454158336 + 30064771072,
        ephemeral=534186557440 + 535797170176,
        persistent=10737418240,
    )


def test_what_is_left_out_is_none() -> None:
    assert provider_status(b'{"cluster": {}}') == ProviderStatus(0, 0, Resources(), Resources(), Resources())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null text",
        b"[" * 100_000,
        status(active={}),
        status(active=[5]),
        status(active=[{"cpu": -1}]),
        status(active=[{"cpu": 2**63}]),
        status(active=[{"cpu": 1.5}]),
        status(active=[{"cpu": True}]),
        status(active=[{"cpu": "1"}]),
        status(active=[{"storage": {"beta2": "x"}}]),
        status(active=[{}] * 10_001),
        status(available={"nodes": [[]]}),
        status(available={"storage": [{"size": {}}]}),
        status(available=[]),
    ],
)
def test_what_no_provider_would_say_is_not_read(content: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        provider_status(content)
