"""The nodes that the adapters are tried on: the sandbox's, and a real one where CHAIN_REST_URL names it.

CHAIN_ID is its chain's id. With TREASURY_KEY, the key (hex or PEM) of an account that holds some ACT and AKT
there, also the tests that sign run on it; they spend less than 10 AKT and give the ACT back.
"""

from __future__ import annotations

import os
import time
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from slipway.adapters.chain_nodes import Nodes
from slipway.adapters.chain_rest import RestChain as Reads
from slipway_signing.address import address_of
from slipway_signing.chain import RestChain
from slipway_signing.keys import LocalKey
from slipway_signing.nodes import Nodes as SigningNodes
from slipway_signing.transport import HttpTransport

from sandbox import genesis
from sandbox.aws.treasury import parse_key, sandbox_key
from sandbox.chain.node import ChainNode
from tests.contract.nodes.people import Person
from tests.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cryptography.hazmat.primitives.asymmetric import ec

BLOCK_SECONDS = 0.05


@dataclass(frozen=True)
class Node:
    """Where a node is, and the key of somebody with money on its chain."""

    url: str
    chain_id: str
    treasury: LocalKey | None


@asynccontextmanager
async def _sandbox() -> AsyncIterator[Node]:
    key = _local(sandbox_key())
    accounts = [genesis.treasury_account(address_of(key.public_key))]
    started = genesis.genesis(accounts, now=datetime.now(UTC))
    node = await ChainNode.start(started, block_time=BLOCK_SECONDS)
    try:
        yield Node(node.url, genesis.CHAIN_ID, key)
    finally:
        await node.stop()


@pytest.fixture(scope="session", params=["sandbox", "real"])
def node(request: pytest.FixtureRequest) -> Iterator[Node]:
    if request.param == "sandbox":
        with in_thread(_sandbox()) as (found, _):
            yield found
    elif url := os.environ.get("CHAIN_REST_URL"):
        text = os.environ.get("TREASURY_KEY")
        yield Node(url, os.environ["CHAIN_ID"], _local(parse_key(text)) if text else None)
    else:
        pytest.skip("no real node: CHAIN_REST_URL names one")


@pytest.fixture(scope="session")
def reads(node: Node) -> Iterator[Reads]:
    """The core layer's adapter."""
    with closing(Nodes([node.url])) as nodes:
        yield Reads(nodes)


@pytest.fixture(scope="session")
def chain(node: Node) -> Iterator[RestChain]:
    """The signing layer's adapter."""
    with httpx.Client(follow_redirects=False, trust_env=False) as client:
        transport = HttpTransport(client)
        yield RestChain(SigningNodes([node.url], transport, time.time_ns), transport)


@pytest.fixture
def treasury(node: Node, chain: RestChain) -> Person:
    if node.treasury is None:
        pytest.skip("nobody has money on this chain: TREASURY_KEY names a key")
    return Person(chain, node.chain_id, key=node.treasury)


@pytest.fixture
def stranger(node: Node, chain: RestChain) -> Person:
    """Somebody the chain has never seen."""
    return Person(chain, node.chain_id)


def _local(key: ec.EllipticCurvePrivateKey) -> LocalKey:
    return LocalKey(key.private_numbers().private_value.to_bytes(32))
