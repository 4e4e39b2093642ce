"""One chain, read directly and through a node's REST API."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from slipway.adapters.chain_nodes import Nodes
from slipway.adapters.chain_rest import RestChain

from tests.contract.chain_rest.node import RestNode, serving
from tests.fakes.chain import FakeChain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.services.ports import ChainReads


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


@pytest.fixture
def node(chain: FakeChain) -> RestNode:
    return RestNode(chain)


@pytest.fixture
def rest(node: RestNode) -> Iterator[RestChain]:
    with serving(node) as url, closing(Nodes([url])) as nodes:
        yield RestChain(nodes)


@pytest.fixture(params=["fake", "rest"])
def reads(request: pytest.FixtureRequest, chain: FakeChain) -> ChainReads:
    """`ChainReads` of the chain that the test changes."""
    if request.param == "fake":
        return chain
    found: ChainReads = request.getfixturevalue("rest")
    return found
