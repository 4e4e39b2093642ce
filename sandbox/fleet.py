"""The sandbox's providers, each of which can be killed, come back, and ask for other prices."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sandbox.provider.config import Tariff
from sandbox.provider.gateway import SandboxProvider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.provider.config import ProviderConfig

HIGHEST_FACTOR: Final = Decimal(1_000_000)


@dataclass
class Member:
    """One provider: what it is like, where it keeps its state, and itself while it runs."""

    config: ProviderConfig
    folder: Path
    running: SandboxProvider | None = None


class Fleet:
    """Made by `start`, ended by `stop`."""

    def __init__(self, chain_url: str, chain_id: str) -> None:
        self._chain_url, self._chain_id = chain_url, chain_id
        self._members: dict[str, Member] = {}
        self._base: dict[str, Tariff] = {}
        self._scratch = TemporaryDirectory(prefix="slipway-providers-")
        self._changing = asyncio.Lock()

    @classmethod
    async def start(
        cls, configs: Sequence[ProviderConfig], *, chain_url: str, chain_id: str, data: Path | None = None
    ) -> Fleet:
        """All of them, registered on the chain. Without a folder they remember for as long as this runs."""
        fleet = cls(chain_url, chain_id)
        for config in configs:
            folder = (data or Path(fleet._scratch.name)) / config.name
            folder.mkdir(parents=True, exist_ok=True)
            fleet._members[config.name] = Member(config, folder)
            fleet._base[config.name] = config.tariff
        starting = (fleet._start(member) for member in fleet._members.values())
        results = await asyncio.gather(*starting, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                await fleet.stop()
                raise result
        return fleet

    @property
    def running(self) -> tuple[SandboxProvider, ...]:
        return tuple(member.running for member in self._members.values() if member.running)

    @property
    def states(self) -> dict[str, str]:
        """The URL of each, or `killed`."""
        return {
            name: member.running.url if member.running else "killed" for name, member in self._members.items()
        }

    async def kill(self, name: str) -> None:
        """End a provider; its state stays. One that is not running stays so. Raises ValueError."""
        member = self._member(name)
        async with self._changing:
            running, member.running = member.running, None
            if running:
                await running.stop()

    async def restart(self, name: str) -> str:
        """Start a provider again with the state it had: its URL. Raises ValueError."""
        await self.kill(name)
        async with self._changing:
            return (await self._start(self._member(name))).url

    def ask_for(self, factor: Decimal, name: str | None = None) -> None:
        """So many times the prices that it (None: everybody) started with, from the next bid on."""
        if not 0 < factor <= HIGHEST_FACTOR:
            raise ValueError(f"a tariff's factor is above 0 and at most {HIGHEST_FACTOR}, not {factor}")
        for member in [self._member(name)] if name else self._members.values():
            tariff = _times(self._base[member.config.name], factor)
            member.config = replace(member.config, tariff=tariff)
            if member.running:
                member.running.deliveries.cluster.config = member.config

    async def stop(self) -> None:
        for name in self._members:
            await self.kill(name)
        self._scratch.cleanup()

    async def _start(self, member: Member) -> SandboxProvider:
        member.running = await SandboxProvider.start(
            member.config, chain_url=self._chain_url, chain_id=self._chain_id, data=member.folder
        )
        return member.running

    def _member(self, name: str) -> Member:
        if name not in self._members:
            raise ValueError(f"no provider is called {name!r}; there are {', '.join(self._members)}")
        return self._members[name]


def _times(tariff: Tariff, factor: Decimal) -> Tariff:
    return Tariff(
        cpu=tariff.cpu * factor,
        memory_gib=tariff.memory_gib * factor,
        storage_gib=tariff.storage_gib * factor,
        gpu=tariff.gpu * factor,
    )
