"""`python -m sandbox up`: run the sandbox until Ctrl-C."""

import argparse
import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sandbox.addresses import Listen
from sandbox.aws.local import FunctionsBrokenError
from sandbox.aws.treasury import parse_key
from sandbox.control.script import Script
from sandbox.up import OwnChain, Sandbox, SandboxConfig
from sandbox.users import UserRefusedError

DEFAULT_PORT: Final = 8080
_UNITS: Final = {"ms": 0.001, "s": 1.0}


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when it was asked to end, 130 when asked twice, 1 when it could not start."""
    options = parser()
    chosen = options.parse_args(arguments)
    try:
        config = configuration(chosen, os.environ)
        script = Script.read(chosen.script) if chosen.script else None
    except (ValueError, OSError) as error:
        options.error(str(error))
    logging.basicConfig(
        level=config.log_level, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        asyncio.run(_run(config, script))
    except (FunctionsBrokenError, UserRefusedError, OSError) as error:
        print(f"the sandbox did not start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # a second Ctrl-C while it was ending
        return 130
    return 0


def configuration(chosen: argparse.Namespace, environment: Mapping[str, str]) -> SandboxConfig:
    """The options, with the environment's values for those not given. Raises ValueError, OSError."""
    rest_urls = chosen.chain_rest_url or environment.get("CHAIN_REST_URL", "")
    chain_id = chosen.chain_id or environment.get("CHAIN_ID", "")
    key_text = environment.get("TREASURY_KEY", "")
    if chosen.treasury_key_file:
        key_text = chosen.treasury_key_file.read_text(encoding="utf-8")
    if bool(rest_urls) != bool(chain_id):
        raise ValueError("a node of your own needs both its REST address and its chain id")
    if rest_urls and chosen.script:
        raise ValueError("a node of your own takes no script of faults")
    if rest_urls and not key_text:
        raise ValueError("a node of your own needs the key of a treasury that has funds there")
    return SandboxConfig(
        port=chosen.port,
        data=chosen.data,
        block_seconds=chosen.block_time,
        chain=OwnChain(rest_urls, chain_id) if rest_urls else None,
        treasury_key=parse_key(key_text) if key_text else None,
        credit=chosen.credit,
        log_level=chosen.log_level,
        control=chosen.control,
    )


def seconds(text: str) -> float:
    """`1s`, `50ms` or `0.5s` in seconds. Raises ValueError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", text)
    if not match or not float(match[1]):
        raise ValueError(f"{text!r} is no duration like 1s or 50ms")
    return float(match[1]) * _UNITS[match[2]]


def micro_usd(text: str) -> int:
    """US dollars in micro-USD. Raises ValueError."""
    match = re.fullmatch(r"(\d+)(?:\.(\d{1,6}))?", text)
    if not match:
        raise ValueError(f"{text!r} is no amount of US dollars like 100 or 0.5")
    return int(match[1]) * 1_000_000 + int((match[2] or "0").ljust(6, "0"))


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    options = argparse.ArgumentParser(
        prog="python -m sandbox up", description="Akash and AWS on this machine, with Slipway on top."
    )
    add = options.add_argument
    add("--port", type=int, default=DEFAULT_PORT, help="of the API; 0 is any free one (default %(default)s)")
    add("--data", type=Path, metavar="DIR", help="keep the state in this folder (default: keep nothing)")
    add(
        "--block-time", type=seconds, default="1s", metavar="TIME", help="of the sandbox chain, as 1s or 50ms"
    )
    add("--chain-rest-url", metavar="URL", help="use this node, not the sandbox's chain (or CHAIN_REST_URL)")
    add("--chain-id", metavar="ID", help="of that node (or CHAIN_ID)")
    add("--treasury-key-file", type=Path, metavar="FILE", help="hex or PEM (or TREASURY_KEY: its text)")
    add(
        "--credit",
        type=micro_usd,
        default="100",
        metavar="USD",
        help="of the demo user (default %(default)s)",
    )
    add("--control", type=Listen.of, default=":0", metavar="HOST:PORT", help="control port (default: any)")
    add("--script", type=Path, metavar="FILE", help="play these control commands once it is ready")
    add("--log-level", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"], help="of everything")
    return options


async def _run(config: SandboxConfig, script: Script | None) -> None:
    """Start, say where, play the script, and wait for SIGINT or SIGTERM, which also end what is under way."""
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    assert this is not None, "a coroutine of asyncio.run is a task"
    asked_to_end = False

    def end() -> None:
        nonlocal asked_to_end
        asked_to_end = True
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)
        this.cancel()

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, end)
    try:
        async with Sandbox.start(config) as sandbox:
            _announce(sandbox)
            if script and sandbox.control:
                await script.play(sandbox.control.panel)
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        if not asked_to_end:
            raise
    print("\nthe sandbox has ended")


def _announce(sandbox: Sandbox) -> None:
    lines = {
        "API": sandbox.base_url,
        "API key": sandbox.api_key,
        "treasury": sandbox.treasury,
        "chain": f"{sandbox.chain_urls} ({sandbox.chain_id})",
        "AWS": sandbox.aws_endpoint,
    }
    if sandbox.chain and sandbox.control:
        lines |= {"RPC": sandbox.chain.rpc_url, "control": sandbox.control.url}
    print("The sandbox is ready; Ctrl-C ends it.")
    for name, value in lines.items():
        print(f"  {name:9} {value}")
    print(f"\n  curl -H 'x-api-key: {sandbox.api_key}' {sandbox.base_url}/v1/deployments", flush=True)
