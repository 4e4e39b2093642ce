"""Replaying a recording against a chain of our own that starts from the recorded genesis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.chain.app import Chain
from sandbox.chain.rest.gateway import CONTENT_TYPE, Gateway
from sandbox.replay.chain_clock import Clock
from sandbox.replay.chain_compare import counted
from sandbox.replay.chain_recording import read_exchanges, read_genesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sandbox.chain.app import Commit
    from sandbox.replay.chain_compare import Difference
    from sandbox.replay.chain_recording import Exchange


def replay(
    folder: Path, watch: Callable[[Chain], Callable[[Commit], None]] = lambda _: lambda _: None
) -> Iterator[tuple[Exchange, list[Difference]]]:
    """Each exchange in turn and where our answer differs from the recorded one.

    `watch` sees the chain before its first block, and what it returns every block.
    """
    genesis, exchanges = read_genesis(folder), read_exchanges(folder)
    chain, clock = Chain.of(genesis), Clock(genesis.time, exchanges)
    gateway, see = Gateway(chain), watch(chain)
    for exchange, height in zip(exchanges, clock.heights, strict=True):
        _advance(chain, clock, height, see)
        body = b"" if exchange.body is None else json.dumps(exchange.body).encode()
        answer = gateway.answer(exchange.method, exchange.path, exchange.query, body)
        yield exchange, counted(exchange, answer.status, CONTENT_TYPE, json.loads(answer.text))


def _advance(chain: Chain, clock: Clock, height: int, see: Callable[[Commit], None]) -> None:
    while chain.tip.height < height:
        see(chain.make_block(max(clock.time_of(chain.tip.height + 1), chain.tip.time + 1)))
