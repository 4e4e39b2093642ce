"""One sandbox provider: an account on the chain, a gateway with its certificate, dealings at the market."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from OpenSSL import SSL
from slipway_signing.address import address_of
from slipway_signing.keys import SigningKey

from sandbox.addresses import Listen
from sandbox.provider import registration, tls
from sandbox.provider.certificates import VALID, Identity, self_signed
from sandbox.provider.certificates import public as public_identity
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.chain_view import ChainView, ChainWriter, LeaseId
from sandbox.provider.client_certificates import ClientCertificates
from sandbox.provider.cluster import Cluster
from sandbox.provider.config import ProviderConfig, Shown
from sandbox.provider.deliveries import Deliveries
from sandbox.provider.keeping import Keeping
from sandbox.provider.listener import Listener
from sandbox.provider.market import Market
from sandbox.provider.registration import Registration
from sandbox.provider.service import Service
from sandbox.provider.tokens import Gatekeeper
from sandbox.provider.wallet import Wallet, accomplice, provider_key

log = logging.getLogger(__name__)

__all__ = ["ProviderConfig", "SandboxProvider"]


@dataclass
class SandboxProvider:
    """A running provider. `stop` it at the end."""

    name: str
    address: str
    url: str
    identity: Identity
    """The certificate that stands on the chain; a fault may make it show another one."""
    market: Market
    deliveries: Deliveries
    _running: AsyncExitStack = field(repr=False)

    @classmethod
    async def start(
        cls,
        config: ProviderConfig,
        *,
        chain_url: str,
        chain_id: str,
        data: Path | None = None,
        key: SigningKey | None = None,
    ) -> "SandboxProvider":
        """On a chain that may still be coming up; returns when the provider is registered there.

        With `data` it comes back as it was: certificate, port where that is free, and what runs. Without a
        `key` it has that of its name. Raises ChainUnreachable, TransactionRefused, OSError.
        """
        async with AsyncExitStack() as running:
            chain = RestChain(chain_url)
            running.push_async_callback(chain.close)
            wallet = Wallet(key or provider_key(config.name), chain, chain_id)
            provider = await cls.on(
                config, chain, wallet, wallet.address, keeping=Keeping(data), running=running
            )
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
        keeping: Keeping | None = None,
        clock: Callable[[], float] = time.time,
        running: AsyncExitStack | None = None,
        dealing: bool = True,
    ) -> "SandboxProvider":
        """The same on any chain that can be read and written. `running` gets what has to be stopped.

        Without `dealing` the market is looked at only when somebody calls `market.look`.
        """
        running = running or AsyncExitStack()
        keeping = keeping or Keeping()
        identity = _identity(keeping, config, address, datetime.fromtimestamp(clock(), UTC))
        deliveries = _deliveries(config, chain, address, keeping, clock)
        gatekeeper = Gatekeeper(chain, clock, keeping, config.generation)
        market = Market(chain, wallet, deliveries, address, gatekeeper.learn)
        service = Service(address, gatekeeper, deliveries, market, clock)
        clients = ClientCertificates(chain, clock, keeping, gatekeeper.knows)
        listener = Listener(service.handle, _context(config, address, identity), clients.owner)
        port = _listen(listener, config.listen, keeping.port())
        running.push_async_callback(listener.stop)
        keeping.keep_port(port)
        url = config.host_uri or f"https://{config.listen.host}:{port}"
        await registration.register(chain, wallet, config, Registration(address, url, identity))
        if dealing:
            dealings = asyncio.create_task(market.run())
            dealings.add_done_callback(_tell_of_failure)
            running.push_async_callback(_stop, dealings)
        return cls(config.name, address, url, identity, market, deliveries, running)

    async def stop(self) -> None:
        await self._running.aclose()


def _identity(keeping: Keeping, config: ProviderConfig, address: str, now: datetime) -> Identity:
    if config.faults.certificate is Shown.EXPIRED:
        return self_signed(address, _hosts(config), now - 2 * VALID)
    kept = keeping.identity()
    if kept and kept.is_usable(now):
        return kept
    identity = self_signed(address, _hosts(config), now)
    keeping.keep_identity(identity)
    return identity


def _context(config: ProviderConfig, address: str, identity: Identity) -> SSL.Context | None:
    if config.faults.plain_http:
        return None
    public = (config.domain, public_identity(config.domain)) if config.public_certificate else None
    return tls.server_context(_shown(config, address, identity), public)


def _shown(config: ProviderConfig, address: str, identity: Identity) -> Identity:
    hosts = _hosts(config)
    match config.faults.certificate:
        case Shown.UNKNOWN:
            return self_signed(address, hosts)
        case Shown.ANOTHER_SERIAL:
            return self_signed(address, hosts, key_of=identity)
        case Shown.ANOTHER_ACCOUNT:
            return self_signed(address_of(accomplice(config.name).public_key), hosts)
    return identity


def _hosts(config: ProviderConfig) -> list[str]:
    return [config.domain, "localhost", config.listen.host]


def _deliveries(
    config: ProviderConfig, chain: ChainView, address: str, keeping: Keeping, clock: Callable[[], float]
) -> Deliveries:
    cluster = Cluster(config)
    for workload in keeping.workloads():
        cluster.put(workload)

    def keep(lease: LeaseId) -> None:
        keeping.keep_workload(lease, cluster.find(lease))

    return Deliveries(chain, cluster, address, clock, keep)


def _listen(listener: Listener, asked: Listen, kept: int) -> int:
    """On the port that is asked for, else on that of the last run, or on any where somebody has taken it."""
    if asked.port:
        return listener.start(asked.host, asked.port)
    try:
        return listener.start(asked.host, kept)
    except OSError:
        return listener.start(asked.host, 0)


def _tell_of_failure(dealings: "asyncio.Task[None]") -> None:
    if not dealings.cancelled() and (error := dealings.exception()):
        log.error("a provider deals no more", exc_info=error)


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
