"""`make sam-local`: the built functions in SAM's containers, against a sandbox on this machine.

SAM's gateway and Lambda stand in for the sandbox's own; tables, keys, chain and signer are the sandbox's. It
needs Docker and Lambda's base image for Python 3.13. What SAM's containers cannot reach is the sandbox's
providers, which answer on this machine's loopback only: there a deployment's live status stays empty.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sandbox.aws.intrinsics import Stack
from sandbox.aws.local import ACCOUNT_ID, REGION, Deployment
from sandbox.aws.template import FUNCTION, Template
from sandbox.up import Sandbox, SandboxConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[1]
SAM: Final = ROOT / "tools/sam/.venv/bin/sam"
NAMES_FILE: Final = ROOT / ".slipway/sam-local.json"
READ_BYTES: Final = 65536


def main() -> int:
    parser = argparse.ArgumentParser(prog="make sam-local", description=__doc__)
    parser.add_argument("--port", type=int, default=3001, help="of SAM's API (default %(default)s)")
    options = parser.parse_args()
    bridge = bridge_address()
    if bridge is None:
        print("make sam-local needs a running Docker; `make up` needs none", file=sys.stderr)
        return 1
    return asyncio.run(serve(bridge, options.port))


def bridge_address() -> str | None:
    """This machine's address as containers see it; None without Docker."""
    docker = shutil.which("docker")
    if docker is None:
        return None
    question = [docker, "network", "inspect", "bridge", "-f", "{{(index .IPAM.Config 0).Gateway}}"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)  # noqa: S603 (docker itself)
    return answer.stdout.strip() or None if answer.returncode == 0 else None


async def serve(bridge: str, port: int) -> int:
    """Run a sandbox and SAM in front of it until SAM ends; its exit status."""
    async with AsyncExitStack() as running:
        sandbox = await running.enter_async_context(Sandbox.start(SandboxConfig()))
        parameters = {
            "Stage": "sandbox",
            "KeyEnvironment": "sandbox",
            "ChainId": sandbox.chain_id,
            "ChainRestUrls": await forwarded(running, sandbox.chain_urls, bridge),
            "LocalEndpoint": await forwarded(running, sandbox.aws_endpoint, bridge),
        }
        write_names(parameters)
        print(f"API key: {sandbox.api_key}", flush=True)
        process = await asyncio.create_subprocess_exec(*command(port, parameters), env=environment())
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, process.terminate)
        return await process.wait()


async def forwarded(running: AsyncExitStack, url: str, bridge: str) -> str:
    """An address on the bridge at which containers reach a server that listens on loopback only."""
    host, port = urlsplit(url).hostname, urlsplit(url).port

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    server = await running.enter_async_context(await asyncio.start_server(meet, bridge, 0))
    return f"http://{bridge}:{server.sockets[0].getsockname()[1]}"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while received := await reader.read(READ_BYTES):
            writer.write(received)
            await writer.drain()
    except ConnectionError:
        pass  # one side has gone; closing tells the other
    finally:
        writer.close()


def names(stack: Stack) -> dict[str, str]:
    """Variables that name a table or a function, with the sandbox's names: SAM would give logical ids."""
    found: dict[str, str] = {}
    for _, function in stack.template.of_type(FUNCTION):
        for variable, value in function["Properties"]["Environment"]["Variables"].items():
            target = str(value.get("Ref")) if isinstance(value, dict) else ""
            if target in stack.template.resources and variable.endswith(("_TABLE", "_FUNCTION")):
                found[variable] = stack.default_name(target)
    return found


def write_names(parameters: Mapping[str, str]) -> None:
    stack = Stack(
        Template.read(ROOT / "template.yaml"), Deployment.name, REGION, ACCOUNT_ID, chosen=dict(parameters)
    )
    NAMES_FILE.parent.mkdir(exist_ok=True)
    NAMES_FILE.write_text(json.dumps({"Parameters": names(stack)}), encoding="utf-8")


def command(port: int, parameters: Mapping[str, str]) -> list[str]:
    chosen = [f"{name}={value}" for name, value in parameters.items()]
    settings = ["--port", str(port), "--env-vars", str(NAMES_FILE), "--region", REGION]
    return [str(SAM), "local", "start-api", *settings, "--parameter-overrides", *chosen]


def environment() -> dict[str, str]:
    """This process's, without AWS credentials: with them SAM asks AWS for the account before each call."""
    credentials = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
    return {name: value for name, value in os.environ.items() if name not in credentials}


if __name__ == "__main__":
    sys.exit(main())
