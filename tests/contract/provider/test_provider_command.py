"""`python -m sandbox provider`: a gateway of its own against a node that knows nothing of it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox import genesis
from sandbox.chain.node import ChainNode
from sandbox.provider import cast
from sandbox.provider.chain_rest import RestChain
from sandbox.provider.cli import main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AMPLE = 30.0


@asynccontextmanager
async def _node() -> AsyncIterator[ChainNode]:
    """With an account for the provider that is called meadow."""
    found = genesis.genesis(cast.genesis_accounts(), now=datetime.now(UTC))
    node = await ChainNode.start(found, block_time=0.05)
    try:
        yield node
    finally:
        await node.stop()


def _command(node: ChainNode, *more: str) -> list[str]:
    base = [sys.executable, "-m", "sandbox", "provider", "--node", node.url, "--listen", "127.0.0.1:0"]
    return [*base, *more]


def _served(command: list[str]) -> tuple[str, str, int]:
    """The URL it printed, its answer to /address, and its exit status when it was asked to end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        try:
            assert running.stdout is not None
            lines = running.stdout.readline(), running.stdout.readline()
            match = re.fullmatch(r"at (https://\S+); Ctrl-C ends it.\n", lines[1])
            assert match is not None, lines
            answer = httpx.get(f"{match[1]}/address", timeout=AMPLE, verify=False)  # noqa: S501
        finally:
            running.terminate()
        return match[1], answer.text, running.wait(AMPLE)


def test_it_registers_and_serves_until_it_is_told_to_end() -> None:
    async def walk() -> None:
        async with _node() as node:
            command = _command(node, "--name", "meadow", "--attribute", "region=eu")
            url, answer, status = await asyncio.to_thread(_served, command)
            address = answer.removeprefix('{"address":"').removesuffix('"}')
            chain = RestChain(node.url)
            record = await chain.provider(address)
            await chain.close()

        assert status == 0
        assert record and (record.host_uri, record.attributes) == (url, {"region": "eu"})

    asyncio.run(walk())


def test_an_account_that_the_chain_does_not_know_is_told_so() -> None:
    async def walk() -> subprocess.CompletedProcess[str]:
        async with _node() as node:
            command = _command(node, "--name", "stranger")
            return await asyncio.to_thread(
                subprocess.run, command, capture_output=True, text=True, timeout=AMPLE, check=False
            )

    ended = asyncio.run(walk())

    assert ended.returncode == 1
    assert ended.stdout.startswith("stranger is akash1")
    assert ended.stderr.startswith("the provider did not start: ")


def test_options_that_are_not_understood_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--node", "http://127.0.0.1:1", "--fault", "everything"])

    assert "'everything' is no fault" in capsys.readouterr().err
