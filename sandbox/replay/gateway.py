"""Does our provider answer as the recorded gateway did? Its recorded requests, sent again over TLS.

The wallets, deployments and leases are those of `chain-state.json`; the clock is the recorder's.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.provider import podlogs
from sandbox.provider.gateway import SandboxProvider
from sandbox.replay import gateway_settings
from sandbox.replay.gateway_chain import RecordedChain
from sandbox.replay.gateway_client import NOTHING_SECONDS, Answer, Dialled, ask, stream
from sandbox.replay.gateway_compare import Difference, differences, shown
from sandbox.replay.gateway_recording import Exchange, read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.provider.config import ProviderConfig

RUNS: Final = ({"14", "15", "16"}, {"17"}, {"18"})
"""Walks for which the recorder started its provider anew; all others share one run."""
SKIPPED: Final = "13"
"""Client certificates: Python's ssl module does not take any of this form (provider-gateway.md §5.5)."""
OTHER_SIGNERS: Final = frozenset({"funder", "provider"})
"""Whose accounts chain-state.json does not hold; their tokens were good."""
POLL_SECONDS: Final = 0.25
"""The recorder's provider had seen the chain's latest block a moment before it was asked."""
LATE_SECONDS: Final = 2.0 / gateway_settings.SPEED


@dataclass
class _Clock:
    """The recorder's time, which goes on as ours does."""

    base: float = 0.0
    set_at: float = field(default_factory=time.monotonic)

    def __call__(self) -> float:
        return self.base + time.monotonic() - self.set_at

    def set(self, now: float) -> None:
        self.base, self.set_at = now, time.monotonic()


async def replay(folder: Path, run: int | None = None) -> AsyncIterator[tuple[Exchange, list[Difference]]]:
    """Every exchange that can be replayed, with what differs: of one of the recorder's runs, or of all."""
    exchanges = read(folder)
    usual = gateway_settings.settings(exchanges)
    for each in _runs(exchanges) if run is None else _runs(exchanges)[run : run + 1]:
        async with AsyncExitStack() as running:
            walk = await _Walk.start(folder, gateway_settings.for_walk(usual, each[0].file), each[0], running)
            for exchange in each:
                yield exchange, differences(exchange, await walk.replayed(exchange))


def report(folder: Path) -> int:
    """Print every difference, and their number on the last line; the exit status of the command."""

    async def run() -> int:
        exchanges = count = 0
        async for exchange, found in replay(folder):
            exchanges, count = exchanges + 1, count + len(found)
            for each in found:
                values = f"recorded {shown(each.recorded)} replayed {shown(each.replayed)}"
                print(f"{exchange.place} {exchange.name} | {each.what}: {values}")
        print(f"{exchanges} exchanges, {count} differences")
        return 1 if count else 0

    return asyncio.run(run())


def _runs(exchanges: list[Exchange]) -> list[list[Exchange]]:
    playable = [each for each in exchanges if _is_playable(each)]
    named = set().union(*RUNS)
    usual = [each for each in playable if each.file[:2] not in named]
    return [usual, *([each for each in playable if each.file[:2] in run] for run in RUNS)]


def _is_playable(exchange: Exchange) -> bool:
    """Not what was asked of the chain, and not what needs a client's certificate."""
    certified = exchange.client_certificate or exchange.file.startswith(SKIPPED)
    return not exchange.is_of_the_chain and not certified and "raw_response" not in exchange.found


@dataclass
class _Walk:
    """One run of the provider."""

    provider: SandboxProvider
    chain: RecordedChain
    clock: _Clock
    config: ProviderConfig
    token: str = ""
    """The last good one: walks of TLS say only that there was one."""

    @classmethod
    async def start(
        cls, folder: Path, config: ProviderConfig, first: Exchange, running: AsyncExitStack
    ) -> _Walk:
        clock = _Clock()
        clock.set(first.at)
        chain = RecordedChain.read(folder / "chain-state.json", clock)
        provider = await SandboxProvider.on(config, chain, chain, chain.address, clock=clock, dealing=False)
        running.push_async_callback(provider.stop)
        return cls(provider, chain, clock, config)

    async def replayed(self, exchange: Exchange) -> Answer:
        await self._prepare(exchange)
        dialled = self._dialled(exchange)
        request = exchange.request(self.token if exchange.client.get("token") else None)
        if exchange.is_stream:
            ends = exchange.found.get("end") == "server closed the connection"
            return await stream(dialled, request, exchange.frames(), ends=ends)
        is_silent = "ReadTimeout" in exchange.found.get("error", "")
        try:
            return await ask(dialled, request, **({"waits": NOTHING_SECONDS} if is_silent else {}))
        except ssl.SSLError:
            return Answer(0)

    async def _prepare(self, exchange: Exchange) -> None:
        """The moment's time, chain and Kubernetes."""
        self.clock.set(max(exchange.at - POLL_SECONDS, self.clock.base))
        await self.provider.market.look()
        self.clock.set(exchange.at)
        self._note_hash(exchange)
        cluster = self.provider.deliveries.cluster
        cluster.config = gateway_settings.for_exchange(self.config, exchange)
        if "one event after 2 s" in exchange.name:
            self._add_late_event()
        headers = exchange.found["request"].get("headers") or {}
        if exchange.signed_by in OTHER_SIGNERS:
            token = headers["Authorization"].removeprefix("Bearer ")
            self.chain.know_signer(token, json.loads(exchange.found["jwt"]["claims"])["iss"])
        if isinstance(headers, dict) and exchange.name in ("good", "ip: status", "web: status"):
            self.token = headers["Authorization"].removeprefix("Bearer ")

    def _note_hash(self, exchange: Exchange) -> None:
        """The recorder noted the chain's hash with each manifest; after a close its note was out of date."""
        prefix = "hash on the chain: "
        if exchange.note.startswith(prefix) and "closed" not in exchange.name:
            dseq = int(exchange.path.split("/")[2])
            self.chain.hashes[dseq] = bytes.fromhex(exchange.note.removeprefix(prefix))

    def _add_late_event(self) -> None:
        cluster = self.provider.deliveries.cluster
        for workload in cluster:
            if workload.lease.dseq == 501:
                words = {"namespace": workload.namespace, "service": "web", "pod": "web-late"}
                event = podlogs.event(gateway_settings.LATE_EVENT, words)
                cluster.events[workload.lease] = [(self.clock() + LATE_SECONDS, event)]

    def _dialled(self, exchange: Exchange) -> Dialled:
        client = exchange.client
        newest = client.get("max_version")
        return Dialled(
            int(self.provider.url.rpartition(":")[2]),
            client.get("sni"),
            tuple(client.get("alpn") or ()),
            ssl.TLSVersion(int(newest)) if newest else ssl.TLSVersion.TLSv1_3,
        )
