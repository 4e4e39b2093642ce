"""`python -m sandbox provider`: one provider's gateway against any node, until Ctrl-C.

    python -m sandbox provider --node http://127.0.0.1:1317 --name meadow
    python -m sandbox provider --node https://… --key-file key.pem --listen 0.0.0.0:8443 \\
        --host-uri https://provider.example.com:8443 --tariff cpu=5,memory=2 --attribute region=eu

Its account needs uakt for fees and uact for its bids' deposits; the address is printed first. What `--name`
says decides the key: the same everywhere, and so never one to hold money on a real chain. `--fault` and
`--generation` make it one that clients have to cope with (docs/sandbox-provider.md).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slipway_signing.address import address_of

from sandbox.addresses import Listen
from sandbox.provider import options
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.chain_view import ChainUnreachable, TransactionRefused
from sandbox.provider.config import ProviderConfig
from sandbox.provider.gateway import SandboxProvider
from sandbox.provider.generations import GENERATIONS
from sandbox.provider.wallet import provider_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway_signing.keys import LocalKey

DEFAULT_LISTEN: Final = "127.0.0.1:8443"
"""The reference's own port."""


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when it was asked to end, 1 when it could not start."""
    offered = parser()
    chosen = offered.parse_args(arguments)
    logging.basicConfig(
        level=chosen.log_level, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        config = configuration(chosen)
        key = (
            options.key(chosen.key_file.read_text("utf-8")) if chosen.key_file else provider_key(chosen.name)
        )
    except (ValueError, OSError) as error:
        offered.error(str(error))
    try:
        asyncio.run(_run(chosen, config, key))
    except (OSError, ChainUnreachable, TransactionRefused) as error:
        print(f"the provider did not start: {error}", file=sys.stderr)
        return 1
    return 0


def configuration(chosen: argparse.Namespace) -> ProviderConfig:
    """Raises ValueError."""
    return ProviderConfig(
        chosen.name,
        options.tariff(chosen.tariff),
        options.attributes(chosen.attribute),
        inventory=options.inventory(chosen.inventory),
        faults=options.faults(chosen.fault),
        generation=GENERATIONS[chosen.generation],
        listen=chosen.listen,
        host_uri=chosen.host_uri,
        public_host=chosen.public_host,
        poll_seconds=chosen.poll,
        bid_seconds=chosen.bid_timeout,
        manifest_seconds=chosen.manifest_timeout,
    )


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m sandbox provider", description="One provider's gateway, against any node."
    )
    add = made.add_argument
    add("--node", required=True, metavar="URL", help="REST of the node")
    add("--chain-id", metavar="ID", help="(default: what the node says)")
    add("--name", default="provider", help="what it is called; its key follows (default %(default)s)")
    add("--key-file", type=Path, metavar="FILE", help="its key: hex or PEM (default: that of its name)")
    add("--listen", type=Listen.of, default=DEFAULT_LISTEN, metavar="HOST:PORT", help="(default %(default)s)")
    add("--host-uri", default="", metavar="URL", help="what the chain is told (default: where it listens)")
    add("--public-host", default="", metavar="NAME", help="its name, under which it gives host names")
    add("--data", type=Path, metavar="DIR", help="keep its state in this folder (default: keep nothing)")
    add("--tariff", default=options.TARIFF, metavar="PRICES", help="micro-USD a block (default %(default)s)")
    add("--attribute", action="append", default=[], metavar="KEY=VALUE", help="that it declares; repeatable")
    add("--inventory", default="", metavar="SIZES", help="of its nodes, as nodes=4,cpu=16,memory=64,gpus=0")
    add("--generation", choices=GENERATIONS, default="v0.14", help="of the reference (default %(default)s)")
    add("--fault", action="append", default=[], metavar="FAULT", help=f"repeatable: {options.FAULT_FORMS}")
    add("--poll", type=options.seconds, default="500ms", metavar="TIME", help="between looks at the chain")
    add("--bid-timeout", type=options.seconds, default="5m", metavar="TIME", help="(default %(default)s)")
    add("--manifest-timeout", type=options.seconds, default="5m", metavar="TIME", help="of the watchdog")
    add("--log-level", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    return made


async def _run(chosen: argparse.Namespace, config: ProviderConfig, key: LocalKey) -> None:
    asked = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, asked.set)
    print(f"{config.name} is {address_of(key.public_key)}", flush=True)
    async with AsyncExitStack() as running:
        starting = asyncio.create_task(_start(chosen, config, key))
        ending = asyncio.create_task(asked.wait())
        await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        provider = starting.result()
        running.push_async_callback(provider.stop)
        print(f"at {provider.url}; Ctrl-C ends it.", flush=True)
        await ending


async def _start(chosen: argparse.Namespace, config: ProviderConfig, key: LocalKey) -> SandboxProvider:
    chain_id = chosen.chain_id or await _chain_id(chosen.node)
    return await SandboxProvider.start(
        config, chain_url=chosen.node, chain_id=chain_id, data=chosen.data, key=key
    )


async def _chain_id(node: str) -> str:
    chain = RestChain(node)
    try:
        return await chain.chain_id()
    finally:
        await chain.close()
