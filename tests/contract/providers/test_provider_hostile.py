"""The client against a hostile sandbox provider, and against old ones: provider-gateway.md §10 and §11.7."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway_signing.address import address_of

from sandbox.provider.certificates import self_signed
from sandbox.provider.config import Faults, Shown, Spoilt
from sandbox.provider.generations import GENERATIONS
from sandbox.provider.wallet import accomplice
from tests.contract.providers.conftest import SOON, wait_for_the_client
from tests.contract.providers.sandbox_provider import CONFIG, DSEQ, Sandbox, running
from tests.unit.provider.world import FakeChain

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def chain() -> Iterator[FakeChain]:
    yield FakeChain()
    wait_for_the_client()


@pytest.mark.parametrize("shown", [each for each in Shown if each is not Shown.OWN])
def test_who_shows_another_certificate_is_told_nothing(chain: FakeChain, shown: Shown) -> None:
    other = address_of(accomplice(CONFIG.name).public_key)
    identity = self_signed(other, ["localhost"])
    chain.certificates[other, identity.serial] = identity.certificate
    with running(chain, Faults(certificate=shown)) as provider:
        sandbox = Sandbox(provider, chain)

        delivery, status = sandbox.deliver(), sandbox.status()
        managed = provider.deliveries.deployments

    assert (delivery.delivered, delivery.status, status) == (False, None, None)
    assert "certificate" in delivery.text
    assert managed == 0


def test_plain_http_is_told_nothing(chain: FakeChain) -> None:
    with running(chain, Faults(plain_http=True)) as provider:
        sandbox = Sandbox(provider, chain)

        delivery, status = sandbox.deliver(SOON), sandbox.status(SOON)

    assert (delivery.delivered, delivery.status, status) == (False, None, None)


@pytest.mark.parametrize("spoilt", Spoilt)
def test_spoilt_answers_are_no_status(chain: FakeChain, spoilt: Spoilt) -> None:
    with running(chain, Faults(answers=spoilt)) as provider:
        sandbox = Sandbox(provider, chain)

        assert sandbox.status(SOON) is None


@pytest.mark.parametrize("spoilt", [each for each in Spoilt if each is not Spoilt.WRONG_TYPES])
def test_spoilt_answers_are_no_delivery(chain: FakeChain, spoilt: Spoilt) -> None:
    """One of no content has no types to be wrong."""
    with running(chain, Faults(answers=spoilt)) as provider:
        sandbox = Sandbox(provider, chain)
        sandbox.tenant.leases(DSEQ)

        delivery = sandbox.deliver(SOON)

    assert not delivery.delivered
    assert delivery.text


def test_silence_ends_at_the_deadline(chain: FakeChain) -> None:
    with running(chain, Faults(hang=True)) as provider:
        sandbox = Sandbox(provider, chain)

        delivery, status = sandbox.deliver(SOON), sandbox.status(SOON)

    assert (delivery.delivered, delivery.status, status) == (False, None, None)


def test_an_old_provider_takes_our_tokens_and_its_refusal_is_known_for_one(chain: FakeChain) -> None:
    with running(chain, generation=GENERATIONS["v0.10"]) as provider:
        sandbox = Sandbox(provider, chain)
        sandbox.tenant.leases(DSEQ)
        good = sandbox.deliver()
        sandbox.manifest = sandbox.manifest.replace('"count": 1', '"count": 2')

        mistaken = sandbox.deliver(SOON)

    assert (good.delivered, good.status) == (True, 200)
    assert (mistaken.refused, mistaken.status) == (True, 500)
    assert mistaken.text.startswith("manifest version validation failed")


def test_a_provider_from_before_tokens_lets_nobody_in(chain: FakeChain) -> None:
    with running(chain, generation=GENERATIONS["mtls"]) as provider:
        sandbox = Sandbox(provider, chain)
        sandbox.tenant.leases(DSEQ)

        delivery, status = sandbox.deliver(SOON), sandbox.status(SOON)

    assert (delivery.delivered, delivery.status, status) == (False, 401, None)
