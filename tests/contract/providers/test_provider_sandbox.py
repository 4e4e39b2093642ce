"""The client and the sandbox's own provider: two readings of one protocol, with real tokens."""

from __future__ import annotations

import pytest

from sandbox.provider.config import Faults
from tests.contract.providers.conftest import SOON
from tests.contract.providers.sandbox_provider import DSEQ, Sandbox, running
from tests.unit.provider.world import FakeChain


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


def test_a_manifest_reaches_a_lease_that_the_provider_sees_late(chain: FakeChain) -> None:
    with running(chain) as provider:
        sandbox = Sandbox(provider, chain)
        early = sandbox.deliver(SOON)
        before = sandbox.status()
        sandbox.tenant.leases(DSEQ)

        late = sandbox.deliver()
        status = sandbox.until_available()

    assert (early.delivered, early.status, early.text) == (False, 404, "no lease for deployment")
    assert before is None
    assert (late.delivered, late.status, late.host_uri) == (True, 200, provider.url)
    assert status.services["web"].uris


def test_a_refusal_comes_back_in_the_providers_words(chain: FakeChain) -> None:
    with running(chain, Faults(refuse_manifests=(422, "no room for you"))) as provider:
        sandbox = Sandbox(provider, chain)
        sandbox.tenant.leases(DSEQ)

        delivery = sandbox.deliver()

    assert (delivery.refused, delivery.status, delivery.text) == (True, 422, "no room for you")
