"""Providers that are dead, hang, lie about who they are or refuse: the right problem and no money lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider.cast import CAST
from sandbox.provider.config import Faults, Shown
from sandbox.up import SandboxConfig
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

MODEL = CAST[0]
GOOD = replace(MODEL, name="good")
MORTAL = replace(MODEL, name="mortal")
HANGING = replace(MODEL, name="hanging", faults=Faults(hang=True))
IMPOSTOR = replace(MODEL, name="impostor", faults=Faults(certificate=Shown.UNKNOWN))
REFUSING = replace(MODEL, name="refusing", faults=Faults(refuse_manifests=(422, "no room for you")))


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    cast = (GOOD, MORTAL, HANGING, IMPOSTOR, REFUSING)
    with running(SandboxConfig(block_seconds=BLOCK_SECONDS, providers=cast)) as started:
        yield started


@pytest.fixture
def alice(stack: Running) -> Iterator[Api]:
    with stack.user() as api:
        yield api


def leased(stack: Running, api: Api, provider: str) -> tuple[Any, Any]:
    """A deployment and the answer to leasing that provider's bid."""
    created = api.create(example("web"))
    return created, api.lease(created, [api.first_bid(created["dseq"], stack.provider(provider))])


def test_a_provider_with_another_certificate_gets_nothing(stack: Running, alice: Api) -> None:
    created, answer = leased(stack, alice, "impostor")

    problem = answer.json()
    assert answer.status_code == 503
    assert problem["reason"] == "manifest_not_delivered"
    assert [one["manifest_delivered"] for one in problem["leases"]] == [False]
    assert "certificate" in problem["leases"][0]["message"]
    [lease] = alice.detail(created["dseq"])["leases"]
    assert (lease["state"], lease["status"]) == ("active", None)


def test_a_refusal_is_told_in_the_providers_words(stack: Running, alice: Api) -> None:
    _, answer = leased(stack, alice, "refusing")

    assert answer.status_code == 422
    assert "no room for you" in answer.json()["message"]


def test_a_hanging_provider_does_not_hold_up_a_close(stack: Running, alice: Api) -> None:
    created, answer = leased(stack, alice, "hanging")
    assert answer.status_code == 503
    assert alice.detail(created["dseq"])["leases"][0]["status"] is None

    alice.ask("DELETE", f"/v1/deployments/{created['dseq']}")

    assert alice.detail(created["dseq"])["deployment"]["state"] == "closed"


def test_a_provider_that_dies_is_a_null_status_and_the_same_call_works_when_another_serves(
    stack: Running, alice: Api
) -> None:
    created, answer = leased(stack, alice, "mortal")
    assert answer.status_code == 200
    until("the service to run", lambda: running_replicas(alice, created["dseq"]) or None)

    stack.run(next(each for each in stack.sandbox.providers if each.name == "mortal").stop())

    assert alice.detail(created["dseq"])["leases"][0]["status"] is None
    newer = example("web").replace("nginx:1.27-alpine", "nginx:1.28-alpine")
    refused = alice.call("PUT", f"/v1/deployments/{created['dseq']}", {"data": {"sdl": newer}})
    assert refused.status_code == 503
    alice.ask("DELETE", f"/v1/deployments/{created['dseq']}")


def running_replicas(api: Api, dseq: str) -> int:
    leases = [lease for lease in api.detail(dseq)["leases"] if lease["status"]]
    return sum(each["available"] for lease in leases for each in lease["status"]["services"].values())


def test_no_money_moves_for_a_wrong_manifest(stack: Running, alice: Api) -> None:
    created = alice.create(example("web"))
    bid = alice.first_bid(created["dseq"], stack.provider("good"))
    before = alice.detail(created["dseq"])["escrow_account"]["state"]["deposits"]

    lost = alice.lease({**created, "manifest": "[]"}, [bid])
    other = alice.lease({**created, "manifest": created["manifest"].replace("nginx", "caddy")}, [bid])

    assert [lost.status_code, other.status_code] == [422, 422]
    detail = alice.detail(created["dseq"])
    assert detail["leases"] == []
    assert detail["escrow_account"]["state"]["deposits"] == before
