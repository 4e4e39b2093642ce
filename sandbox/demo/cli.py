"""`python -m sandbox demo`: every example, from SDL to running services to refund, on a fresh sandbox."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

import httpx

from sandbox.demo.api import Api, DemoFailed
from sandbox.demo.journey import KNOWN_BAD, Journey
from sandbox.up import Sandbox, SandboxConfig

EXAMPLES = Path(__file__).parents[2] / "examples"
CALL_SECONDS = 35.0
"""API Gateway ends a call after 29 s."""


def main(arguments: list[str]) -> int:
    """Exit status 1 when a step went wrong."""
    parser = argparse.ArgumentParser(prog="python -m sandbox demo", description=__doc__)
    parser.add_argument("examples", nargs="*", type=Path, default=sorted(EXAMPLES.glob("*.yaml")))
    chosen = parser.parse_args(arguments)
    try:
        asyncio.run(_demo(chosen.examples))
    except DemoFailed as failure:
        print(f"\nthe demo failed: {failure}", file=sys.stderr)
        return 1
    return 0


async def _demo(examples: list[Path]) -> None:
    began = time.monotonic()
    async with Sandbox.start(SandboxConfig(port=0)) as sandbox:
        print(f"sandbox ready after {time.monotonic() - began:.1f} s at {sandbox.base_url}", flush=True)
        names = {provider.address: provider.name for provider in sandbox.providers}
        avoid = frozenset(address for address, name in names.items() if name == KNOWN_BAD)
        headers = {"x-api-key": sandbox.api_key}
        with httpx.Client(base_url=sandbox.base_url, headers=headers, timeout=CALL_SECONDS) as http:
            for example in examples:
                await asyncio.to_thread(Journey(Api(http), example, avoid, names).run)
    print(f"\nall well after {time.monotonic() - began:.1f} s", flush=True)
