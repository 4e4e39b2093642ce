"""One sandbox provider: an account on the chain, a gateway with its certificate, dealings at the market."""

import asyncio
import ssl
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sandbox.provider import registration, tls
from sandbox.provider.certificates import Identity, self_signed
from sandbox.provider.certificates import public as public_identity
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.chain_view import ChainView, ChainWriter, LeaseId
from sandbox.provider.cluster import Cluster
from sandbox.provider.config import ProviderConfig
from sandbox.provider.deliveries import Deliveries
from sandbox.provider.keeping import Keeping
from sandbox.provider.listener import Listener
from sandbox.provider.market import Market
from sandbox.provider.registration import Registration
from sandbox.provider.service import Service
from sandbox.provider.tokens import Gatekeeper
from sandbox.provider.wallet import Wallet, provider_key

__all__ = ["ProviderConfig", "SandboxProvider"]

HOST = "127.0.0.1"


@dataclass
class SandboxProvider:
    """A running provider. `stop` it at the end."""

    name: str
    address: str
    url: str
    identity: Identity
    """The certificate that stands on the chain; with the fault `wrong_certificate` another one is shown."""
    market: Market
    deliveries: Deliveries
    _running: AsyncExitStack = field(repr=False)

    @classmethod
    async def start(
        cls, config: ProviderConfig, *, chain_url: str, chain_id: str, data: Path | None = None
    ) -> "SandboxProvider":
        """On a chain that may still be coming up; returns when the provider is registered there.

        With `data` it comes back as it was: certificate, port where that is free, and what runs.
        Raises ChainUnreachable, TransactionRefused.
        """
        async with AsyncExitStack() as running:
            chain = RestChain(chain_url)
            running.push_async_callback(chain.close)
            wallet = Wallet(provider_key(config.name), chain, chain_id)
            provider = await cls.on(config, chain, wallet, wallet.address, data=data, running=running)
            provider._running = running.pop_all()
        return provider

    @classmethod
    async def on(
        cls,
        config: ProviderConfig,
        chain: ChainView,
        wallet: ChainWriter,
        address: str,
        *,
        data: Path | None = None,
        clock: Callable[[], float] = time.time,
        running: AsyncExitStack | None = None,
        dealing: bool = True,
    ) -> "SandboxProvider":
        """The same on any chain that can be read and written. `running` gets what has to be stopped.

        Without `dealing` the market is looked at only when somebody calls `market.look`.
        """
        running = running or AsyncExitStack()
        keeping = Keeping(data)
        identity = _identity(keeping, config, address, datetime.fromtimestamp(clock(), UTC))
        deliveries = _deliveries(config, chain, address, keeping, clock)
        gatekeeper = Gatekeeper(chain, clock)
        market = Market(chain, wallet, deliveries, address, gatekeeper.learn)
        service = Service(address, gatekeeper, deliveries, market, clock)
        listener = Listener(service.handle, _context(config, address, identity))
        port = _listen(listener, config.port or keeping.port())
        running.push_async_callback(listener.stop)
        keeping.keep_port(port)
        url = f"https://{HOST}:{port}"
        await registration.register(chain, wallet, config, Registration(address, url, identity))
        if dealing:
            running.push_async_callback(_stop, asyncio.create_task(market.run()))
        return cls(config.name, address, url, identity, market, deliveries, running)

    async def stop(self) -> None:
        await self._running.aclose()


def _identity(keeping: Keeping, config: ProviderConfig, address: str, now: datetime) -> Identity:
    kept = keeping.identity()
    if kept and kept.is_usable(now):
        return kept
    identity = self_signed(address, _hosts(config), now)
    keeping.keep_identity(identity)
    return identity


def _context(config: ProviderConfig, address: str, identity: Identity) -> ssl.SSLContext:
    shown = self_signed(address, _hosts(config)) if config.faults.wrong_certificate else identity
    public = (config.domain, public_identity(config.domain)) if config.public_certificate else None
    return tls.server_context(shown, public)


def _hosts(config: ProviderConfig) -> list[str]:
    return [config.domain, "localhost", HOST]


def _deliveries(
    config: ProviderConfig, chain: ChainView, address: str, keeping: Keeping, clock: Callable[[], float]
) -> Deliveries:
    cluster = Cluster(config)
    for workload in keeping.workloads():
        cluster.put(workload)

    def keep(lease: LeaseId) -> None:
        keeping.keep_workload(lease, cluster.find(lease))

    return Deliveries(chain, cluster, address, clock, keep)


def _listen(listener: Listener, port: int) -> int:
    """On the port, or on any other where somebody has taken it."""
    try:
        return listener.start(port)
    except OSError:
        return listener.start(0)


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
