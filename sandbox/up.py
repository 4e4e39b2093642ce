"""The whole sandbox in one process: a chain, providers, AWS, the functions and the API in front of them."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from slipway_signing.address import address_of

from sandbox import genesis
from sandbox.addresses import Listen
from sandbox.aws.environment import isolated_environments
from sandbox.aws.local import Deployment, LocalAws
from sandbox.aws.schedules import Ticker, schedules_of
from sandbox.aws.template import Template
from sandbox.aws.treasury import public_bytes, sandbox_key
from sandbox.chain.node import ChainNode
from sandbox.control.panel import ControlPanel
from sandbox.control.server import ControlServer
from sandbox.fleet import Fleet
from sandbox.gateway.api import api_of
from sandbox.gateway.server import Gateway
from sandbox.provider import cast
from sandbox.provider.gateway import ProviderConfig, SandboxProvider
from sandbox.users import Users

First = TypeVar("First")
Second = TypeVar("Second")

TEMPLATE: Final = Path(__file__).parents[1] / "template.yaml"
DEMO_USER: Final = "de300000-0000-4000-8000-000000000000"
"""User ids are UUIDs, as the sign-in makes them: clients send them where nothing else is taken."""
SAVE_SECONDS: Final = 1.0
"""How much of the tables a crash may lose; a clean stop loses nothing."""
SWEEP_SECONDS: Final = 60.0
"""How often expired items go. AWS takes up to two days, so nothing may depend on it."""


@dataclass(frozen=True)
class OwnChain:
    """A node that is not the sandbox's: its REST addresses (comma separated) and its chain id."""

    rest_urls: str
    chain_id: str


@dataclass(frozen=True)
class SandboxConfig:
    """How to run. Port 0 is any free one; without `data` everything is gone at the end.

    `credit` (micro-USD) and `fees` (uakt) are the demo user's. With `chain` there is no sandbox chain and no
    sandbox provider, and `treasury_key` must be the key of an account that holds funds on that chain. Without
    `schedules` nothing happens but what is asked for: for tests that hold every coin and call against it.
    """

    port: int = 0
    data: Path | None = None
    block_seconds: float = 1.0
    chain: OwnChain | None = None
    treasury_key: ec.EllipticCurvePrivateKey | None = None
    credit: int = 100_000_000
    fees: int = 10_000_000
    providers: Sequence[ProviderConfig] = cast.CAST
    log_level: str = "WARNING"
    control: Listen = Listen()
    schedules: bool = True


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    base_url: str
    aws_endpoint: str
    chain_urls: str
    chain_id: str
    treasury: str
    chain: ChainNode | None
    fleet: Fleet | None
    control: ControlServer | None
    demo_user: str
    api_key: str
    aws: LocalAws
    users: Users
    _config: SandboxConfig

    @classmethod
    @asynccontextmanager
    async def start(cls, config: SandboxConfig) -> AsyncIterator["Sandbox"]:
        """Everything up and the demo user made; everything stopped and saved at the end of the block."""
        async with AsyncExitStack() as running:
            running.enter_context(isolated_environments())
            treasury_key = config.treasury_key or sandbox_key()
            treasury = address_of(public_bytes(treasury_key))
            chain = None if config.chain else await _start_chain(running, config, treasury)
            urls = config.chain or OwnChain(chain.url if chain else "", genesis.CHAIN_ID)
            aws, fleet = await _both(
                _start_aws(running, config, treasury_key, urls),
                _start_providers(running, config, chain),
            )
            api = api_of(aws.stack)
            gateway = Gateway(api, aws.runtime)
            await gateway.start(config.port)
            running.push_async_callback(gateway.stop)
            users = Users(runtime=aws.runtime, stack=aws.stack, api=api)
            api_key = await _demo_key(users, config, aws)
            if config.schedules:
                _start_schedules(running, aws, chain)
            yield cls(
                base_url=gateway.url,
                aws_endpoint=aws.url,
                chain_urls=urls.rest_urls,
                chain_id=urls.chain_id,
                treasury=treasury,
                chain=chain,
                fleet=fleet,
                control=await _start_control(running, config, chain, fleet),
                demo_user=DEMO_USER,
                api_key=api_key,
                aws=aws,
                users=users,
                _config=config,
            )

    @property
    def providers(self) -> Sequence[SandboxProvider]:
        """Those that run."""
        return self.fleet.running if self.fleet else ()

    async def new_user(self, *, credit: int | None = None) -> tuple[str, str]:
        """Another user with a wallet and credit in micro-USD (None: as the demo user's): its id and a key."""
        user_id = str(uuid.uuid4())
        granted = self._config.credit if credit is None else credit
        await self.users.open_wallet(user_id, credit=granted, fees=self._config.fees)
        return user_id, await self.users.create_key(user_id, "first")


async def _start_chain(running: AsyncExitStack, config: SandboxConfig, treasury: str) -> ChainNode:
    accounts = [genesis.treasury_account(treasury), *cast.genesis_accounts(config.providers)]
    chain = await ChainNode.start(
        genesis.genesis(accounts, now=datetime.now(UTC)),
        block_time=config.block_seconds,
        data=_folder(config, "chain"),
    )
    running.push_async_callback(chain.stop)
    return chain


async def _start_providers(
    running: AsyncExitStack, config: SandboxConfig, chain: ChainNode | None
) -> Fleet | None:
    """The providers on the sandbox's chain; nobody on a chain of the user's own."""
    if chain is None:
        return None
    fleet = await Fleet.start(
        config.providers,
        chain_url=chain.url,
        chain_id=genesis.CHAIN_ID,
        data=_folder(config, "providers"),
    )
    running.push_async_callback(fleet.stop)
    return fleet


async def _start_control(
    running: AsyncExitStack, config: SandboxConfig, chain: ChainNode | None, fleet: Fleet | None
) -> ControlServer | None:
    """A chain of the user's own is nobody's to control."""
    if chain is None:
        return None
    control = await ControlServer.start(ControlPanel(chain, fleet), config.control)
    running.push_async_callback(control.stop)
    return control


async def _start_aws(
    running: AsyncExitStack, config: SandboxConfig, treasury_key: ec.EllipticCurvePrivateKey, chain: OwnChain
) -> LocalAws:
    deployment = Deployment(
        template=Template.read(TEMPLATE),
        treasury_key=treasury_key,
        parameters=_parameters(config, chain),
        data=_folder(config, "aws"),
    )
    aws = LocalAws(deployment)
    starting = asyncio.create_task(asyncio.to_thread(aws.start))
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:  # a thread cannot be cancelled: let it come up, then stop it
        await starting
        aws.stop()
        raise
    running.push_async_callback(asyncio.to_thread, aws.stop)
    upkeep = asyncio.create_task(_keep(aws))
    running.callback(upkeep.cancel)
    return aws


def _start_schedules(running: AsyncExitStack, aws: LocalAws, chain: ChainNode | None) -> None:
    """By the chain's clock where there is one: what is done once a minute is so in a month of minutes too."""
    now = chain.clock.now if chain else time.time_ns
    ticker = Ticker(schedules_of(aws.stack), invoke=aws.runtime.invoke_async, now=now)
    ticker.start()
    running.push_async_callback(ticker.stop)


async def _both(first: Awaitable[First], second: Awaitable[Second]) -> tuple[First, Second]:
    """Both results; with an error only when both have ended, so that nothing comes up behind the caller."""
    one, other = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(other, BaseException):
        raise other
    return one, other


def _parameters(config: SandboxConfig, chain: OwnChain) -> dict[str, str]:
    return {
        "Stage": "sandbox",
        "KeyEnvironment": "sandbox",
        "LogLevel": config.log_level,
        "ChainRestUrls": chain.rest_urls,
        "ChainId": chain.chain_id,
        "ProviderHosts": "public" if config.chain else "loopback",
    }


async def _keep(aws: LocalAws) -> None:
    """Save often and sweep seldom, for as long as the sandbox runs."""
    sweep_at = 0.0
    while True:
        await asyncio.sleep(SAVE_SECONDS)
        now = asyncio.get_running_loop().time()
        if now >= sweep_at:
            sweep_at = now + SWEEP_SECONDS
            await asyncio.to_thread(aws.delete_expired)
        await asyncio.to_thread(aws.save)


async def _demo_key(users: Users, config: SandboxConfig, aws: LocalAws) -> str:
    """The demo user's API key: made at the first start, read from the folder at every later one."""
    kept = config.data / "demo.json" if config.data else None
    if kept and kept.exists():
        return str(json.loads(kept.read_text(encoding="utf-8"))["api_key"])
    await users.open_wallet(DEMO_USER, credit=config.credit, fees=config.fees)
    await users.sign_in(DEMO_USER, email="demo@example.com", username="demo")
    key = await users.create_key(DEMO_USER, "demo")
    if kept:
        await asyncio.to_thread(aws.save)  # a key that is written down must be one that the tables know
        kept.touch(mode=0o600)
        kept.write_text(json.dumps({"user_id": DEMO_USER, "api_key": key}), encoding="utf-8")
    return key


def _folder(config: SandboxConfig, name: str) -> Path | None:
    if config.data is None:
        return None
    folder = config.data / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
