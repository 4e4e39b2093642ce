"""A sandbox provider on a loop of its own, and a client of Slipway's with a tenant's tokens."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from slipway.adapters.provider_gateway import ProviderClient
from slipway.domain.ids import Address, Dseq, LeaseId, UserId
from slipway.domain.wallet import Wallet
from slipway_signing.tokens import Asked, TokenMint

from sandbox.provider.config import Behaviour, Faults, ProviderConfig, Tariff
from sandbox.provider.gateway import SandboxProvider
from tests.contract.providers.conftest import AMPLE
from tests.fakes.providers import FakeProviderChain
from tests.unit.provider.world import PROVIDER, FakeChain, Tenant, group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.workload import Delivery, LeaseStatus

DSEQ = Dseq(501)
ADDRESS = Address(PROVIDER)
CONFIG = ProviderConfig(
    name="sandy",
    tariff=Tariff(Decimal(1), Decimal(1), Decimal(1)),
    behaviour=Behaviour(start_seconds=0.05),
    poll_seconds=0.02,
)


class TenantsTokens:
    """What the signer mints for one wallet, by the signer's own code."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._mint = TokenMint(now=lambda: int(time.time()), new_id=lambda: "an id")

    def token(self, _: UserId, provider: Address, scope: str) -> str:
        tenant = self._tenant
        return self._mint.token(Asked(tenant.address, provider, scope), tenant.key).text


@contextmanager
def running(chain: FakeChain, faults: Faults | None = None, **changed: Any) -> Iterator[SandboxProvider]:
    """A provider on a loop of its own."""
    config = replace(CONFIG, faults=faults or Faults(), **changed)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        starting = SandboxProvider.on(config, chain, chain, PROVIDER)
        provider = asyncio.run_coroutine_threadsafe(starting, loop).result(AMPLE)
        yield provider
        asyncio.run_coroutine_threadsafe(provider.stop(), loop).result(AMPLE)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Sandbox:
    def __init__(self, provider: SandboxProvider, chain: FakeChain) -> None:
        self.tenant = Tenant("alice", chain)
        self.manifest = self.tenant.deploys(DSEQ, group()).decode()
        self.wallet = Wallet(UserId("alice"), Address(self.tenant.address), Address("akash1t"), True, True)
        seen = FakeProviderChain()
        seen.register(ADDRESS, provider.url, provider.identity.certificate)
        self.client = ProviderClient(
            chain=seen, tokens=TenantsTokens(self.tenant), hosts="loopback", again_seconds=0.1
        )

    def status(self, seconds: float = AMPLE) -> LeaseStatus | None:
        lease = LeaseId(self.wallet.address, DSEQ, 1, 1, ADDRESS)
        return self.client.statuses(self.wallet, [lease], deadline_seconds=seconds)[lease]

    def deliver(self, seconds: float = AMPLE) -> Delivery:
        [delivery] = self.client.deliver(
            self.wallet, DSEQ, self.manifest, [ADDRESS], deadline_seconds=seconds
        )
        return delivery

    def until_available(self) -> LeaseStatus:
        for _ in range(100):
            if (status := self.status()) and all(each.available for each in status.services.values()):
                return status
            time.sleep(0.05)
        raise AssertionError("never available")
