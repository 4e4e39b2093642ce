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
from typing import TYPE_CHECKING, Any, Final

from sandbox.provider.gateway import SandboxProvider
from sandbox.provider.keeping import Keeping
from sandbox.replay import gateway_certificates, gateway_settings
from sandbox.replay.gateway_chain import RecordedChain
from sandbox.replay.gateway_client import NOTHING_SECONDS, Answer, Dialled, ask, ask_plainly, stream
from sandbox.replay.gateway_compare import Difference, differences, shown
from sandbox.replay.gateway_recording import Exchange, read

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from sandbox.provider.config import ProviderConfig

STATE: Final = "chain-state.json"
RUNS: Final = ({"14", "15", "16"}, {"17", "18"})
"""Walks for which the recorder started its provider anew; all others share one run."""
FIRST_START: Final = 1795357547.0
"""When the recorder's provider made its certificate: its first run saw every lease come."""
HEAD_START_SECONDS: Final = 30.0
"""How long a later run went on before its first exchange: it saw the leases that this is about come."""
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
    for each in _runs(exchanges) if run is None else _runs(exchanges)[run : run + 1]:
        async for replayed in _replay_run(folder, exchanges, each):
            yield replayed


def is_gateway(folder: Path) -> bool:
    return (folder / STATE).is_file()


def run(chosen: argparse.Namespace) -> int:
    """The command: its exit status. The runs that hold what was chosen are played as a whole."""
    return asyncio.run(_run(chosen))


async def _run(chosen: argparse.Namespace) -> int:
    exchanges = read(chosen.folder)
    played = count = 0
    for each in _runs(exchanges):
        if not any(_is_chosen(exchange, chosen) for exchange in each):
            continue
        async for exchange, found in _replay_run(chosen.folder, exchanges, each):
            if _is_chosen(exchange, chosen):
                played, count = played + 1, count + len(found)
                _print(exchange, found, whole=chosen.values)
    of_the_chain = sum(each.is_of_the_chain and _is_chosen(each, chosen) for each in exchanges)
    if of_the_chain:
        print(f"{of_the_chain} more were asked of the chain, which is not the gateway's to answer")
    print(f"{played} exchanges, {count} differences")
    return 1 if count else 0


async def _replay_run(
    folder: Path, exchanges: Sequence[Exchange], of_run: Sequence[Exchange]
) -> AsyncIterator[tuple[Exchange, list[Difference]]]:
    first = of_run[0]
    config = gateway_settings.for_walk(gateway_settings.settings(exchanges), first.file)
    earlier = exchanges[: exchanges.index(first)]
    began = first.at - HEAD_START_SECONDS if earlier else FIRST_START
    async with AsyncExitStack() as running:
        walk = await _Walk.start(folder, config, began, earlier, running)
        for exchange in of_run:
            yield exchange, differences(exchange, await walk.replayed(exchange))


def _is_chosen(exchange: Exchange, chosen: argparse.Namespace) -> bool:
    first, last = chosen.lines
    return exchange.file.startswith(chosen.file) and first <= exchange.line <= last


def _print(exchange: Exchange, found: Sequence[Difference], *, whole: bool) -> None:
    for each in found:
        recorded, replayed = (shown(value, whole=whole) for value in (each.recorded, each.replayed))
        print(f"{exchange.place} {exchange.name} | {each.what}: recorded {recorded} replayed {replayed}")


def _runs(exchanges: Sequence[Exchange]) -> list[list[Exchange]]:
    """What was asked of the gateway, by the recorder's runs of it."""
    playable = [each for each in exchanges if not each.is_of_the_chain]
    named = set().union(*RUNS)
    usual = [each for each in playable if each.file[:2] not in named]
    return [usual, *([each for each in playable if each.file[:2] in run] for run in RUNS)]


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
        cls,
        folder: Path,
        config: ProviderConfig,
        at: float,
        earlier: Sequence[Exchange],
        running: AsyncExitStack,
    ) -> _Walk:
        """`earlier`: what the recorder's provider had answered before, of which it kept the certificates."""
        clock = _Clock()
        clock.set(at)
        chain = RecordedChain.read(folder / STATE, clock)
        keeping = Keeping()
        for (owner, serial), certificate in gateway_certificates.accepted(earlier).items():
            keeping.keep_client_certificate(owner, serial, certificate)
        provider = await SandboxProvider.on(
            config, chain, chain, chain.address, keeping=keeping, clock=clock, dealing=False
        )
        running.push_async_callback(provider.stop)
        await provider.market.look()
        return cls(provider, chain, clock, config)

    async def replayed(self, exchange: Exchange) -> Answer:
        await self._prepare(exchange)
        dialled = self._dialled(exchange)
        request = exchange.request(self.token if exchange.client.get("token") else None)
        if exchange.is_plain_http:
            return Answer(0, body=await ask_plainly(dialled.port, request))
        if exchange.is_stream:
            ends = exchange.found.get("end") == "server closed the connection"
            return await stream(dialled, request, exchange.frames(), ends=ends)
        is_silent = exchange.failure == "silence"
        return await ask(dialled, request, **({"waits": NOTHING_SECONDS} if is_silent else {}))

    async def _prepare(self, exchange: Exchange) -> None:
        """The moment's time, chain and Kubernetes."""
        self.clock.set(max(exchange.at - POLL_SECONDS, self.clock.base))
        await self.provider.market.look()
        self.clock.set(exchange.at)
        self._note_hash(exchange)
        cluster = self.provider.deliveries.cluster
        cluster.config = gateway_settings.for_exchange(self.config, exchange)
        for lease, events in cluster.events.items():  # a list is by name, and theirs came first
            cluster.events[lease] = [(0.0, event) for _, event in events]
        if "one event after 2 s" in exchange.name:
            self._add_late_event(gateway_settings.late_event(exchange))
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

    def _add_late_event(self, event: dict[str, Any]) -> None:
        cluster = self.provider.deliveries.cluster
        for workload in cluster:
            if workload.namespace == event["object"]["namespace"]:
                cluster.events[workload.lease] = [(self.clock() + LATE_SECONDS, event)]

    def _dialled(self, exchange: Exchange) -> Dialled:
        client = exchange.client
        newest = client.get("max_version")
        return Dialled(
            int(self.provider.url.rpartition(":")[2]),
            client.get("sni"),
            tuple(client.get("alpn") or ()),
            ssl.TLSVersion(int(newest)) if newest else ssl.TLSVersion.TLSv1_3,
            gateway_certificates.again(exchange.certificate) if exchange.certificate else None,
        )
