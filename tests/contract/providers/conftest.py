"""A wallet, a chain, a signer and as many providers as a test asks for."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from slipway.adapters.provider_gateway import ProviderClient
from slipway.domain.ids import Address, Dseq, LeaseId, UserId
from slipway.domain.wallet import Wallet

from tests.contract.providers.certificates import Identity, make_identity
from tests.contract.providers.servers import Server
from tests.fakes.providers import FakeProviderChain, FakeTokens

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

    from slipway.domain.workload import Delivery, LeaseStatus

    from tests.contract.providers.servers import Behaviour

OWNER = Address("akash1owner")
DSEQ = Dseq(501)
SOON = 1.0
"""A deadline that a test waits for."""
AMPLE = 10.0
"""A deadline that no test reaches."""


class World:
    """`client` is the subject; providers are named by their addresses."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.chain, self.tokens = FakeProviderChain(), FakeTokens()
        self.wallet = Wallet(UserId("user"), OWNER, Address("akash1treasury"), ready=True, on_chain=True)
        self.client = ProviderClient(
            chain=self.chain, tokens=self.tokens, hosts="loopback", again_seconds=0.02
        )

    def server(
        self, behave: Behaviour, identity: Identity | None, newest: ssl.TLSVersion | None = None
    ) -> Server:
        more = {"newest": newest} if newest else {}
        return self._stack.enter_context(Server(behave, identity=identity, folder=self._folder, **more))

    def provider(self, name: str, behave: Behaviour, identity: Identity | None = None) -> Server:
        """A provider whose gateway shows the certificate that the chain has of it."""
        identity = identity or make_identity(name)
        server = self.server(behave, identity)
        self.chain.register(Address(name), server.host_uri, identity.certificate)
        return server

    def lease(self, provider: str, gseq: int = 1) -> LeaseId:
        return LeaseId(OWNER, DSEQ, gseq, 1, Address(provider))

    def status(self, provider: str, seconds: float = AMPLE) -> LeaseStatus | None:
        lease = self.lease(provider)
        return self.client.statuses(self.wallet, [lease], deadline_seconds=seconds)[lease]

    def deliver(self, *providers: str, manifest: str = "[]", seconds: float = AMPLE) -> tuple[Delivery, ...]:
        addresses = [Address(each) for each in providers]
        return self.client.deliver(self.wallet, DSEQ, manifest, addresses, deadline_seconds=seconds)


def threads_of_the_client() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("provider")]


def wait_for_the_client() -> None:
    """Until what a call left behind has come to its end."""
    for thread in threads_of_the_client():
        thread.join(AMPLE)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Afterwards nothing of the client's may be left: no thread, no connection that a server still has."""
    with ExitStack() as stack:
        world = World(tmp_path, stack)
        yield world
    assert threads_of_the_client() == []
