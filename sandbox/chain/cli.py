"""`python -m sandbox chain`: one chain and nothing else, until Ctrl-C.

    python -m sandbox chain --genesis genesis.json --listen 127.0.0.1:1317
    python -m sandbox chain --fund akash1… --block-time 50ms

REST is on `--listen`, CometBFT's RPC on `--rpc-listen`; both are printed. With `--control` there is a port
for stopping blocks, running time fast, failing answers (docs/sandbox.md).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sqlite3
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox import genesis
from sandbox.addresses import Listen
from sandbox.chain.genesis import Genesis
from sandbox.chain.node import ChainNode
from sandbox.chain.numbers import SECOND, duration_of
from sandbox.control.panel import ControlPanel
from sandbox.control.server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_MILLION: Final = 1_000_000_000_000  # of anything that has micro-units
REST_PORT: Final = 1317


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when it was asked to end, 1 when it could not start."""
    options = parser()
    chosen = options.parse_args(arguments)
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        start = _read(chosen.genesis) if chosen.genesis else _fresh(chosen.fund)
    except (OSError, ValueError) as error:
        options.error(str(error))
    try:
        asyncio.run(_run(chosen, start))
    except (OSError, ValueError, sqlite3.OperationalError) as error:
        print(f"the chain did not start: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m sandbox chain", description="The sandbox's chain with a node's REST and RPC."
    )
    add = options.add_argument
    add("--genesis", type=Path, metavar="FILE", help="start from this file")
    add("--listen", type=Listen.of, metavar="HOST:PORT", help=f"REST (default 127.0.0.1:{REST_PORT})")
    add("--rpc-listen", type=Listen.of, default=":0", metavar="HOST:PORT", help="RPC (default: a free port)")
    add("--control", type=Listen.of, metavar="HOST:PORT", help="a control port (default: none)")
    add("--port", type=int, metavar="PORT", help="the same as --listen 127.0.0.1:PORT")
    add("--data", type=Path, metavar="DIR", help="keep the chain in this folder (default: keep nothing)")
    add("--block-time", type=_seconds, default="1s", metavar="TIME", help="as 6s or 50ms (default 1s)")
    add(
        "--fund", action="append", default=[], metavar="ADDRESS", help="an account with a million AKT and ACT"
    )
    return options


def _seconds(text: str) -> float:
    return duration_of(text) / SECOND


def _read(path: Path) -> dict[str, Any]:
    """Raises OSError and ValueError for what is no genesis file."""
    try:
        found = json.loads(path.read_text("utf-8"))
        Genesis.of(found)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no genesis of a sandbox chain: {error!r}") from error
    return dict(found)


def _fresh(addresses: Sequence[str]) -> dict[str, Any]:
    funds = {"uact": ONE_MILLION, "uakt": ONE_MILLION}
    accounts = [genesis.account(address, address, funds) for address in addresses]
    return genesis.genesis(accounts, now=datetime.now(UTC))


async def _run(chosen: argparse.Namespace, start: dict[str, Any]) -> None:
    listen = chosen.listen or Listen(port=REST_PORT if chosen.port is None else chosen.port)
    rpc = chosen.rpc_listen
    async with AsyncExitStack() as running:
        node = await ChainNode.start(
            start, block_time=chosen.block_time, data=chosen.data, listen=listen, rpc_listen=rpc
        )
        running.push_async_callback(node.stop)
        print(f"{node.chain.genesis.chain_id} at {node.url}; RPC at {node.rpc_url}; Ctrl-C ends it.")
        if chosen.control:
            control = await ControlServer.start(ControlPanel(node), chosen.control)
            running.push_async_callback(control.stop)
            print(f"control at {control.url}")
        sys.stdout.flush()
        asked = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, asked.set)
        await asked.wait()
