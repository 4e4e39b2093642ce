"""`python -m sandbox chain`: the chain alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import genesis
from sandbox.chain.node import ChainNode
from sandbox.chain.numbers import SECOND, duration_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_MILLION = 1_000_000_000_000  # of anything that has micro-units


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when it was asked to end, 1 when it could not start."""
    options = parser()
    chosen = options.parse_args(arguments)
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        start = json.loads(chosen.genesis.read_text("utf-8")) if chosen.genesis else _fresh(chosen.fund)
    except (OSError, ValueError) as error:
        options.error(str(error))
    try:
        asyncio.run(_run(chosen, start))
    except (OSError, sqlite3.OperationalError) as error:
        print(f"the chain did not start: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m sandbox chain", description="The sandbox's chain with a node's REST paths."
    )
    add = options.add_argument
    add("--port", type=int, default=1317, help="of REST; 0 is any free one (default %(default)s)")
    add("--data", type=Path, metavar="DIR", help="keep the chain in this folder (default: keep nothing)")
    add("--block-time", type=_seconds, default="1s", metavar="TIME", help="as 1s or 50ms")
    add("--genesis", type=Path, metavar="FILE", help="start from this file")
    add(
        "--fund", action="append", default=[], metavar="ADDRESS", help="an account with a million AKT and ACT"
    )
    return options


def _seconds(text: str) -> float:
    return duration_of(text) / SECOND


def _fresh(addresses: Sequence[str]) -> dict[str, Any]:
    funds = {"uact": ONE_MILLION, "uakt": ONE_MILLION}
    accounts = [genesis.account(address, address, funds) for address in addresses]
    return genesis.genesis(accounts, now=datetime.now(UTC))


async def _run(chosen: argparse.Namespace, start: dict[str, Any]) -> None:
    node = await ChainNode.start(start, block_time=chosen.block_time, data=chosen.data, port=chosen.port)
    try:
        print(f"{node.chain.genesis.chain_id} at {node.url}; Ctrl-C ends it.", flush=True)
        asked = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, asked.set)
        await asked.wait()
    finally:
        await node.stop()
